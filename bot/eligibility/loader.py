"""Reading rule tables strictly: every fault is found, with its file, line, row and remedy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.eligibility import table
from bot.eligibility.calendar import Fit, LengthStay, fit
from bot.eligibility.facts import STATUSES, Role
from bot.eligibility.table import (
    DIMENSIONS,
    REPORTED_STATUSES,
    Case,
    Edition,
    Row,
    StayRow,
    Verdict,
    cases,
)

EDITIONS = Path(__file__).parent / "editions"

Place = tuple[str | int, ...]
"""The keys and indexes that lead to an entry of the file."""


@dataclass(frozen=True)
class Fault:
    """Something wrong in a rule table."""

    file: str
    line: int
    row: str | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        row = f", rij {self.row}" if self.row else ""
        end = "" if self.remedy.endswith("?") else "."
        return f"{self.file}, regel {self.line}{row}: {self.problem}. {self.remedy}{end}"


class EditionError(ValueError):
    """A rule table is broken; the message is one line on the first fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        more = len(self.faults) - 1
        rest = f" (En nog {more}: zie `wegwijzer rules check`.)" if more else ""
        super().__init__(f"{self.faults[0]}{rest}")


class NoEditionError(LookupError):
    """No edition covers a day."""


@dataclass(frozen=True)
class _Problem:
    place: Place
    problem: str
    remedy: str


def load_edition(path: Path) -> Edition:
    """Read one edition.

    Raises ``EditionError`` if the file is unreadable or anything in it is wrong, and with it all
    faults at once.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        fault = Fault(
            str(path), 1, None, f"het bestand is niet te lezen ({error.strerror})", _CHECK_PATH
        )
        raise EditionError([fault]) from error
    return parse_edition(content, path)


def parse_edition(content: bytes, path: Path) -> Edition:
    """Read the content of one edition's file; ``path`` names it. Raises ``EditionError``."""
    tree = _read_yaml(content, path)
    plain = _plain(tree)
    edition, problems = build_edition(plain)
    if edition and edition.edition != path.stem:
        problems.append(
            _Problem(
                ("edition",),
                f"de editie heet {edition.edition!r}, maar het bestand {path.name!r}",
                f"Geef ze dezelfde naam: {edition.edition}.yml",
            )
        )
    faults = [
        Fault(
            path.name,
            _line(tree, problem.place),
            _row_name(plain, problem.place),
            problem.problem,
            problem.remedy,
        )
        for problem in problems
    ]
    if faults or edition is None:
        raise EditionError(faults)
    return edition.fingerprinted(hashlib.sha256(content).hexdigest())


def load_editions(folder: Path = EDITIONS) -> dict[str, Edition]:
    """All editions in a folder by name, oldest first; raises ``EditionError``.

    Their days of validity do not overlap.
    """
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise EditionError([Fault(str(folder), 1, None, "hier staat geen editie", _CHECK_PATH)])
    editions = sorted(
        (load_edition(file) for file in files), key=lambda edition: edition.valid.first_day
    )
    for earlier, later in pairwise(editions):
        if later.valid.first_day <= earlier.valid.last_day:
            problem = (
                f"deze editie begint op {later.valid.first_day}, "
                f"maar {earlier.edition} geldt tot en met {earlier.valid.last_day}"
            )
            line = _line(
                _read_yaml((folder / f"{later.edition}.yml").read_bytes(), folder), ("valid",)
            )
            raise EditionError(
                [Fault(f"{later.edition}.yml", line, None, problem, "Pas een van de datums aan")]
            )
    return {edition.edition: edition for edition in editions}


def edition_on(editions: Iterable[Edition], day: date) -> Edition:
    """The edition that holds on a day.

    Raises ``NoEditionError``, whose message says until when the last one before it holds.
    """
    known = sorted(editions, key=lambda edition: edition.valid.first_day)
    for edition in known:
        if day in edition.valid:
            return edition
    earlier = [edition for edition in known if edition.valid.last_day < day]
    if earlier:
        last = earlier[-1]
        raise NoEditionError(
            f"Voor {day} is er geen editie. De laatste, {last.edition}, "
            f"geldt tot en met {last.valid.last_day}."
        )
    raise NoEditionError(
        f"Voor {day} is er geen editie. De eerste, {known[0].edition}, "
        f"geldt vanaf {known[0].valid.first_day}."
    )


