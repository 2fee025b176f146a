"""Whether an edition makes sense: names that exist, rows that agree, one row for every case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from itertools import combinations

from bot.eligibility.calendar import Fit, LengthStay, fit
from bot.eligibility.edited_file import Place, Problem
from bot.eligibility.facts import STATUSES, Role
from bot.eligibility.table import (
    DIMENSIONS,
    REPORTED_STATUSES,
    Case,
    Edition,
    KeyAction,
    Row,
    StayRow,
    Verdict,
    cases,
)


def problems(edition: Edition) -> list[Problem]:
    """All that is wrong with an edition whose form is right; empty if it can be relied on."""
    checks = (_names, _rows, _stays, _hits)
    return [problem for check in checks for problem in check(edition)]


def _names(edition: Edition) -> Iterator[Problem]:
    """Every name exists once, is used, and refers to something."""
    lists: dict[Place, list[str]] = {
        ("sources",): [source.id for source in edition.sources],
        ("rows",): [row.id for row in edition.rows],
        **{("stays", kind): [stay.id for stay in stays] for kind, stays in edition.stays.items()},
    }
    for place, names in lists.items():
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Problem((*place, index), f"de naam {name!r} staat er al", "Kies een andere")
    countries = edition.countries
    told: set[str] = set()
    for block in ("programme", "special"):
        for index, country in enumerate(getattr(countries, block)):
            for name in sorted(country.names & told):
                place = ("countries", block, index)
                yield Problem(place, f"het land {name!r} staat er al", "Verwijder er een")
            told |= country.names
    blocks: dict[str, set[str]] = {
        "sources": set(lists[("sources",)]),
        "quotes": set(edition.quotes),
        "conditions": set(edition.conditions),
        "next_steps": set(edition.next_steps),
        "stays": set(edition.stays),
    }
    references = list(_references(edition))
    for block, place, name in references:
        if name not in blocks[block]:
            near = get_close_matches(name, blocks[block], n=1)
            remedy = f"Bedoelt u {near[0]!r}?" if near else f"Zet hem onder '{block}'"
            yield Problem(place, f"{name!r} bestaat niet onder {block!r}", remedy)
    used = _used(references, blocks)
    for block in blocks:
        for name in sorted(name for name in blocks[block] if (block, name) not in used):
            entry = lists[("sources",)].index(name) if block == "sources" else name
            yield Problem(
                (block, entry), f"{name!r} wordt nergens gebruikt", "Verwijder of gebruik het"
            )


def _used(
    references: Iterable[tuple[str, Place, str]], blocks: Collection[str]
) -> set[tuple[str | int, ...]]:
    """What the rows and countries lead to; what only an unused entry refers to, is unused too."""
    used: set[tuple[str | int, ...]] = set()
    while (
        more := {
            (block, name)
            for block, place, name in references
            if place[0] not in blocks or place[:2] in used
        }
        - used
    ):
        used |= more
    return used


def _references(edition: Edition) -> Iterator[tuple[str, Place, str]]:
    for name, quote in edition.quotes.items():
        yield "sources", ("quotes", name, "source"), quote.source
    yield "sources", ("countries", "source"), edition.countries.source
    for index, country in enumerate(edition.countries.special):
        if country.source:
            yield "sources", ("countries", "special", index, "source"), country.source
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


def _rows(edition: Edition) -> Iterator[Problem]:
    """The parts of each row agree with each other."""
    for index, row in enumerate(edition.rows):
        place: Place = ("rows", index)
        for status in row.who.statuses:
            if status.role is not row.who.role:
                yield Problem(
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
            yield Problem(
                (*place, "reported_status" if row.reported_status else "who"),
                f"een antwoord kan de status {row.reports(row.who.statuses[0])!r} niet noemen"
                if row.reported_status
                else f"een antwoord kan de status {unreported[0]!r} niet noemen",
                f"Zet bij reported_status een van: {', '.join(REPORTED_STATUSES[row.who.role])}",
            )
        refused = row.verdict is Verdict.NOT_ELIGIBLE
        if refused and row.reason is None:
            yield Problem((*place, "verdict"), "not_eligible zonder reason", "Noem de reden")
        if not refused and row.reason is not None:
            yield Problem(
                (*place, "reason"), "een reason hoort alleen bij not_eligible", "Verwijder de reden"
            )
        if refused and row.project:
            yield Problem(
                (*place, "project"), "wie niet mee kan, heeft geen project", "Verwijder het"
            )
        if refused and (row.key_action or row.stay):
            yield Problem(
                (*place, "key_action" if row.key_action else "stay"),
                "wie niet mee kan, heeft geen kernactie en geen verblijf",
                "Schrijf null",
            )
        if row.verdict is Verdict.ELIGIBLE and row.key_action is None:
            yield Problem((*place, "key_action"), "eligible zonder kernactie", "Noem KA1 of KA2")
        if row.stay and row.key_action is not KeyAction.KA1:
            yield Problem((*place, "stay"), "alleen KA1 kent een verblijf", "Schrijf null")
        if row.verdict is Verdict.CONDITIONAL and not row.conditions:
            yield Problem(
                (*place, "verdict"),
                "conditional zonder voorwaarde",
                "Noem bij conditions wat beslist",
            )


def _stays(edition: Edition) -> Iterator[Problem]:
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
                        yield Problem(
                            ("stays", kind, index, name),
                            f"{name!r} past niet bij min {stay.min} en max {stay.max}",
                            "certain ligt binnen min en max, possible eromheen",
                        )


def _hits(edition: Edition) -> Iterator[Problem]:
    """Exactly one row for every case, and exactly one stay for every activity."""
    for role in Role:
        yield from _row_hits(edition, role)
    for kind, stays in edition.stays.items():
        for activity in DIMENSIONS["activity"]:
            hits = [index for index, stay in enumerate(stays) if activity in stay.activity]
            if not hits:
                yield Problem(
                    ("stays", kind),
                    f"geen verblijf bij {kind!r} past op activity {activity}",
                    "Voeg een verblijf toe of noem de activiteit bij een ander",
                )
            if len(hits) > 1:
                first, second = hits[:2]
                yield Problem(
                    ("stays", kind, second),
                    f"dit verblijf en {stays[first].id!r} passen allebei op activity {activity}",
                    "Haal de activiteit bij een van de twee weg",
                )


def _row_hits(edition: Edition, role: Role) -> Iterator[Problem]:
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
                    yield Problem(
                        ("rows", edition.rows.index(second)),
                        f"deze rij en {first.id!r} passen allebei op {_described(status, case)}",
                        "Maak 'who' of 'when' van een van de twee nauwer",
                    )
    if missed:
        more = f" (en op {len(missed) - 1} andere gevallen)" if len(missed) > 1 else ""
        yield Problem(
            ("rows",),
            f"geen rij past op {missed[0]}{more}",
            "Voeg een rij toe of verruim 'when' van een andere",
        )


def _described(status: str, case: Case) -> str:
    return ", ".join([f"status {status}", *(f"{name} {value}" for name, value in case.items())])
