"""The form of a rule table: what one edition's YAML file may hold, and what its entries mean.

Hit policy: for every case exactly one row matches (unique and complete), and for every wanted
activity exactly one stay of the named kind. ``bot.eligibility.loader`` checks both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import product
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConstrainedStr, Field, PrivateAttr, root_validator, validator

from bot.eligibility.calendar import Fit, Length, Limits, Stay, fit
from bot.eligibility.facts import STATUSES, Role, Status


class Verdict(StrEnum):
    """Whether the person or organisation can take part."""

    ELIGIBLE = "eligible"
    CONDITIONAL = "conditional"
    NOT_ELIGIBLE = "not_eligible"


class Reason(StrEnum):
    """Why somebody cannot take part."""

    STATUS_NOT_COVERED = "status_not_covered"
    GRADUATED_TOO_LONG_AGO = "graduated_too_long_ago"
    TRAINING_NOT_CREDITED = "training_not_credited"
    SECTOR_NOT_COVERED = "sector_not_covered"


class KeyAction(StrEnum):
    """The part of the programme: 1 is mobility of people, 2 is cooperation of organisations."""

    KA1 = "KA1"
    KA2 = "KA2"


TakesPart = Literal["full", "none", "unsure"]
"""Whether a stay in a country is possible; ``unsure``: it depends, or no source confirms it."""

UNSAID = "unsaid"
GraduationCase = Literal["within_limit", "after_limit", "unknown"]
CreditCase = Literal["yes", "no", "unknown"]
SectorCase = Literal["vocational", "other", "unknown", "unsaid"]
PurposeCase = Literal["send", "cooperate", "unknown"]
ActivityCase = Literal[
    "short_stay",
    "long_stay",
    "group",
    "skills_competition",
    "job_shadowing",
    "teaching",
    "course",
    "placement",
    "unknown",
    "unsaid",
]

PartnershipCase = Literal[
    "cooperation_partnership",
    "small_scale_partnership",
    "centre_of_excellence",
    "alliance",
    "unsaid",
]

Case = Mapping[str, str]
"""The value of each dimension that is known; an open dimension is left out."""

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "graduation": get_args(GraduationCase),
    "credit": get_args(CreditCase),
    "sector": get_args(SectorCase),
    "purpose": get_args(PurposeCase),
    "activity": get_args(ActivityCase),
    "partnership": get_args(PartnershipCase),
}

_NOT_REPORTED = {
    Status.GRADUATE,
    Status.UNLISTED_TRAINING,
    Status.NON_VOCATIONAL_COURSE,
    Status.UNLISTED_STAFF,
}
REPORTED_STATUSES: dict[Role, tuple[str, ...]] = {
    role: (
        *(status.value for status in STATUSES[role] if status not in _NOT_REPORTED),
        *more,
    )
    for role, more in (
        (Role.LEARNER, ("recent_graduate", "past_graduate")),
        (Role.STAFF, ("other_sector_staff",)),
        (Role.ORGANISATION, ()),
    )
}


class Text(ConstrainedStr):
    """Text that is not empty."""

    strict = True
    strip_whitespace = True
    min_length = 1


class Name(ConstrainedStr):
    """The name of an entry that other entries refer to: small letters, digits, hyphens."""

    strict = True
    regex = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Duration(ConstrainedStr):
    """A whole ISO 8601 duration in one unit, such as P2W."""

    strict = True
    regex = r"^P[1-9][0-9]{0,3}[DWMY]$"


class Months(ConstrainedStr):
    """An ISO 8601 duration in months, such as P12M."""

    strict = True
    regex = r"^P[1-9][0-9]{0,2}M$"


class _Entry(BaseModel):
    class Config:
        extra = "forbid"
        frozen = True

        @staticmethod
        def schema_extra(schema: dict[str, Any], model: type[BaseModel]) -> None:
            """Tell editors what pydantic leaves out: null, and one item written without a list."""
            for name, field in model.__fields__.items():
                form = schema["properties"][name]
                choices = [form]
                if form.pop("one_or_more", False):
                    choices.append(form["items"])
                if field.allow_none:
                    choices.append({"type": "null"})
                if len(choices) > 1:
                    schema["properties"][name] = {"anyOf": choices}


def _day(value: object) -> object:
    if type(value) is not date:
        raise ValueError("hier hoort een datum als 2027-03-01")
    return value


def _as_list(value: object) -> object:
    return value if isinstance(value, list | tuple) or value is None else [value]


class Validity(_Entry):
    """The days on which an edition holds, first and last included."""

    first_day: date
    last_day: date

    _days = validator("first_day", "last_day", pre=True, allow_reuse=True)(_day)

    @validator("last_day")
    def _not_before_first(cls, last_day: date, values: dict[str, Any]) -> date:  # noqa: N805
        if "first_day" in values and last_day < values["first_day"]:
            raise ValueError("last_day ligt voor first_day")
        return last_day

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


class Source(_Entry):
    """A page or document that quotes are taken from."""

    id: Name
    title: Text
    address: Text
    consulted: date

    _days = validator("consulted", pre=True, allow_reuse=True)(_day)


class Contact(_Entry):
    """Whom to ask, per region (NL, BE)."""

    name: Text
    region: Literal["NL", "BE"]
    address: Text


class Quote(_Entry):
    """A short literal quote from a source."""

    source: Name
    heading: Text | None = None
    quote: Text


class When(_Entry):
    """The values of each dimension for which an entry holds; a dimension left out: for all."""

    graduation: tuple[GraduationCase, ...] | None = Field(default=None, one_or_more=True)
    credit: tuple[CreditCase, ...] | None = Field(default=None, one_or_more=True)
    sector: tuple[SectorCase, ...] | None = Field(default=None, one_or_more=True)
    purpose: tuple[PurposeCase, ...] | None = Field(default=None, one_or_more=True)
    activity: tuple[ActivityCase, ...] | None = Field(default=None, one_or_more=True)
    partnership: tuple[PartnershipCase, ...] | None = Field(default=None, one_or_more=True)

    _lists = validator("*", pre=True, allow_reuse=True)(_as_list)

    def values(self) -> dict[str, tuple[str, ...]]:
        """The dimensions that matter here, with the values for which the entry holds."""
        return {name: values for name in DIMENSIONS if (values := getattr(self, name)) is not None}

    def differs(self, case: Case) -> Iterator[str]:
        """The dimensions whose known value is another one than asked for here."""
        return (
            name
            for name, values in self.values().items()
            if name in case and case[name] not in values
        )

    def matches(self, case: Case) -> bool:
        """Whether nothing that is known contradicts this."""
        return not any(self.differs(case))


class Condition(_Entry):
    """A sentence on what must also be true; shown only where ``when`` matches."""

    text: Text
    when: When = When()
    quote: Name | None = None


@cache
def _limits(shortest: str, longest: str) -> Limits:
    return Limits(Length.parse(shortest), Length.parse(longest))


class Range(_Entry):
    """A shortest and a longest length, both included."""

    min: Duration
    max: Duration

    @property
    def limits(self) -> Limits:
        """Raises ``ValueError`` if the minimum exceeds the maximum."""
        return _limits(self.min, self.max)

    @root_validator(skip_on_failure=True)
    def _in_order(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805
        _limits(values["min"], values["max"])
        return values


class StayRow(Range):
    """How long a stay may last, for the named activities (left out: for every activity).

    ``certain`` is the part that is allowed without reserve, ``possible`` a wider range outside
    which a stay is certainly not allowed; in between, whether it fits depends on the conditions.
    """

    id: Name
    activity: tuple[ActivityCase, ...] = Field(default=get_args(ActivityCase), one_or_more=True)
    certain: Range | None = None
    possible: Range | None = None
    explanation: Text
    conditions: tuple[Name, ...] = ()
    quote: Name

    _lists = validator("activity", pre=True, allow_reuse=True)(_as_list)

    def fit(self, stay: Stay) -> Fit:
        """Whether a stay of this length is allowed."""
        if fit(stay, (self.possible or self).limits) is Fit.NO:
            return Fit.NO
        if fit(stay, (self.certain or self).limits) is Fit.YES:
            return Fit.YES
        return Fit.DEPENDS


class Who(_Entry):
    """Whom a row is about; without ``status``: every status of the role."""

    role: Role
    status: tuple[Status, ...] | None = Field(default=None, one_or_more=True)

    _lists = validator("status", pre=True, allow_reuse=True)(_as_list)

    @property
    def statuses(self) -> tuple[Status, ...]:
        return STATUSES[self.role] if self.status is None else self.status


class Row(_Entry):
    """One decision. ``project`` is how long a project may take, which is never anybody's stay."""

    id: Name
    who: Who
    when: When = When()
    verdict: Verdict
    reason: Reason | None = None
    key_action: KeyAction | None = Field(...)
    stay: Name | None = Field(...)
    project: Range | None = None
    reported_status: str | None = Field(
        default=None,
        enum=[status for statuses in REPORTED_STATUSES.values() for status in statuses],
    )
    explanation: Text
    conditions: tuple[Name, ...] = ()
    next_step: Name
    quote: Name

    def reports(self, status: Status) -> str:
        """The status that an answer names."""
        return self.reported_status or status.value


