"""What a rule owner wants to know of an edition: quotes that stand, rows without a scenario."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from bot.eligibility.decision import Decision
from bot.eligibility.scenarios import Scenario, differences, outcome
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


def untouched_entries(edition: Edition, scenarios: Iterable[Scenario]) -> list[str]:
    """The rows and stays that no scenario leads to."""
    touched = set()
    for scenario in scenarios:
        found = outcome(edition, scenario)
        if isinstance(found, Decision):
            touched |= {found.rule, found.stay_row.id if found.stay_row else ""}
    stays = [stay.id for kind in edition.stays.values() for stay in kind]
    return [name for name in (*stays, *(row.id for row in edition.rows)) if name not in touched]


def failing_scenarios(edition: Edition, scenarios: Iterable[Scenario]) -> list[str]:
    """One line per scenario whose answer is not as expected."""
    return [
        f"scenario {scenario.note!r}: {'; '.join(found)}."
        for scenario in scenarios
        if (found := differences(edition, scenario))
    ]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of an edition's file, for editors that check while one types."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **Edition.schema()}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
