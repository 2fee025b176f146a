"""What changes between two rule tables: which cases, and from what to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from bot.eligibility.calendar import Fit, Length, LengthStay, Unit
from bot.eligibility.decision import match
from bot.eligibility.facts import STATUSES, Role, Status
from bot.eligibility.table import (
    Case,
    Edition,
    Range,
    Row,
    StayRow,
    When,
    cases,
)

_LONGEST_STAY = 400
_UNITS = {"D": ("dag", "dagen"), "W": ("week", "weken"), "M": ("maand", "maanden")}
_FITS = {Fit.YES: "ja", Fit.NO: "nee", Fit.DEPENDS: "hangt ervan af"}


@dataclass(frozen=True)
class Change:
    """Something that differs for some cases, in words; ``who``: statuses, or a kind of stay."""

    who: str
    when: str
    what: str
    old: str
    new: str


_Difference = tuple[str, str, str]


def compare(old: Edition, new: Edition) -> list[Change]:
    """The changes from one table to another: first who can take part, then for how long.

    Cases that change in the same way are taken together.
    """
    rows = [change for role in Role for change in _row_changes(old, new, role)]
    return [*rows, *_stay_changes(old, new)]


def changed_texts(old: Edition, new: Edition) -> list[_Difference]:
    """The texts that differ of conditions, rows and stays that both tables have: name, old, new."""
    found: list[_Difference] = [
        (f"{name}, text", before.text, new.conditions[name].text)
        for name, before in old.conditions.items()
        if name in new.conditions and new.conditions[name].text != before.text
    ]
    for name, before, after in _shared(old, new):
        for what in ("explanation", "next_step", "quote"):
            was, now = _text(old, before, what), _text(new, after, what)
            if was != now:
                found.append((f"{name}, {what}", was, now))
    return found


def in_words(duration: str) -> str:
    """ "P2W" as "2 weken"."""
    amount, unit = int(duration[1:-1]), duration[-1]
    if unit == "Y":
        return f"{amount} jaar"
    one, more = _UNITS[unit]
    return f"{amount} {one if amount == 1 else more}"


def span_in_words(span: Range) -> str:
    """A stay's limits as "2 weken tot en met 12 maanden", with what is certain or possible."""
    least, most = in_words(span.min), in_words(span.max)
    if least.split()[1:] == most.split()[1:]:
        least = least.split()[0]
    text = f"{least} tot en met {most}"
    if isinstance(span, StayRow) and span.certain:
        text += f" (zeker: {span_in_words(span.certain)})"
    if isinstance(span, StayRow) and span.possible:
        text += f" (misschien: {span_in_words(span.possible)})"
    return text


# ---------------------------------------------------------------- who


def _row_changes(old: Edition, new: Edition, role: Role) -> Iterator[Change]:
    groups: dict[tuple[tuple[_Difference, ...], str], list[Status]] = defaultdict(list)
    for status in STATUSES[role]:
        space = list(cases(_distinctions((old, new), status)))
        changed: dict[tuple[_Difference, ...], list[Case]] = defaultdict(list)
        for case in space:
            changed[tuple(_row_differences(old, new, status, case))].append(case)
        for differences, found in changed.items():
            groups[differences, _cases_in_words(found, space)].append(status)
    for (differences, when), statuses in groups.items():
        for difference in differences:
            yield Change(", ".join(statuses), when, *difference)


def _distinctions(editions: Iterable[Edition], status: Status) -> Iterator[When]:
    for edition in editions:
        for row in edition.rows_for(status):
            yield row.when
            yield from (edition.conditions[name].when for name in row.conditions)


def _row_differences(
    old: Edition, new: Edition, status: Status, case: Case
) -> Iterator[_Difference]:
    (before, _), (after, _) = match(old, status, case), match(new, status, case)
    pairs: list[tuple[str, str | None, str | None]] = [
        ("status", before.reports(status), after.reports(status)),
        ("oordeel", before.verdict, after.verdict),
        ("reden", before.reason, after.reason),
        ("kernactie", before.key_action, after.key_action),
        ("verblijf", before.stay, after.stay),
        ("project", _project(before), _project(after)),
    ]
    if "graduation" in case:
        pairs.append(("grens", in_words(old.graduation_limit), in_words(new.graduation_limit)))
    yield from ((what, was or "geen", now or "geen") for what, was, now in pairs if was != now)
    yield from _condition_differences(_conditions(old, before, case), _conditions(new, after, case))


