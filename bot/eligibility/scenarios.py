"""Scenarios: cases with the answer that a policy officer expects, one file per edition."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, PrivateAttr, ValidationError, validator

from bot.eligibility.calendar import Fit
from bot.eligibility.decision import Asks, Decision, Question, decide
from bot.eligibility.edited_file import EditedFile, Fault, FaultyFileError, form_problems
from bot.eligibility.facts import (
    Activity,
    Answer,
    Facts,
    Partnership,
    Purpose,
    Role,
    Sector,
    Status,
)
from bot.eligibility.table import Edition, KeyAction, Range, Reason, Text, Verdict

_WORDS: dict[str, type[StrEnum]] = {
    "role": Role,
    "status": Status,
    "credit": Answer,
    "sector": Sector,
    "purpose": Purpose,
    "activity": Activity,
    "partnership": Partnership,
}

SCENARIOS = Path(__file__).parent / "editions" / "scenarios"


class ScenarioError(FaultyFileError):
    """A scenario file is broken; the message is one line on the first fault."""


class _Entry(BaseModel):
    class Config:
        extra = "forbid"
        frozen = True


class Expected(_Entry):
    """What the answer must be; a key that is left out is not looked at."""

    asks: Asks | None = None
    rule: Text | None = None
    status: Text | None = None
    verdict: Verdict | None = None
    reason: Reason | None = None
    key_action: KeyAction | None = None
    stay: Range | None = None
    project: Range | None = None
    fits: Fit | None = None
    conditions: tuple[Text, ...] = ()


class Scenario(_Entry):
    """One case: the facts, the bot's day if it matters, and the answer with the reason why."""

    note: Text
    today: date | None = None
    facts: dict[str, Any]
    expected: Expected

    _line: int = PrivateAttr(0)

    @property
    def line(self) -> int:
        """The line of its file that the scenario begins on."""
        return self._line

    def placed(self, line: int, today: date) -> Scenario:
        """The same scenario, knowing its line and its day."""
        found = self.copy(update={"today": self.today or today})
        found._line = line
        return found

    @validator("facts")
    def _readable(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805
        facts_of(values)
        return values

    @validator("expected")
    def _says_something(cls, expected: Expected) -> Expected:  # noqa: N805
        if not expected.__fields_set__:
            raise ValueError("noem bij expected minstens één sleutel")
        return expected


class ScenarioFile(_Entry):
    """All scenarios of one edition; ``today`` is the bot's day unless a scenario names another."""

    today: date
    scenarios: tuple[Scenario, ...]


def facts_of(values: dict[str, Any]) -> Facts:
    """The facts of a scenario; raises ``ValueError`` on what cannot be read.

    Beside what ``Facts.to_json`` writes, a stay may be a duration ("P6W") or two ("P2M/P3M"), and
    a graduation a day.
    """
    plain = {key: _iso(value) for key, value in values.items()}
    stay, graduation = plain.get("stay"), plain.get("graduation")
    if isinstance(stay, str):
        shortest, _, longest = stay.partition("/")
        plain["stay"] = {"shortest": shortest, "longest": longest or shortest}
    if isinstance(graduation, str) and graduation[:1].isdigit():
        plain["graduation"] = {"earliest": graduation, "latest": graduation}
    for name, words in _WORDS.items():
        if name in plain and plain[name] not in list(words):
            raise ValueError(f"{plain[name]!r} kan niet bij {name!r}, kies uit: {', '.join(words)}")
    try:
        return Facts.from_json(plain)
    except (KeyError, TypeError) as error:
        raise ValueError("een verblijf of diplomadatum is niet volledig") from error


def load_scenarios(edition: str, folder: Path = SCENARIOS) -> tuple[Scenario, ...]:
    """The scenarios of an edition, each with its day; raises ``ScenarioError``."""
    path = folder / f"{edition}.yml"
    try:
        edited = EditedFile(path.read_bytes(), path.name)
        file = ScenarioFile.parse_obj(edited.values)
    except OSError as error:
        problem = f"het bestand is niet te lezen ({error.strerror})"
        fault = Fault(str(path), 1, None, problem, "Controleer de naam en de map")
        raise ScenarioError([fault]) from error
    except FaultyFileError as error:
        raise ScenarioError(error.faults) from error
    except ValidationError as error:
        raise ScenarioError(map(edited.fault, form_problems(error, edited.values))) from error
    return tuple(
        scenario.placed(edited.line_of(("scenarios", index)), file.today)
        for index, scenario in enumerate(file.scenarios)
    )


def outcome(edition: Edition, scenario: Scenario) -> Decision | Question:
    """What the edition says of the scenario's facts."""
    if scenario.today is None:
        raise ValueError("dit scenario heeft geen dag")
    return decide(edition, facts_of(scenario.facts), scenario.today)


def differences(edition: Edition, scenario: Scenario) -> list[str]:
    """What is not as expected, one line each; empty if all is."""
    found = outcome(edition, scenario)
    if isinstance(found, Question) and scenario.expected.asks is None:
        return [f"verwacht een besluit, maar de bot vraagt eerst naar {found.asks}"]
    actual = _summary(found)
    expected = {
        name: getattr(scenario.expected, name)
        for name in Expected.__fields__
        if name in scenario.expected.__fields_set__
    }
    return [
        f"{name}: verwacht {_shown(value)}, maar het is {_shown(actual.get(name))}"
        for name, value in expected.items()
        if _shown(actual.get(name)) != _shown(value)
    ]


def _summary(found: Decision | Question) -> dict[str, Any]:
    if isinstance(found, Question):
        return {"asks": found.asks}
    return {
        "rule": found.rule,
        "status": found.reported_status,
        "verdict": found.verdict,
        "reason": found.reason,
        "key_action": found.key_action,
        "stay": found.stay_row,
        "project": found.row.project,
        "fits": found.fits,
        "conditions": found.condition_names,
    }


def _shown(value: Any) -> str:
    if isinstance(value, Range):
        return f"{value.min} tot {value.max}"
    if isinstance(value, tuple):
        return ", ".join(value) or "geen"
    return "geen" if value is None else str(value)


def _iso(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _iso(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value
