"""What a message says: who goes, as what, for how long, and where each fact was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.eligibility.calendar import DayRange, Stay, stay_from_json
from bot.eligibility.facts import Activity, Answer, Facts, Partnership, Purpose, Sector
from bot.language.mending import Mended


class Who(StrEnum):
    """Whom the facts are about, seen from the person who writes."""

    SELF = "self"
    OTHER = "other"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Person:
    """One who may go abroad (or the organisation that asks), as far as the message tells.

    ``relation`` is the kind of somebody else (family, colleague, pupil …), ``noun`` the word for
    them. ``points_back`` says that the message names nobody and so speaks of whoever it was about
    before: "hij doet mbo", or without a subject "mbo, niveau 4". ``place`` is the sector of the
    school, if a kind of education is all that was said: of a teacher it tells where he works.
    ``emphasised``: named as the one it is about ("ik zelf", "het gaat om mijn zoon"). ``wishes``:
    it is said or asked that this person wants to, may or can do something.
    """

    who: Who
    facts: Facts
    relation: str | None = None
    noun: str | None = None
    points_back: bool = False
    place: Sector | None = None
    emphasised: bool = False
    wishes: bool = False
    stay: Stay | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "who": str(self.who),
            "facts": self.facts.to_json(),
            "relation": self.relation,
            "noun": self.noun,
            "points_back": self.points_back,
            "place": self.place,
            "emphasised": self.emphasised,
            "wishes": self.wishes,
            "stay": self.stay.to_json() if self.stay else None,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Person:
        return cls(
            who=Who(values["who"]),
            facts=Facts.from_json(values["facts"]),
            relation=values["relation"],
            noun=values["noun"],
            points_back=values["points_back"],
            place=Sector(values["place"]) if values["place"] else None,
            emphasised=values["emphasised"],
            wishes=values["wishes"],
            stay=stay_from_json(values["stay"]) if values["stay"] else None,
        )


@dataclass(frozen=True)
class Finding:
    """One fact and the characters of the message it was read from."""

    fact: str
    value: str
    start: int
    end: int
    text: str

    def to_json(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Reading:
    """Everything that one message tells; what it does not tell is ``None`` or empty.

    ``travellers`` are the persons whose stay is asked about, most likely first; ``moment`` is a day
    or span, in the past if it can be ("juni vorig jaar"), with ``moment_has_year`` telling whether
    the year was said; ``departure`` and ``return_`` are the first or last day of a stay whose other
    end was told before, ``end_has_year`` whether its year was said; ``goes_back``: it turns back to
    somebody spoken of before ("terug naar mijn dochter"); ``referral`` names a near miss (au pair,
    DUO …); ``number`` is the only number of a message of a few words ("en 59?"); ``countries`` are
    those where somebody wants to go, by the name that the rule tables use; ``abroad``: it names a
    place abroad or the programme; ``now``: it asks what holds today ("geldt dat nog?"); ``when``
    are the days that it asks about, mostly to come ("in 2030 zes weken", "en in 2026?");
    ``only_facts``: it says nothing else ("mijn zoon zit op het vti").
    """

    travellers: tuple[Person, ...] = ()
    stay: Stay | None = None
    activity: Activity | None = None
    purpose: Purpose | None = None
    partnership: Partnership | None = None
    credit: Answer | None = None
    moment: DayRange | None = None
    moment_has_year: bool = True
    departure: DayRange | None = None
    return_: DayRange | None = None
    end_has_year: bool = True
    goes_back: bool = False
    edition: str | None = None
    referral: str | None = None
    number: int | None = None
    countries: tuple[str, ...] = ()
    abroad: bool = False
    now: bool = False
    when: DayRange | None = None
    only_facts: bool = False
    findings: tuple[Finding, ...] = field(default=())

    @property
    def tells_something(self) -> bool:
        """Whether any fact for a decision was read."""
        return bool(
            self.travellers
            or self.stay
            or self.purpose
            or self.credit
            or self.moment
            or self.departure
            or self.return_
            or self.goes_back
            or self.edition
        )

    @property
    def asks_about_time(self) -> bool:
        """Whether it asks what holds today or at some other time."""
        return bool(self.edition or self.now or self.when)

    @property
    def describes_somebody(self) -> bool:
        """Whether somebody's role or status was read, which few sentences about other things do."""
        return any(p.facts.role or p.facts.status for p in self.travellers)

    @property
    def speaks_of_somebody(self) -> bool:
        """Whether somebody is described, or named as the one who goes ("mijn kleinzoon")."""
        return self.describes_somebody or any(
            (p.who is Who.OTHER and not p.points_back) or self.stay for p in self.travellers
        )

    @property
    def wishes_abroad(self) -> bool:
        """Whether somebody is said to want or be able to go abroad: "mag mijn zoon naar Malta?"."""
        return self.abroad and any(person.wishes for person in self.travellers)

    @property
    def is_on_topic(self) -> bool:
        """Whether it speaks of going abroad, learning there, or the programme.

        A course by itself is not: most are at home.
        """
        activity = self.activity not in (None, Activity.COURSE)
        told = self.describes_somebody and self.stay
        return bool(self.abroad or activity or told or self.purpose or self.edition or self.credit)

    @property
    def names_both_purposes(self) -> bool:
        """Whether an organisation is said to want to send people and to cooperate."""
        named = {finding.value for finding in self.findings if finding.fact == "purpose"}
        return named == {Purpose.SEND, Purpose.COOPERATE}

    @property
    def is_personal(self) -> bool:
        """Whether a description is tied to somebody: to "ik", "mijn dochter", "ons roc"."""
        return any(not p.points_back for p in self.travellers)

    def placed_in(self, mended: Mended) -> Reading:
        """The reading with its findings in the text as it was typed."""
        return replace(
            self,
            findings=tuple(
                replace(f, start=start, end=end, text=mended.typed[start:end])
                for f in self.findings
                for start, end in [mended.as_typed(f.start, f.end)]
            ),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "travellers": [person.to_json() for person in self.travellers],
            "stay": self.stay.to_json() if self.stay else None,
            "activity": self.activity,
            "purpose": self.purpose,
            "partnership": self.partnership,
            "credit": self.credit,
            "moment": self.moment.to_json() if self.moment else None,
            "moment_has_year": self.moment_has_year,
            "departure": self.departure.to_json() if self.departure else None,
            "return": self.return_.to_json() if self.return_ else None,
            "end_has_year": self.end_has_year,
            "goes_back": self.goes_back,
            "edition": self.edition,
            "referral": self.referral,
            "number": self.number,
            "countries": list(self.countries),
            "abroad": self.abroad,
            "now": self.now,
            "when": self.when.to_json() if self.when else None,
            "only_facts": self.only_facts,
            "findings": [finding.to_json() for finding in self.findings],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Reading:
        return cls(
            travellers=tuple(map(Person.from_json, values["travellers"])),
            stay=stay_from_json(values["stay"]) if values["stay"] else None,
            activity=Activity(values["activity"]) if values["activity"] else None,
            purpose=Purpose(values["purpose"]) if values["purpose"] else None,
            partnership=Partnership(values["partnership"]) if values["partnership"] else None,
            credit=Answer(values["credit"]) if values["credit"] else None,
            moment=_days(values["moment"]),
            moment_has_year=values["moment_has_year"],
            departure=_days(values["departure"]),
            return_=_days(values["return"]),
            end_has_year=values["end_has_year"],
            goes_back=values["goes_back"],
            edition=values["edition"],
            referral=values["referral"],
            number=values["number"],
            countries=tuple(values["countries"]),
            abroad=values["abroad"],
            now=values["now"],
            when=DayRange.from_json(values["when"]) if values["when"] else None,
            only_facts=values["only_facts"],
            findings=tuple(Finding(**finding) for finding in values["findings"]),
        )


def _days(values: Mapping[str, Any] | None) -> DayRange | None:
    return DayRange.from_json(values) if values else None