def _project(row: Row) -> str | None:
    return span_in_words(row.project) if row.project else None


def _conditions(edition: Edition, entry: Row | StayRow, case: Case) -> dict[str, str]:
    known = edition.conditions
    return {name: known[name].text for name in entry.conditions if known[name].when.matches(case)}


def _condition_differences(old: dict[str, str], new: dict[str, str]) -> Iterator[_Difference]:
    gone = [name for name in old if name not in new]
    come = [
        name if name not in old else f"{name} (andere tekst)"
        for name, text in new.items()
        if old.get(name) != text
    ]
    if gone or come:
        yield "voorwaarden", ", ".join(gone) or "geen", ", ".join(come) or "geen"


# ---------------------------------------------------------------- how long


def _stay_changes(old: Edition, new: Edition) -> Iterator[Change]:
    for kind in dict.fromkeys((*old.stays, *new.stays)):
        groups: dict[tuple[_Difference, ...], list[Case]] = defaultdict(list)
        space: list[Case] = list(cases([When(activity=("unsaid",))]))
        for case in space:
            before, after = (_stay(edition, kind, case["activity"]) for edition in (old, new))
            groups[tuple(_stay_differences(old, new, before, after, case))].append(case)
        for differences, found in groups.items():
            for difference in differences:
                yield Change(f"verblijf {kind}", _cases_in_words(found, space), *difference)


def _stay(edition: Edition, kind: str, activity: str) -> StayRow | None:
    return next((stay for stay in edition.stays.get(kind, ()) if activity in stay.activity), None)


def _stay_differences(
    old: Edition, new: Edition, before: StayRow | None, after: StayRow | None, case: Case
) -> Iterator[_Difference]:
    was, now = (span_in_words(stay) if stay else "geen" for stay in (before, after))
    if was != now:
        yield "verblijf", was, now
    if before and after:
        yield from _length_differences(before, after)
        yield from _condition_differences(
            _conditions(old, before, case), _conditions(new, after, case)
        )


@cache
def _length_differences(old: StayRow, new: StayRow) -> tuple[_Difference, ...]:
    """The numbers of days that fit in one and not in the other, taken together in runs."""
    runs = []
    pairs = ((day, _fits(old, day), _fits(new, day)) for day in range(1, _LONGEST_STAY + 1))
    for (was, now), group in groupby(pairs, key=lambda pair: pair[1:]):
        run = [day for day, *_ in group]
        if was != now:
            runs.append((_run_in_words(run[0], run[-1]), was, now))
    return tuple(runs)


def _fits(stay: StayRow, days: int) -> str:
    return _FITS[stay.fit(LengthStay.of(Length.of(days, Unit.DAYS)))]


def _run_in_words(first: int, last: int) -> str:
    if last == _LONGEST_STAY:
        return f"{first} dagen en langer"
    if first == last:
        return in_words(f"P{first}D")
    return f"{first} tot en met {last} dagen"


def _cases_in_words(changed: list[Case], space: list[Case]) -> str:
    """The cases as one combination of values if they are one, else one by one."""
    if len(changed) == len(space):
        return "altijd"
    values = {name: list(dict.fromkeys(case[name] for case in changed)) for name in changed[0]}
    everything = {name: {case[name] for case in space} for name in values}
    product = 1
    for named in values.values():
        product *= len(named)
    if product == len(changed):
        return "; ".join(
            f"{name}: {', '.join(named)}"
            for name, named in values.items()
            if set(named) != everything[name]
        )
    return " of ".join(
        "; ".join(f"{name}: {value}" for name, value in case.items()) for case in changed
    )


# ---------------------------------------------------------------- texts


def _shared(old: Edition, new: Edition) -> Iterator[tuple[str, Row | StayRow, Row | StayRow]]:
    before, after = _entries(old), _entries(new)
    return ((name, before[name], after[name]) for name in before if name in after)


def _entries(edition: Edition) -> dict[str, Row | StayRow]:
    entries: list[Row | StayRow] = [stay for kind in edition.stays.values() for stay in kind]
    return {str(entry.id): entry for entry in (*entries, *edition.rows)}


def _text(edition: Edition, entry: Row | StayRow, what: str) -> str:
    if what == "quote":
        return edition.quotes[entry.quote].quote
    if what == "next_step":
        return edition.next_steps[entry.next_step] if isinstance(entry, Row) else ""
    return entry.explanation
