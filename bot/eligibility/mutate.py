"""Would anybody notice a wrong rule? Change each value of a rule table and see which test fails.

``python -m bot.eligibility.mutate [edition …]`` exits with 1 if a change goes unnoticed. A change
is noticed if the loader refuses the table or a scenario fails; the test suite runs both.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.eligibility.loader import EDITIONS, build_edition
from bot.eligibility.scenarios import Scenario, differences, load_scenarios
from bot.eligibility.table import (
    DIMENSIONS,
    REPORTED_STATUSES,
    KeyAction,
    Reason,
    Verdict,
)

_DROP = object()


@dataclass(frozen=True)
class Mutant:
    """One change to a rule table, and what noticed it (``None``: nothing did)."""

    change: str
    noticed_by: str | None


def mutants(path: Path, scenarios: Sequence[Scenario]) -> Iterator[Mutant]:
    """Each change to the table in ``path``, with what noticed it."""
    plain = YAML(typ="safe", pure=True).load(path)
    for place, value in _changes(plain):
        changed, change = _apply(plain, place, value)
        yield Mutant(change, _noticed_by(changed, scenarios))


def _noticed_by(plain: Any, scenarios: Iterable[Scenario]) -> str | None:
    edition, problems = build_edition(plain)
    if problems or edition is None:
        return f"lader: {problems[0].problem}"
    for scenario in scenarios:
        if differences(edition, scenario):
            return f"scenario: {scenario.note}"
    return None


# ---------------------------------------------------------------- what can be changed

_Place = tuple[Any, ...]
_Change = tuple[_Place, Any]


def _changes(plain: dict[str, Any]) -> Iterator[_Change]:
    yield from _lengths(plain, ("graduation_limit",))
    for name, condition in plain["conditions"].items():
        yield from _when(condition, ("conditions", name))
    for kind, stays in plain["stays"].items():
        for index, stay in enumerate(stays):
            yield from _stay(stay, ("stays", kind, index))
    for index, row in enumerate(plain["rows"]):
        yield from _row(row, ("rows", index), list(plain["stays"]))


def _row(row: dict[str, Any], place: _Place, kinds: list[str]) -> Iterator[_Change]:
    yield place, _DROP
    yield from _others(row, place, "verdict", list(Verdict))
    yield from _others(row, place, "reason", [None, *Reason])
    yield from _others(row, place, "key_action", [None, *KeyAction])
    yield from _others(row, place, "stay", [None, *kinds])
    if "project" in row:
        yield (*place, "project"), _DROP
        for end in ("min", "max"):
            yield from _lengths(row["project"], (*place, "project", end))
    asked = row["who"].get("status")
    for status in REPORTED_STATUSES[row["who"]["role"]]:
        if status not in (row.get("reported_status"), asked):
            yield (*place, "reported_status"), status
    yield from _items(row["who"], (*place, "who"), "status")
    yield from _items(row, place, "conditions")
    yield from _when(row, place)


def _stay(stay: dict[str, Any], place: _Place) -> Iterator[_Change]:
    yield place, _DROP
    yield from _items(stay, place, "activity")
    yield from _items(stay, place, "conditions")
    for block in ((), ("certain",), ("possible",)):
        holder = stay[block[0]] if block and block[0] in stay else stay
        if block and holder is stay:
            continue
        if block:
            yield (*place, *block), _DROP
        for end in ("min", "max"):
            yield from _lengths(holder, (*place, *block, end))


def _when(entry: dict[str, Any], place: _Place) -> Iterator[_Change]:
    for dimension in entry.get("when", {}):
        inside = (*place, "when", dimension)
        yield inside, _DROP
        yield from _items(entry["when"], (*place, "when"), dimension)
        for value in DIMENSIONS[dimension]:
            if entry["when"][dimension] != value:
                yield inside, value


def _others(entry: dict[str, Any], place: _Place, key: str, values: list[Any]) -> Iterator[_Change]:
    now = entry.get(key)
    for value in values:
        plain = None if value is None else str(value)
        if plain != now:
            yield (*place, key), plain


def _items(entry: dict[str, Any], place: _Place, key: str) -> Iterator[_Change]:
    items = entry.get(key)
    if isinstance(items, list):
        for index in range(len(items)):
            yield (*place, key, index), _DROP


def _lengths(holder: dict[str, Any], place: _Place) -> Iterator[_Change]:
    match = re.fullmatch(r"P(\d+)(\D)", holder[place[-1]])
    if match is None:
        raise ValueError(f"geen duur: {holder[place[-1]]}")
    amount = int(match[1])
    for other in (amount - 1, amount + 1):
        if other:
            yield place, f"P{other}{match[2]}"


def _apply(plain: Any, place: _Place, value: Any) -> tuple[Any, str]:
    changed = deepcopy(plain)
    holder, words = changed, []
    for step in place[:-1]:
        holder = holder[step]
        words.append(_word(holder, step))
    last = place[-1]
    was = holder.get(last) if isinstance(holder, dict) else holder[last]
    words.append(_word(was, last))
    where = " > ".join(words)
    if value is _DROP:
        del holder[last]
        return changed, f"{where}: weg"
    holder[last] = value
    return changed, f"{where}: {was} → {value}"


def _word(entry: Any, step: Any) -> str:
    if isinstance(step, int):
        return str(entry["id"]) if isinstance(entry, dict) else str(entry)
    return str(step)


def main(names: Sequence[str] | None = None) -> int:
    """Print a table of the changes per edition; 1 if one went unnoticed, 0 otherwise."""
    survivors = 0
    for name in names or sorted(path.stem for path in EDITIONS.glob("*.yml")):
        found = list(mutants(EDITIONS / f"{name}.yml", load_scenarios(name)))
        for mutant in found:
            print(f"{'opgemerkt' if mutant.noticed_by else 'GEMIST   '}  {mutant.change}")
        missed = [mutant for mutant in found if not mutant.noticed_by]
        by_loader = sum((mutant.noticed_by or "").startswith("lader") for mutant in found)
        print(
            f"\n{name}: {len(found)} wijzigingen, {by_loader} door de lader opgemerkt, "
            f"{len(found) - by_loader - len(missed)} door een scenario, {len(missed)} gemist.\n"
        )
        survivors += len(missed)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
