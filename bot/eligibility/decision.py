"""From facts to a decision, or to the one question that is still open. Pure and typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from bot.eligibility.calendar import (
    AbsurdStay,
    DayRange,
    Fit,
    LengthStay,
    Limits,
    Stay,
    overlap,
    within_months_after,
)
from bot.eligibility.facts import Answer, Facts, Role, Sector, Status
from bot.eligibility.table import (
    DIMENSIONS,
    UNSAID,
    Case,
    Condition,
    Edition,
    KeyAction,
    Quote,
    Reason,
    Row,
    StayRow,
    Verdict,
)

Asks = Literal["role", "status", "graduation", "credit", "purpose", "activity", "sector", "stay"]


@dataclass(frozen=True)
class Question:
    """One more fact is needed first."""

    asks: Asks


@dataclass(frozen=True)
class Decision:
    """What an edition says of a case, and why. All else follows from the row that matched."""

    edition: Edition
    facts: Facts
    today: date
    status: Status
    case: Case
    row: Row
    stay_row: StayRow | None

    @property
    def role(self) -> Role:
        return self.status.role

    @property
    def reported_status(self) -> str:
        return self.row.reports(self.status)

    @property
    def verdict(self) -> Verdict:
        return self.row.verdict

    @property
    def reason(self) -> Reason | None:
        return self.row.reason

    @property
    def key_action(self) -> KeyAction | None:
        return self.row.key_action

    @property
    def rule(self) -> str:
        return self.row.id

    @property
    def condition_names(self) -> tuple[str, ...]:
        """The conditions of the row and of the stay, as far as they concern this case."""
        names = self.row.conditions + (self.stay_row.conditions if self.stay_row else ())
        return tuple(
            name
            for name in dict.fromkeys(names)
            if self.edition.conditions[name].when.matches(self.case)
        )

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(self.edition.conditions[name] for name in self.condition_names)

    @property
    def stay(self) -> Limits | None:
        """How long a stay may last, or ``None`` where no individual stay is granted."""
        return self.stay_row.limits if self.stay_row else None

    @property
    def requested_stay(self) -> Stay | None:
        return self.facts.stay

    @property
    def fits(self) -> Fit | None:
        """Whether the wanted stay is allowed; ``None`` without a wish or without any stay."""
        if self.facts.stay is None or self.stay_row is None:
            return None
        return self.stay_row.fit(self.facts.stay)

    @property
    def fitting_part(self) -> LengthStay | None:
        """Of a wanted range of lengths that does not fit as a whole, the part that does."""
        if self.facts.stay is None or self.stay is None or self.fits is not Fit.NO:
            return None
        return overlap(self.facts.stay, self.stay)

    @property
    def source(self) -> Quote:
        return self.edition.quotes[self.row.quote]

    @property
    def explanation(self) -> str:
        texts = [self.row.explanation]
        if self.stay_row:
            texts.append(self.stay_row.explanation)
        return " ".join(texts)

    @property
    def next_step(self) -> str:
        return self.edition.next_steps[self.row.next_step]

    def to_payload(self) -> dict[str, Any]:
        """The ``answer`` object of the contract, with the texts and a receipt beside it.

        The receipt holds all that is needed to take the same decision again.
        """
        document = self.edition.source(self.source.source)
        source = {
            "heading": self.source.heading or document.title,
            "quote": self.source.quote,
            "title": document.title,
            "address": document.address,
        }
        if self.stay_row:
            source["stay_quote"] = self.edition.quotes[self.stay_row.quote].quote
        project = self.row.project
        return {
            "type": "answer",
            "edition": self.edition.edition,
            "role": self.role.value,
            "status": self.reported_status,
            "verdict": self.verdict.value,
            "reason": self.reason.value if self.reason else None,
            "conditions": [str(condition.text) for condition in self.conditions],
            "key_action": self.key_action.value if self.key_action else None,
            "stay": (
                {"min": str(self.stay_row.min), "max": str(self.stay_row.max)}
                if self.stay_row
                else None
            ),
            "requested_stay": (
                {"length": self.facts.stay.iso(), "fits": self.fits.value if self.fits else None}
                if self.facts.stay
                else None
            ),
            **({"project": {"min": str(project.min), "max": str(project.max)}} if project else {}),
            "rule": str(self.rule),
            "source": source,
            "explanation": self.explanation,
            "stay_explanation": str(self.stay_row.explanation) if self.stay_row else None,
            "next_step": str(self.next_step),
            "edition_title": str(self.edition.title),
            "receipt": {
                "edition": self.edition.edition,
                "rule": str(self.rule),
                "hash": self.edition.fingerprint,
                "date": self.today.isoformat(),
                "facts": self.facts.to_json(),
            },
        }


def decide(edition: Edition, facts: Facts, today: date) -> Decision | Question:
    """The decision of ``edition`` on ``facts``, or the question that must be answered first.

    Raises ``ValueError`` if role and status contradict each other.
    """
    if isinstance(facts.stay, AbsurdStay):
        return Question("stay")
    if facts.status is None:
        return Question("role" if facts.role is None else "status")
    if facts.role not in (None, facts.status.role):
        raise ValueError(f"{facts.status} hoort niet bij {facts.role}")
    case = known_case(edition, facts, today)
    rows = [row for row in edition.rows_for(facts.status) if row.when.matches(case)]
    for dimension in DIMENSIONS:
        if dimension not in case and any(dimension in row.when.values() for row in rows):
            return Question(dimension)  # type: ignore[arg-type]
    row, stay_row = match(edition, facts.status, case)
    found = Decision(edition, facts, today, facts.status, case, row, stay_row)
    return Question("activity") if _activity_decides(found) else found


def _activity_decides(found: Decision) -> bool:
    """Whether a wanted stay of which the activity is unsaid may be allowed, and for some one is."""
    wanted = found.facts.stay
    if wanted is None or found.facts.activity or found.fits is not Fit.DEPENDS:
        return False
    stays = found.edition.stays[str(found.row.stay)]
    return any(stay.fit(wanted) is Fit.YES for stay in stays)


def match(edition: Edition, status: Status, case: Case) -> tuple[Row, StayRow | None]:
    """The one row that decides a case, and the one stay that it grants if it grants any.

    Raises ``ValueError`` if the case leaves a dimension open that the rows distinguish.
    """
    (row,) = (row for row in edition.rows_for(status) if row.when.matches(case))
    if row.stay is None:
        return row, None
    activity = case.get("activity", UNSAID)
    (stay_row,) = (stay for stay in edition.stays[row.stay] if activity in stay.activity)
    return row, stay_row


def known_case(edition: Edition, facts: Facts, today: date) -> Case:
    """The dimensions of a case as far as the facts settle them.

    Sector, activity and partnership need not be said; a graduation of which only some days keep
    within the limit is open, and so is a sector that can be read two ways.
    """
    readings = {
        "graduation": _graduation(edition, facts, today),
        "credit": facts.credit,
        "sector": None if facts.sector is Sector.AMBIGUOUS else facts.sector or UNSAID,
        "purpose": facts.purpose,
        "activity": facts.activity or UNSAID,
        "partnership": facts.partnership or UNSAID,
    }
    return {name: str(value) for name, value in readings.items() if value is not None}


def _graduation(edition: Edition, facts: Facts, today: date) -> str | None:
    if not isinstance(facts.graduation, DayRange):
        return str(Answer.UNKNOWN) if facts.graduation is Answer.UNKNOWN else None
    match within_months_after(facts.graduation, edition.graduation_months, today):
        case None:
            return None
        case within:
            return "within_limit" if within else "after_limit"