def build_edition(plain: Any) -> tuple[Edition | None, list[_Problem]]:
    """The edition that plain YAML values describe, and all that is wrong with them."""
    try:
        edition = Edition.parse_obj(plain)
    except ValidationError as error:
        return None, list(_translations(error, plain))
    checks = (_names, _rows, _stays, _hits)
    return edition, [problem for check in checks for problem in check(edition)]


# ---------------------------------------------------------------- YAML and its lines

_CHECK_PATH = "Controleer de naam en de map"


def _read_yaml(content: bytes, path: Path) -> Any:
    try:
        return YAML(typ="rt", pure=True).load(content)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        problem = "dit is geen geldige YAML"
        remedy = "Controleer inspringing, aanhalingstekens en dubbele punten, hier en erboven"
        if isinstance(error, DuplicateKeyError):
            key = str(error.problem).split('"')[1]
            problem, remedy = f"de sleutel {key!r} staat hier twee keer", "Verwijder er een"
        line = mark.line + 1 if mark else 1
        raise EditionError([Fault(path.name, line, None, problem, remedy)]) from error


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


# ---------------------------------------------------------------- faults of form

_KEYS = sorted(
    {
        field
        for model in vars(table).values()
        if isinstance(model, type) and issubclass(model, table._Entry)
        for field in model.__fields__
    }
)
_FORMS = {
    table.Duration.regex: ("geen duur", "Schrijf bijvoorbeeld P2D, P6W, P12M of P1Y"),
    table.Months.regex: ("geen aantal maanden", "Schrijf bijvoorbeeld P12M"),
    table.Name.regex: ("geen goede naam", "Gebruik kleine letters, cijfers en streepjes"),
}
_SHAPES = {
    "type_error.str": "tekst",
    "type_error.dict": "een blok met sleutels",
    "type_error.tuple": "een lijst",
    "type_error.list": "een lijst",
    "type_error.none.not_allowed": "een waarde",
    "value_error.any_str.min_length": "tekst",
}


def _translations(error: ValidationError, plain: Any) -> Iterator[_Problem]:
    """The errors in Dutch; a misspelt key is one fault, not also a missing one."""
    items = error.errors()
    strangers = [item["loc"] for item in items if item["type"] == "value_error.extra"]
    for item in items:
        *parent, key = item["loc"]
        misspelt = any(
            list(stranger[:-1]) == parent and get_close_matches(str(stranger[-1]), [str(key)])
            for stranger in strangers
        )
        if not (item["type"] == "value_error.missing" and misspelt):
            yield _translated(item, plain)


def _translated(item: Any, plain: Any) -> _Problem:
    place: Place = tuple(step for step in item["loc"] if step != "__root__")
    kind, context = item["type"], item.get("ctx", {})
    value = _value(plain, place)
    key = place[-1] if place else ""
    if kind == "value_error.missing":
        return _Problem(place, f"de sleutel {key!r} ontbreekt", "Voeg hem toe")
    if kind == "value_error.extra":
        near = get_close_matches(str(key), _KEYS, n=1)
        remedy = f"Bedoelt u {near[0]!r}?" if near else "Verwijder hem"
        return _Problem(place, f"de sleutel {key!r} is hier onbekend", remedy)
    allowed = context.get("enum_values") or context.get("permitted")
    if allowed:
        choices = ", ".join(str(choice) for choice in allowed)
        problem = f"{value!r} kan niet bij {_last_word(place)!r}"
        return _Problem(place, problem, f"Kies uit: {choices}")
    if kind == "value_error.str.regex":
        what, remedy = _FORMS[context["pattern"]]
        return _Problem(place, f"{value!r} is {what}", remedy)
    if kind in _SHAPES:
        return _Problem(place, f"bij {_last_word(place)!r} hoort {_SHAPES[kind]}", "Vul dat in")
    return _Problem(place, item["msg"], "Verbeter de waarde")


