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
from bot.eligibility.names import Names, identifiers
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
_TAKES_PART = {"full": "ja", "none": "nee", "unsure": "misschien"}
_OTHER_TEXT = " (andere tekst)"
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


def compare(old: Edition, new: Edition, names: Names = identifiers) -> list[Change]:
    """The changes from one table to another: when, who can take part, for how long, and where.

    Cases that change in the same way are taken together; ``names`` says what they are called.
    """
    rows = [change for role in Role for change in _row_changes(old, new, role, names)]
    return [
        *_validity_changes(old, new),
        *rows,
        *_stay_changes(old, new, names),
        *_country_changes(old, new),
    ]


def changed_texts(old: Edition, new: Edition) -> list[_Difference]:
    """The texts that differ of what both tables have: name, old, new."""
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
    for country in _countries(old, new):
        before_text, after_text = (e.countries.answer(country).text for e in (old, new))
        if before_text != after_text:
            found.append((f"land {country}", before_text, after_text))
    return found


def conditions_named(old: Edition, new: Edition, changes: Iterable[Change]) -> dict[str, str]:
    """The text of every condition that comes or goes, by its name."""
    named = {
        name.removesuffix(_OTHER_TEXT)
        for change in changes
        if change.what == "voorwaarden"
        for cell in (change.old, change.new)
        for name in cell.split(", ")
    }
    known = {**old.conditions, **new.conditions}
    return {name: condition.text for name, condition in known.items() if name in named}


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


# ---------------------------------------------------------------- when and where


def _validity_changes(old: Edition, new: Edition) -> Iterator[Change]:
    was, now = (f"{e.valid.first_day} tot en met {e.valid.last_day}" for e in (old, new))
    if was != now:
        yield Change("editie", "altijd", "geldig", was, now)


def _country_changes(old: Edition, new: Edition) -> Iterator[Change]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in _countries(old, new):
        was, now = (_TAKES_PART[e.countries.answer(name).takes_part] for e in (old, new))
        if was != now:
            groups[was, now].append(name)
    for (was, now), countries in groups.items():
        yield Change("landen", ", ".join(countries), "doet mee", was, now)


def _countries(*editions: Edition) -> list[str]:
    """All countries that some edition names."""
    return sorted(
        {
            str(name)
            for edition in editions
            for country in (*edition.countries.programme, *edition.countries.special)
            for name in (country.name, *country.also)
        }
    )


# ---------------------------------------------------------------- who


def _row_changes(old: Edition, new: Edition, role: Role, names: Names) -> Iterator[Change]:
    groups: dict[tuple[tuple[_Difference, ...], str], list[Status]] = defaultdict(list)
    for status in STATUSES[role]:
        space = list(cases(_distinctions((old, new), status)))
        changed: dict[tuple[_Difference, ...], list[Case]] = defaultdict(list)
        for case in space:
            changed[tuple(_row_differences(old, new, status, case, names))].append(case)
        for differences, found in changed.items():
            groups[differences, _cases_in_words(found, space, names)].append(status)
    for (differences, when), statuses in groups.items():
        who = ", ".join(names("status", status) for status in statuses)
        if len(statuses) == len(STATUSES[role]):
            who = f"elke {names('role', role)}"
        for difference in differences:
            yield Change(who, when, *difference)


def _distinctions(editions: Iterable[Edition], status: Status) -> Iterator[When]:
    for edition in editions:
        for row in edition.rows_for(status):
            yield row.when
            yield from (edition.conditions[name].when for name in row.conditions)


def _row_differences(
    old: Edition, new: Edition, status: Status, case: Case, names: Names
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
    kinds = {
        "status": "status",
        "oordeel": "verdict",
        "reden": "reason",
        "kernactie": "key_action",
        "verblijf": "role",
    }
    for what, was, now in pairs:
        if was != now:
            kind = kinds.get(what, "")
            yield what, names(kind, was) if was else "geen", names(kind, now) if now else "geen"
    yield from _condition_differences(_conditions(old, before, case), _conditions(new, after, case))


def _project(row: Row) -> str | None:
    return span_in_words(row.project) if row.project else None


def _conditions(edition: Edition, entry: Row | StayRow, case: Case) -> dict[str, str]:
    known = edition.conditions
    return {name: known[name].text for name in entry.conditions if known[name].when.matches(case)}


def _condition_differences(old: dict[str, str], new: dict[str, str]) -> Iterator[_Difference]:
    gone = [name for name in old if name not in new]
    come = [
        name if name not in old else f"{name}{_OTHER_TEXT}"
        for name, text in new.items()
        if old.get(name) != text
    ]
    if gone or come:
        yield "voorwaarden", ", ".join(gone) or "geen", ", ".join(come) or "geen"


# ---------------------------------------------------------------- how long


def _stay_changes(old: Edition, new: Edition, names: Names) -> Iterator[Change]:
    for kind in dict.fromkeys((*old.stays, *new.stays)):
        groups: dict[tuple[_Difference, ...], list[Case]] = defaultdict(list)
        space: list[Case] = list(cases([When(activity=("unsaid",))]))
        for case in space:
            before, after = (_stay(edition, kind, case["activity"]) for edition in (old, new))
            groups[tuple(_stay_differences(old, new, before, after, case))].append(case)
        for differences, found in groups.items():
            for difference in differences:
                when = _cases_in_words(found, space, names)
                yield Change(f"verblijf {names('role', kind)}", when, *difference)


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


def _cases_in_words(changed: list[Case], space: list[Case], names: Names) -> str:
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
            _values_in_words(name, named, everything[name], names)
            for name, named in values.items()
            if set(named) != everything[name]
        )
    return " of ".join(
        "; ".join(f"{names('fact', name)}: {names(name, value)}" for name, value in case.items())
        for case in changed
    )


def _values_in_words(name: str, named: list[str], everything: set[str], names: Names) -> str:
    """The values of one dimension, or if that is shorter the ones that are left out."""
    others = sorted(everything - set(named))
    few = len(others) < len(named) - 1
    shown = ", ".join(names(name, value) for value in (others if few else named))
    return f"{names('fact', name)}: {'alles behalve ' if few else ''}{shown}"


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
