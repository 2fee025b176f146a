"""What the bot says: the responses of ``domain.yml``, filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.eligibility.calendar import DatedStay, Length, LengthStay, Stay, Unit

DOMAIN = Path(__file__).resolve().parents[2] / "domain.yml"

_UNITS = {
    Unit.DAYS: ("dag", "dagen"),
    Unit.WEEKS: ("week", "weken"),
    Unit.MONTHS: ("maand", "maanden"),
    Unit.YEARS: ("jaar", "jaar"),
}
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """One reply to the visitor: Dutch text, closed choices, and what the reply is."""

    text: str
    custom: dict[str, Any]
    buttons: tuple[dict[str, str], ...] = field(default=())


class Wording:
    """The responses of a domain file by their name without ``utter_``."""

    def __init__(self, responses: Mapping[str, Any]) -> None:
        self._responses = responses

    @classmethod
    @cache
    def load(cls, path: Path = DOMAIN) -> Wording:
        """Reads the responses; raises ``KeyError`` later if a name is missing."""
        return cls(YAML(typ="safe").load(path.read_text("utf-8"))["responses"])

    def say(self, name: str, **values: object) -> str:
        """The text of a response with its ``{places}`` filled in."""
        text: str = self._responses[f"utter_{name}"][0]["text"]
        return text.strip().format(**values) if values else text.strip()

    def buttons(self, name: str) -> tuple[dict[str, str], ...]:
        """The buttons of a response: what they show and what they send."""
        return tuple(
            dict(button) for button in self._responses[f"utter_{name}"][0].get("buttons", ())
        )

    def reply(self, name: str, custom: dict[str, Any], **values: object) -> Reply:
        """A whole reply made of one response."""
        return Reply(self.say(name, **values), custom, self.buttons(name))

    def knows(self, name: str) -> bool:
        """Whether there is a response of that name."""
        return f"utter_{name}" in self._responses


def length_in_words(length: Length) -> str:
    """ "6 weken", "1 maand", "1,5 maand", "2,5 maanden"."""
    singular, plural = _UNITS[length.unit]
    amount = length.amount
    noun = singular if amount < 2 else plural
    if amount.denominator == 1:
        return f"{amount.numerator} {noun}"
    return f"{_decimal(amount)} {noun}"


def _decimal(amount: Fraction) -> str:
    return f"{float(amount):.2f}".rstrip("0").replace(".", ",")


def stay_in_words(stay: Stay) -> str:
    """A wanted stay as a reader says it: "6 weken", "2 tot 3 maanden", "1 juli 2026 tot …"."""
    match stay:
        case DatedStay(first_day=first, last_day=last):
            return f"{day_in_words(first)} tot en met {day_in_words(last)}"
        case LengthStay(shortest=shortest, longest=longest) if shortest == longest:
            return length_in_words(shortest)
        case LengthStay(shortest=shortest, longest=longest):
            if shortest.unit is longest.unit:
                amount = shortest.amount
                number = str(amount.numerator) if amount.denominator == 1 else _decimal(amount)
                return f"{number} tot {length_in_words(longest)}"
            return f"{length_in_words(shortest)} tot {length_in_words(longest)}"
    return ""


def day_in_words(day: date) -> str:
    """ "1 maart 2027"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
