"""A YAML file that people edit: its values, and its faults in Dutch with line and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.eligibility.table import Duration, Months, Name

Place = tuple[str | int, ...]
"""The keys and indexes that lead to an entry of the file."""


@dataclass(frozen=True)
class Problem:
    """Something wrong, and what to do about it, at a place in the values of a file."""

    place: Place
    problem: str
    remedy: str


@dataclass(frozen=True)
class Fault:
    """Something wrong at a line of a file; ``row`` names the entry that it is in."""

    file: str
    line: int
    row: str | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        row = f", rij {self.row}" if self.row else ""
        end = "" if self.remedy.endswith("?") else "."
        return f"{self.file}, regel {self.line}{row}: {self.problem}. {self.remedy}{end}"


class FaultyFileError(ValueError):
    """A file is broken; the message is one line on the first fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        more = len(self.faults) - 1
        rest = f" (En nog {more}: zie `wegwijzer rules check`.)" if more else ""
        super().__init__(f"{self.faults[0]}{rest}")


class EditedFile:
    """The values in a YAML file, with the lines that they stand on.

    YAML 1.2, so ``no`` is a word. Raises ``FaultyFileError`` if it cannot be parsed.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        self._content = content
        try:
            self.values = YAML(typ="safe").load(content)
        except YAMLError:
            self.values = _plain(self._tree)

    def fault(self, problem: Problem) -> Fault:
        """The problem with its line and the name of the entry that it is in."""
        row = _row_name(self.values, problem.place)
        return Fault(self.name, self.line_of(problem.place), row, problem.problem, problem.remedy)

    def line_of(self, place: Place) -> int:
        """The line on which the entry at a place begins."""
        return _line(self._tree, place)

    @cached_property
    def _tree(self) -> Any:
        # Only this way of parsing knows the lines; it takes fifteen times as long.
        try:
            return YAML(typ="rt", pure=True).load(self._content)
        except YAMLError as error:
            mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
            problem = "dit is geen geldige YAML"
            remedy = "Controleer inspringing, aanhalingstekens en dubbele punten, hier en erboven"
            if isinstance(error, DuplicateKeyError):
                key = str(error.problem).split('"')[1]
                problem, remedy = f"de sleutel {key!r} staat hier twee keer", "Verwijder er een"
            line = mark.line + 1 if mark else 1
            raise FaultyFileError([Fault(self.name, line, None, problem, remedy)]) from error


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {_plain(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return str(node) if isinstance(node, str) else node


def _line(node: Any, place: Place) -> int:
    line = 0
    for step in place:
        if isinstance(node, CommentedMap) and step in node:
            line = node.lc.key(step)[0]
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line = node.lc.item(step)[0]
        else:
            break
        node = node[step]
    return int(line) + 1


def _row_name(plain: Any, place: Place) -> str | None:
    for depth in range(1, len(place) + 1):
        entry = _value(plain, place[:depth])
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            return str(entry["id"])
    return None


# ---------------------------------------------------------------- pydantic's errors in Dutch

_FORMS = {
    Duration.regex: ("geen duur", "Schrijf bijvoorbeeld P2D, P6W, P12M of P1Y"),
    Months.regex: ("geen aantal maanden", "Schrijf bijvoorbeeld P12M"),
    Name.regex: ("geen goede naam", "Gebruik kleine letters, cijfers en streepjes"),
}
_SHAPES = {
    "type_error.str": "tekst",
    "type_error.dict": "een blok met sleutels",
    "type_error.tuple": "een lijst",
    "type_error.list": "een lijst",
    "type_error.none.not_allowed": "een waarde",
    "value_error.any_str.min_length": "tekst",
}


def form_problems(error: ValidationError, plain: Any) -> Iterator[Problem]:
    """The errors in Dutch; a misspelt key is one fault, not also a missing one."""
    items = error.errors()
    keys = sorted(set(_keys(error.model)))
    strangers = [item["loc"] for item in items if item["type"] == "value_error.extra"]
    for item in items:
        *parent, key = item["loc"]
        misspelt = any(
            list(stranger[:-1]) == parent and get_close_matches(str(stranger[-1]), [str(key)])
            for stranger in strangers
        )
        if not (item["type"] == "value_error.missing" and misspelt):
            yield _translated(item, plain, keys)


def _translated(item: Any, plain: Any, keys: list[str]) -> Problem:
    place: Place = tuple(step for step in item["loc"] if step != "__root__")
    kind, context = item["type"], item.get("ctx", {})
    value = _value(plain, place)
    key = place[-1] if place else ""
    if kind == "value_error.missing":
        return Problem(place, f"de sleutel {key!r} ontbreekt", "Voeg hem toe")
    if kind == "value_error.extra":
        near = get_close_matches(str(key), keys, n=1)
        remedy = f"Bedoelt u {near[0]!r}?" if near else "Verwijder hem"
        return Problem(place, f"de sleutel {key!r} is hier onbekend", remedy)
    allowed = context.get("enum_values") or context.get("permitted")
    if allowed:
        choices = ", ".join(str(choice) for choice in allowed)
        problem = f"{value!r} kan niet bij {_last_word(place)!r}"
        return Problem(place, problem, f"Kies uit: {choices}")
    if kind == "value_error.str.regex":
        what, remedy = _FORMS[context["pattern"]]
        return Problem(place, f"{value!r} is {what}", remedy)
    if kind in _SHAPES:
        return Problem(place, f"bij {_last_word(place)!r} hoort {_SHAPES[kind]}", "Vul dat in")
    return Problem(place, item["msg"], "Verbeter de waarde")


def _keys(model: Any) -> Iterator[str]:
    for name, field in model.__fields__.items():
        yield name
        if isinstance(field.type_, type) and issubclass(field.type_, BaseModel):
            yield from _keys(field.type_)


def _value(plain: Any, place: Place) -> Any:
    for step in place:
        listed = isinstance(plain, list) and isinstance(step, int) and step < len(plain)
        if listed or (isinstance(plain, dict) and step in plain):
            plain = plain[step]
    return plain


def _last_word(place: Place) -> str:
    return next((step for step in reversed(place) if isinstance(step, str)), "bestand")