def _value(plain: Any, place: Place) -> Any:
    for step in place:
        listed = isinstance(plain, list) and isinstance(step, int) and step < len(plain)
        if listed or (isinstance(plain, dict) and step in plain):
            plain = plain[step]
    return plain


def _last_word(place: Place) -> str:
    return next((step for step in reversed(place) if isinstance(step, str)), "bestand")


# ---------------------------------------------------------------- faults of sense


def _names(edition: Edition) -> Iterator[_Problem]:
    """Every name exists once, is used, and refers to something."""
    lists: dict[Place, list[str]] = {
        ("sources",): [source.id for source in edition.sources],
        ("rows",): [row.id for row in edition.rows],
        **{("stays", kind): [stay.id for stay in stays] for kind, stays in edition.stays.items()},
    }
    for place, names in lists.items():
        for index, name in enumerate(names):
            if name in names[:index]:
                yield _Problem((*place, index), f"de naam {name!r} staat er al", "Kies een andere")
    countries = edition.countries
    told: set[str] = set()
    for block in ("programme", "special"):
        for index, country in enumerate(getattr(countries, block)):
            for name in sorted(country.names & told):
                place = ("countries", block, index)
                yield _Problem(place, f"het land {name!r} staat er al", "Verwijder er een")
            told |= country.names
    blocks: dict[str, set[str]] = {
        "sources": set(lists[("sources",)]),
        "quotes": set(edition.quotes),
        "conditions": set(edition.conditions),
        "next_steps": set(edition.next_steps),
        "stays": set(edition.stays),
    }
    used: dict[str, set[str]] = {block: set() for block in blocks}
    for block, place, name in _references(edition):
        used[block].add(name)
        if name not in blocks[block]:
            near = get_close_matches(name, blocks[block], n=1)
            remedy = f"Bedoelt u {near[0]!r}?" if near else f"Zet hem onder '{block}'"
            yield _Problem(place, f"{name!r} bestaat niet onder {block!r}", remedy)
    for block in blocks:
        for name in sorted(blocks[block] - used[block]):
            entry = lists[("sources",)].index(name) if block == "sources" else name
            yield _Problem(
                (block, entry), f"{name!r} wordt nergens gebruikt", "Verwijder of gebruik het"
            )


def _references(edition: Edition) -> Iterator[tuple[str, Place, str]]:
    for name, quote in edition.quotes.items():
        yield "sources", ("quotes", name, "source"), quote.source
    yield "sources", ("countries", "source"), edition.countries.source
    for name, condition in edition.conditions.items():
        if condition.quote:
            yield "quotes", ("conditions", name, "quote"), condition.quote
    entries: list[tuple[Place, Row | StayRow]] = [
        (("rows", index), row) for index, row in enumerate(edition.rows)
    ]
    for kind, stays in edition.stays.items():
        entries += [(("stays", kind, index), stay) for index, stay in enumerate(stays)]
    for place, entry in entries:
        yield "quotes", (*place, "quote"), entry.quote
        for index, condition_name in enumerate(entry.conditions):
            yield "conditions", (*place, "conditions", index), condition_name
    for index, row in enumerate(edition.rows):
        yield "next_steps", ("rows", index, "next_step"), row.next_step
        if row.stay is not None:
            yield "stays", ("rows", index, "stay"), row.stay