class Country(_Entry):
    """A country by the name that ``lexicon/countries.yml`` gives it, with others like it."""

    name: Text
    also: tuple[Text, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """All its names, without regard to capitals."""
        return frozenset(name.casefold() for name in (self.name, *self.also))


class CountryAnswer(_Entry):
    """Whether a country takes part, and what to say of it; ``{country}`` stands for its name."""

    takes_part: TakesPart
    text: Text

    def about(self, country: str) -> CountryAnswer:
        """The same answer with the name filled in."""
        text = Text(self.text.replace("{country}", country))
        return CountryAnswer(takes_part=self.takes_part, text=text)


class SpecialCountry(Country, CountryAnswer):
    """A country with its own answer, and where that was read if not in the list of countries."""

    source: Name | None = None


class Countries(_Entry):
    """Which countries take part, and what to say of those and of all others.

    ``summary`` answers the question which countries take part.
    """

    source: Name
    summary: Text
    taking_part: CountryAnswer
    not_listed: CountryAnswer
    programme: tuple[Country, ...]
    special: tuple[SpecialCountry, ...] = ()

    def answer(self, name: str) -> CountryAnswer:
        """What to say of a country by its name, in whatever case."""
        for special in self.special:
            if name.casefold() in special.names:
                return special.about(name)
        known = any(name.casefold() in country.names for country in self.programme)
        return (self.taking_part if known else self.not_listed).about(name)


class Edition(_Entry):
    """The rules of one edition of the programme."""

    edition: Text
    title: Text
    valid: Validity
    graduation_limit: Months
    contacts: tuple[Contact, ...]
    sources: tuple[Source, ...]
    quotes: dict[str, Quote]
    conditions: dict[str, Condition]
    next_steps: dict[str, Text]
    stays: dict[str, tuple[StayRow, ...]]
    rows: tuple[Row, ...]
    countries: Countries

    _fingerprint: str = PrivateAttr("")
    _rows_of_statuses: tuple[tuple[Row, ...], dict[Status, tuple[Row, ...]]] = PrivateAttr(((), {}))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the file that the edition was read from."""
        return self._fingerprint

    @property
    def graduation_months(self) -> int:
        """How many months after the diploma a graduate can still take part."""
        return int(Length.parse(self.graduation_limit).months)

    def rows_for(self, status: Status) -> tuple[Row, ...]:
        rows, found = self._rows_of_statuses
        if rows is not self.rows:  # a copy with other rows brings the old ones along here
            found = {
                each: tuple(row for row in self.rows if each in row.who.statuses) for each in Status
            }
            self._rows_of_statuses = self.rows, found
        return found[status]

    def source(self, name: str) -> Source:
        return next(source for source in self.sources if source.id == name)

    def fingerprinted(self, fingerprint: str) -> Edition:
        """The same edition, knowing the file it came from."""
        self._fingerprint = fingerprint
        return self


def cases(entries: Iterable[When]) -> Iterator[Case]:
    """Every combination of values of the dimensions that the entries distinguish."""
    named = {name for entry in entries for name in entry.values()}
    space = {name: values for name, values in DIMENSIONS.items() if name in named}
    return (dict(zip(space, values, strict=True)) for values in product(*space.values()))
