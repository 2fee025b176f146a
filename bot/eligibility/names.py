"""What the identifiers of a rule table are called. The Dutch names come from the floor above."""

from __future__ import annotations

from collections.abc import Callable

Names = Callable[[str, str], str]
"""Names a value, ``names("status", "vet_student")``, or a fact, ``names("fact", "sector")``."""


def identifiers(kind: str, value: str) -> str:
    """Everything under its own identifier."""
    return value