def _rows(edition: Edition) -> Iterator[_Problem]:
    """The parts of each row agree with each other."""
    for index, row in enumerate(edition.rows):
        place: Place = ("rows", index)
        for status in row.who.statuses:
            if status.role is not row.who.role:
                yield _Problem(
                    (*place, "who"),
                    f"{status.value!r} is geen status van {row.who.role.value!r}",
                    f"Kies uit: {', '.join(STATUSES[row.who.role])}",
                )
        unreported = [
            status.value
            for status in row.who.statuses
            if row.reports(status) not in REPORTED_STATUSES[row.who.role]
        ]
        if unreported:
            yield _Problem(
                (*place, "reported_status" if row.reported_status else "who"),
                f"een antwoord kan de status {row.reports(row.who.statuses[0])!r} niet noemen"
                if row.reported_status
                else f"een antwoord kan de status {unreported[0]!r} niet noemen",
                f"Zet bij reported_status een van: {', '.join(REPORTED_STATUSES[row.who.role])}",
            )
        refused = row.verdict is Verdict.NOT_ELIGIBLE
        if refused and row.reason is None:
            yield _Problem((*place, "verdict"), "not_eligible zonder reason", "Noem de reden")
        if not refused and row.reason is not None:
            yield _Problem(
                (*place, "reason"), "een reason hoort alleen bij not_eligible", "Verwijder de reden"
            )
        if refused and (row.key_action or row.stay):
            yield _Problem(
                (*place, "key_action" if row.key_action else "stay"),
                "wie niet mee kan, heeft geen kernactie en geen verblijf",
                "Schrijf null",
            )
        if row.verdict is Verdict.ELIGIBLE and row.key_action is None:
            yield _Problem((*place, "key_action"), "eligible zonder kernactie", "Noem KA1 of KA2")
        if row.stay and row.key_action is not table.KeyAction.KA1:
            yield _Problem((*place, "stay"), "alleen KA1 kent een verblijf", "Schrijf null")
        if row.verdict is Verdict.CONDITIONAL and not row.conditions:
            yield _Problem(
                (*place, "verdict"),
                "conditional zonder voorwaarde",
                "Noem bij conditions wat beslist",
            )


def _stays(edition: Edition) -> Iterator[_Problem]:
    """What is certain lies within the limits, and those lie within what is possible."""
    for kind, stays in edition.stays.items():
        for index, stay in enumerate(stays):
            for inner, outer, name in (
                (stay.certain, stay, "certain"),
                (stay, stay.possible, "possible"),
            ):
                if inner and outer:
                    limits = inner.limits
                    span = LengthStay(limits.min, limits.max)
                    if fit(span, outer.limits) is not Fit.YES:
                        yield _Problem(
                            ("stays", kind, index, name),
                            f"{name!r} past niet bij min {stay.min} en max {stay.max}",
                            "certain ligt binnen min en max, possible eromheen",
                        )


def _hits(edition: Edition) -> Iterator[_Problem]:
    """Exactly one row for every case, and exactly one stay for every activity."""
    for role in Role:
        yield from _row_hits(edition, role)
    for kind, stays in edition.stays.items():
        for activity in DIMENSIONS["activity"]:
            hits = [index for index, stay in enumerate(stays) if activity in stay.activity]
            if not hits:
                yield _Problem(
                    ("stays", kind),
                    f"geen verblijf bij {kind!r} past op activity {activity}",
                    "Voeg een verblijf toe of noem de activiteit bij een ander",
                )
            if len(hits) > 1:
                first, second = hits[:2]
                yield _Problem(
                    ("stays", kind, second),
                    f"dit verblijf en {stays[first].id!r} passen allebei op activity {activity}",
                    "Haal de activiteit bij een van de twee weg",
                )


def _row_hits(edition: Edition, role: Role) -> Iterator[_Problem]:
    clashes: set[tuple[str, str]] = set()
    missed: list[str] = []
    for status in STATUSES[role]:
        rows = edition.rows_for(status)
        for case in cases(row.when for row in rows):
            hits = [row for row in rows if row.when.matches(case)]
            if not hits:
                missed.append(_described(status, case))
            for first, second in combinations(hits, 2):
                if (first.id, second.id) not in clashes:
                    clashes.add((first.id, second.id))
                    yield _Problem(
                        ("rows", edition.rows.index(second)),
                        f"deze rij en {first.id!r} passen allebei op {_described(status, case)}",
                        "Maak 'who' of 'when' van een van de twee nauwer",
                    )
    if missed:
        more = f" (en op {len(missed) - 1} andere gevallen)" if len(missed) > 1 else ""
        yield _Problem(
            ("rows",),
            f"geen rij past op {missed[0]}{more}",
            "Voeg een rij toe of verruim 'when' van een andere",
        )


def _described(status: str, case: Case) -> str:
    return ", ".join([f"status {status}", *(f"{name} {value}" for name, value in case.items())])
