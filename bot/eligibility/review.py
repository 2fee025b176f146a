"""What a rule owner wants to know of an edition: quotes that stand, rows without a scenario."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from bot.eligibility.decision import Decision
from bot.eligibility.edited_file import Fault, Place
from bot.eligibility.scenarios import SCENARIOS, Scenario, differences, outcome
from bot.eligibility.table import Edition


def missing_quotes(edition: Edition, source: str, document: str) -> list[str]:
    """The names of the quotes from ``source`` that do not stand word for word in the document.

    White space counts as one space, so a quote may run over lines.
    """
    text = _folded(document)
    return [
        name
        for name, quote in edition.quotes.items()
        if quote.source == source and _folded(quote.quote) not in text
    ]


def untouched_entries(edition: Edition, scenarios: Iterable[Scenario]) -> list[Place]:
    """The places of the rows and stays that no scenario leads to."""
    touched = set()
    for scenario in scenarios:
        found = outcome(edition, scenario)
        if isinstance(found, Decision):
            touched |= {found.rule, found.stay_row.id if found.stay_row else ""}
    places: dict[Place, str] = {
        ("stays", kind, index): stay.id
        for kind, stays in edition.stays.items()
        for index, stay in enumerate(stays)
    }
    places |= {("rows", index): row.id for index, row in enumerate(edition.rows)}
    return [place for place, name in places.items() if name not in touched]


def failing_scenarios(edition: Edition, scenarios: Iterable[Scenario]) -> Iterator[Fault]:
    """The scenarios whose answer is not as expected."""
    for scenario in scenarios:
        if found := differences(edition, scenario):
            yield Fault(
                f"{SCENARIOS.name}/{edition.edition}.yml",
                scenario.line,
                None,
                f"scenario {scenario.note!r}: {'; '.join(found)}",
                "Klopt de regel, pas dan 'expected' aan; klopt het scenario, verbeter dan de regel",
            )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of an edition's file, for editors that check while one types."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **Edition.schema()}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
