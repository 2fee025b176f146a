"""The ground floor: vocabulary of facts, rule tables, strict loader, pure decision, calendar.

Knows nothing of Rasa, of spaCy or of the web.
"""

from bot.eligibility.decision import Decision, Question, decide
from bot.eligibility.facts import Facts
from bot.eligibility.loader import (
    EditionError,
    NoEditionError,
    edition_on,
    load_edition,
    load_editions,
)
from bot.eligibility.table import Edition

__all__ = [
    "Decision",
    "Edition",
    "EditionError",
    "Facts",
    "NoEditionError",
    "Question",
    "decide",
    "edition_on",
    "load_edition",
    "load_editions",
]
