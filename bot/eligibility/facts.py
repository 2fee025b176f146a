"""The vocabulary of facts: what can be known about somebody who asks.

Identifiers follow the Erasmus+ Programme Guide. A fact that is not known is ``None``; a fact that
the person cannot tell ("weet ik niet") is ``Answer.UNKNOWN``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from bot.eligibility.calendar import DayRange, Stay, stay_from_json


class Role(StrEnum):
    """Who the case is about."""

    LEARNER = "learner"
    STAFF = "staff"
    ORGANISATION = "organisation"


class Status(StrEnum):
    """What a person is within education, or what kind an organisation is.

    ``GRADUATE`` is what people say ("ik heb mijn diploma"); the rule table turns it into
    ``recent_graduate`` or ``past_graduate`` by the date. ``UNLISTED_TRAINING`` is vocational
    training of which a national authority decides whether it counts (VDAB, UWV, private courses);
    ``UNLISTED_STAFF`` is somebody in vocational education whose post the source does not name;
    ``NON_VOCATIONAL_COURSE`` is a course without a trade (inburgering, language, second chance).
    """

    # learners
    TRAINEE = "trainee"
    VET_STUDENT = "vet_student"
    VOCATIONAL_COLLEGE_STUDENT = "vocational_college_student"
    REGULATED_TRAINING = "regulated_training"
    GRADUATE = "graduate"
    PRE_VOCATIONAL = "pre_vocational"
    UNLISTED_TRAINING = "unlisted_training"
    HIGHER_EDUCATION_STUDENT = "higher_education_student"
    GENERAL_EDUCATION_PUPIL = "general_education_pupil"
    NON_VOCATIONAL_COURSE = "non_vocational_course"
    NOT_IN_EDUCATION = "not_in_education"
    # staff
    TRAINER = "trainer"
    TEACHER = "teacher"
    ADVISER = "adviser"
    HEAD = "head"
    PLANNER = "planner"
    UNLISTED_STAFF = "unlisted_staff"
    # kinds of organisation
    COMPANY = "company"
    CHAMBER = "chamber"
    SOCIAL_PARTNER = "social_partner"
    VET_PROVIDER = "vet_provider"
    TRAINING_CENTRE = "training_centre"
    UNIVERSITY = "university"
    GOVERNMENT = "government"
    RESEARCH_CENTRE = "research_centre"
    AUTHORITY = "authority"
    ASSOCIATION = "association"
    NGO = "ngo"

    @property
    def role(self) -> Role:
        """The role that this status belongs to."""
        return _ROLE_OF[self]


STATUSES: dict[Role, tuple[Status, ...]] = {
    Role.LEARNER: tuple(Status)[:11],
    Role.STAFF: tuple(Status)[11:17],
    Role.ORGANISATION: tuple(Status)[17:],
}
_ROLE_OF = {status: role for role, statuses in STATUSES.items() for status in statuses}


class Answer(StrEnum):
    """The answer to a yes/no fact; ``UNKNOWN`` when the person cannot say."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Sector(StrEnum):
    """Where somebody of the staff works. Unsaid (``None``): vocational education is a condition."""

    VOCATIONAL = "vocational"
    OTHER = "other"
    AMBIGUOUS = "ambiguous"  # "een middelbare school": may or may not be vocational, so ask
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """What an organisation wants."""

    SEND = "send"
    COOPERATE = "cooperate"
    UNKNOWN = "unknown"


class Activity(StrEnum):
    """What somebody wants to do abroad; decides the length of stay from edition 2021-2027 on."""

    # learners
    SHORT_STAY = "short_stay"
    LONG_STAY = "long_stay"  # ErasmusPro
    GROUP = "group"
    SKILLS_COMPETITION = "skills_competition"
    # staff
    JOB_SHADOWING = "job_shadowing"
    TEACHING = "teaching"
    COURSE = "course"
    # any: a work placement, for learners the short or long stay by its length
    PLACEMENT = "placement"
    UNKNOWN = "unknown"


class Partnership(StrEnum):
    """The kind of project in which organisations cooperate, from edition 2021-2027 on."""

    COOPERATION = "cooperation_partnership"
    SMALL_SCALE = "small_scale_partnership"
    CENTRE_OF_EXCELLENCE = "centre_of_excellence"
    ALLIANCE = "alliance"


@dataclass(frozen=True)
class Facts:
    """All that is known of one case. Every field may be ``None``: not known yet.

    ``graduation`` is the span of days on which the diploma may have been obtained (one day if the
    date is known exactly), or ``Answer.UNKNOWN`` if the person cannot say.
    ``credit``: whether a preparatory course counts towards a later vocational training.
    ``stay``: the wanted stay abroad, see :mod:`bot.eligibility.calendar`.
    """

    role: Role | None = None
    status: Status | None = None
    graduation: DayRange | Answer | None = None
    credit: Answer | None = None
    sector: Sector | None = None
    purpose: Purpose | None = None
    activity: Activity | None = None
    partnership: Partnership | None = None
    stay: Stay | None = None

    def to_json(self) -> dict[str, Any]:
        """The known facts as plain JSON values, as conversation slots and the API hold them."""
        return {
            field.name: value.to_json() if isinstance(value, (DayRange, Stay)) else str(value)
            for field in fields(self)
            if (value := getattr(self, field.name)) is not None
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Facts:
        """The facts that :meth:`to_json` wrote; raises ``ValueError`` on an unknown value."""
        known = {name: value for name, value in values.items() if value is not None}
        unknown = known.keys() - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"onbekend feit: {', '.join(sorted(unknown))}")
        return cls(**{name: _READERS[name](value) for name, value in known.items()})


def _graduation(value: Any) -> DayRange | Answer:
    return Answer(value) if isinstance(value, str) else DayRange.from_json(value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "role": Role,
    "status": Status,
    "graduation": _graduation,
    "credit": Answer,
    "sector": Sector,
    "purpose": Purpose,
    "activity": Activity,
    "partnership": Partnership,
    "stay": stay_from_json,
}
