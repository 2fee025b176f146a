"""What a conversation knows so far, and how a message changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.eligibility.calendar import (
    AbsurdStay,
    DatedStay,
    DayRange,
    Length,
    LengthStay,
    Stay,
    add_months,
    last_day,
)
from bot.eligibility.facts import Activity, Answer, Facts, Purpose, Role, Sector, Status
from bot.language.reading import Person, Reading, Who


@dataclass(frozen=True)
class Known:
    """Somebody the conversation was about before, and what was known then."""

    who: Who
    noun: str | None
    facts: Facts

    def to_json(self) -> dict[str, Any]:
        return {"who": str(self.who), "noun": self.noun, "facts": self.facts.to_json()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Known:
        return cls(Who(values["who"]), values["noun"], Facts.from_json(values["facts"]))


@dataclass(frozen=True)
class Case:
    """The one case a conversation is about: for whom, what is known, and the open question.

    ``edition`` is the edition asked for, or ``None`` for the default one. ``asks`` is what the bot
    asked last and still wants to know. ``also`` holds the facts of a second traveller, ``before``
    the people whom the conversation was about earlier, the last one first. ``countries`` are those
    of the wanted stay, ``when`` the days it is wanted on or may start.
    """

    facts: Facts = field(default_factory=Facts)
    who: Who = Who.SELF
    noun: str | None = None
    edition: str | None = None
    asks: str | None = None
    also: tuple[Facts, ...] = ()
    before: tuple[Known, ...] = ()
    countries: tuple[str, ...] = ()
    when: DayRange | None = None

    def to_slots(self) -> dict[str, Any]:
        """The case as JSON values, one for each slot."""
        return {
            "facts": self.facts.to_json(),
            "who": str(self.who),
            "noun": self.noun,
            "edition": self.edition,
            "asks": self.asks,
            "also": [facts.to_json() for facts in self.also],
            "before": [known.to_json() for known in self.before],
            "countries": list(self.countries),
            "when": self.when.to_json() if self.when else None,
        }

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Case:
        return cls(
            facts=Facts.from_json(slots.get("facts") or {}),
            who=Who(slots.get("who") or Who.SELF),
            noun=slots.get("noun"),
            edition=slots.get("edition"),
            asks=slots.get("asks"),
            also=tuple(map(Facts.from_json, slots.get("also") or ())),
            before=tuple(map(Known.from_json, slots.get("before") or ())),
            countries=tuple(slots.get("countries") or ()),
            when=DayRange.from_json(slots["when"]) if slots.get("when") else None,
        )


_MOST_PEOPLE = 5


def hear(case: Case, reading: Reading, intent: str, today: date) -> Case:
    """The case after a message: new facts replace old ones, and the rest is kept.

    Another person keeps the wish (stay, activity) and replaces the person. ``intent`` matters only
    for a bare yes, no or "weet ik niet" to the open question.
    """
    case = _hear_person(case, reading)
    case = _hear_wish(case, reading)
    case = _hear_graduation(case, reading, today)
    case = _hear_when(case, reading, today)
    if case.asks and not _told(case.asks, reading):
        case = _hear_bare_answer(case, intent)
    return case


def _hear_person(case: Case, reading: Reading) -> Case:
    if reading.goes_back:
        case = _go_back(case, reading)
    if not reading.travellers:
        return case
    person, *more = reading.travellers
    if person.who is Who.SELF and person.emphasised and case.who is not Who.SELF:
        case = _turn_to(case, Who.SELF, None)
    if _nothing_new(person):
        return case
    if _is_whom_to_send(case, person):
        return _wishing_to_send(case) if person.wishes and reading.abroad else case
    prepares = case.facts.status is Status.PRE_VOCATIONAL
    if prepares and reading.credit and person.points_back:
        return case  # "gevraagd op het mbo, hij zegt dat het niet telt": who said so
    person = _as_place_of_work(case, person)
    too = case.facts.status is Status.GRADUATE and reading.moment and reading.only_facts
    if _is_another(case, person):
        colleague = person.relation == "colleague" and case.facts.role is Role.STAFF
        sector = case.facts.sector
        pupils = person.relation == "pupil" and person.facts.status is None
        teaches = _whom_they_teach(case.facts)
        case = _turn_to(case, person.who, person.noun, pupils=pupils)
        if colleague and case.facts.role is None:
            case = replace(case, facts=replace(case.facts, role=Role.STAFF, sector=sector))
        if pupils and case.facts.status is None and teaches is not None:
            facts = replace(case.facts, role=Role.LEARNER, status=teaches)
            case = replace(case, facts=facts)
    elif not person.points_back:
        case = replace(case, who=person.who, noun=person.noun)
    facts = _overlay(case.facts, person.facts)
    if too and facts.status in (None, Status.VET_STUDENT, Status.TRAINEE):
        # "En mijn vriendin? Zij in januari 2025, ook bso": a graduate as well
        facts = replace(facts, role=Role.LEARNER, status=Status.GRADUATE)
    if person.stay:
        facts = replace(facts, stay=person.stay)
    also = tuple(
        replace(other.facts, stay=other.stay or facts.stay)
        for other in more
        if other.facts.status is not None
    )
    return replace(case, facts=facts, also=also)


def _turn_to(case: Case, who: Who, noun: str | None, *, pupils: bool = False) -> Case:
    """The case of somebody else with the same wish; what was known of them before holds again.

    ``pupils``: by whatever word they are called, they are the pupils spoken of before.
    """
    wish = Facts(stay=case.facts.stay, activity=case.facts.activity)
    left = Known(case.who, case.noun, case.facts)
    known = next(
        (
            k
            for k in case.before
            if (k.who, k.noun) == (who, noun)
            or (pupils and k.who is Who.OTHER and k.facts.role is Role.LEARNER)
        ),
        None,
    )
    facts = replace(known.facts, stay=wish.stay, activity=wish.activity) if known else wish
    others = tuple(
        k for k in case.before if (k.who, k.noun) not in {(who, noun), (case.who, case.noun)}
    )
    before = (left, *others) if case.facts.role else others
    return replace(case, facts=facts, who=who, noun=noun, also=(), before=before[:_MOST_PEOPLE])


def _whom_they_teach(staff: Facts) -> Status | None:
    """What the pupils are of somebody in vocational education; ``None`` of anybody else."""
    if staff.role is not Role.STAFF or staff.sector is not Sector.VOCATIONAL:
        return None
    return Status.TRAINEE if staff.status is Status.TRAINER else Status.VET_STUDENT


def _go_back(case: Case, reading: Reading) -> Case:
    """ "Terug naar Lotte": the one who is named, else the last one before."""
    nouns = {person.noun for person in reading.travellers}
    named = next(
        (
            k
            for k in case.before
            if (k.noun and k.noun in nouns) or (reading.purpose and k.who is Who.ORGANISATION)
        ),
        None,
    )
    known = named or next(iter(case.before), None)
    return _turn_to(case, known.who, known.noun) if known else case


def _nothing_new(person: Person) -> bool:
    """A bare "ik wil zes weken" says nothing about who goes; "en mijn collega?" does."""
    return person.facts == Facts() and (person.who is Who.SELF or person.points_back)


def _is_whom_to_send(case: Case, person: Person) -> bool:
    """ "Leerlingen laten gaan" as what an organisation wants, not as another case."""
    return case.facts.role is Role.ORGANISATION and person.relation in {"pupil", "staff"}


def _wishing_to_send(case: Case) -> Case:
    """ "Onze leerlingen willen naar Malta" tells what the organisation is to do."""
    if case.facts.purpose is not None:
        return case
    return replace(case, facts=replace(case.facts, purpose=Purpose.SEND))


def _as_place_of_work(case: Case, person: Person) -> Person:
    """Of staff, "in het kleuteronderwijs" says where they work, not what they learn."""
    colleague = person.relation == "colleague"
    if person.place is None:
        return person
    if case.facts.status is Status.GRADUATE and person.points_back and case.asks == "graduation":
        return replace(
            person, facts=Facts()
        )  # "mbo, in november": of which school, not a new status
    if case.facts.role is not Role.STAFF:
        return person
    if not (person.points_back or colleague):
        return person
    status = case.facts.status if colleague and person.place is Sector.OTHER else None
    return replace(person, facts=Facts(role=Role.STAFF, status=status, sector=person.place))


def _is_another(case: Case, person: Person) -> bool:
    if person.points_back or not (case.facts.role or case.facts.status):
        return False
    if person.who is not case.who:
        return True
    return person.who is Who.OTHER and person.noun != case.noun


def _overlay(known: Facts, said: Facts) -> Facts:
    """``known`` with what was ``said``; facts that hung on a replaced role or status go."""
    if said.role and said.role is not known.role:
        return replace(said, stay=known.stay, activity=known.activity, purpose=known.purpose)
    if said.status and said.status is not known.status:
        return replace(
            known,
            role=said.role or said.status.role,
            status=said.status,
            graduation=said.graduation,
            credit=said.credit,
            sector=said.sector or known.sector,
        )
    return replace(
        known,
        role=said.role or known.role,
        graduation=said.graduation or known.graduation,
        sector=said.sector or known.sector,
    )


def _hear_wish(case: Case, reading: Reading) -> Case:
    facts = case.facts
    if reading.stay and len(reading.travellers) < 2:
        facts = replace(facts, stay=reading.stay)
    elif reading.departure or reading.return_:
        facts = replace(facts, stay=_with_end(facts.stay, reading))
    elif reading.number is not None and isinstance(facts.stay, DatedStay):
        facts = replace(facts, stay=_until_day(facts.stay, reading.number))
    elif reading.number is not None and isinstance(facts.stay, LengthStay):
        # "En 59?" after "61 dagen": the same unit
        facts = replace(
            facts, stay=LengthStay.of(Length.of(reading.number, facts.stay.longest.unit))
        )
    if reading.activity:
        facts = replace(facts, activity=reading.activity)
    if reading.credit:
        facts = replace(facts, credit=reading.credit)
    if reading.purpose and facts.role in (None, Role.ORGANISATION):
        facts = replace(facts, purpose=reading.purpose)
    elif case.asks == "purpose" and reading.names_both_purposes:
        facts = replace(facts, purpose=Purpose.UNKNOWN)  # neither excludes the other
    if reading.partnership:
        facts = replace(facts, partnership=reading.partnership)
    return replace(
        case,
        facts=facts,
        edition=reading.edition or case.edition,
        countries=reading.countries or case.countries,
    )


def _with_end(stay: Stay | None, reading: Reading) -> Stay | None:
    """The stay told before with another first or last day."""
    if isinstance(stay, LengthStay) and reading.departure and stay.shortest == stay.longest:
        first = reading.departure.earliest
        return DatedStay(first, last_day(first, stay.shortest))
    if not isinstance(stay, DatedStay):
        return stay
    first, last = stay.first_day, stay.last_day
    if reading.departure:
        first = reading.departure.earliest
    if reading.return_:
        last = reading.return_.latest
        if not reading.end_has_year:
            last = _first_such_day_from(first, last)
    return DatedStay(first, last) if first <= last else AbsurdStay(f"{first} - {last}")


def _until_day(stay: DatedStay, day: int) -> Stay:
    """ "Of t/m 13": another day of the same month."""
    try:
        last = stay.last_day.replace(day=day)
    except ValueError:
        return stay
    return DatedStay(stay.first_day, last) if stay.first_day <= last else AbsurdStay(str(day))


def _first_such_day_from(first: date, day: date) -> date:
    years = range(-3, 4)
    days = (add_months(day, 12 * year) for year in years)
    return next((candidate for candidate in days if candidate >= first), day)


def _hear_graduation(case: Case, reading: Reading, today: date) -> Case:
    facts = case.facts
    if facts.status is not Status.GRADUATE or reading.moment is None:
        return case
    if reading.travellers and reading.travellers[0].facts.graduation:
        return case
    moment = reading.moment
    if not reading.moment_has_year:
        moment = _in_year_told_before(moment, facts.graduation, today)
    if moment.earliest > today:
        return case
    return replace(case, facts=replace(facts, graduation=moment))


def _hear_when(case: Case, reading: Reading, today: date) -> Case:
    stay = case.facts.stay
    if isinstance(stay, DatedStay) and (reading.stay or reading.departure or reading.return_):
        return replace(case, when=DayRange(stay.first_day, stay.last_day))
    if reading.when is None:
        return case
    if reading.when == reading.moment and case.facts.status is Status.GRADUATE:
        return case  # "in 2025": when the diploma was obtained
    return replace(case, when=days_asked_about(reading, today))


def days_asked_about(reading: Reading, today: date) -> DayRange | None:
    """The days that a message asks about; "in september" is the next one, for a stay is to come."""
    when = reading.when
    if when is None or when != reading.moment or reading.moment_has_year or when.latest >= today:
        return when
    return _in_another_year(when, 1)


def _in_another_year(days: DayRange, later: int) -> DayRange:
    return DayRange(add_months(days.earliest, 12 * later), add_months(days.latest, 12 * later))


def _in_year_told_before(
    moment: DayRange, known: DayRange | Answer | None, today: date
) -> DayRange:
    """ "Vorig jaar", then "in februari": February of that year; else the last one that has been.

    "En als het 10 maart was?" after another day: the 10th of March that is nearest to it.
    """
    years = [_in_another_year(moment, -back) for back in range(3)]
    been = [year for year in years if year.earliest <= today]
    if not isinstance(known, DayRange):
        return next(iter(been), moment)
    return min(been, key=lambda year: _days_between(year, known), default=moment)


def _days_between(one: DayRange, other: DayRange) -> int:
    apart = max(one.earliest - other.latest, other.earliest - one.latest)
    return max(apart.days, 0)


def _told(asks: str, reading: Reading) -> bool:
    """Whether the message itself tells what was asked, so that a yes or no in it is no answer."""
    return {
        "credit": reading.credit is not None,
        "purpose": reading.purpose is not None,
        "graduation": reading.moment is not None,
        "activity": reading.activity is not None,
        "stay": reading.stay is not None,
    }.get(asks, reading.describes_somebody)


_BARE_ANSWERS = {"affirm": Answer.YES, "deny": Answer.NO, "dont_know": Answer.UNKNOWN}


def _hear_bare_answer(case: Case, intent: str) -> Case:
    answer = _BARE_ANSWERS.get(intent)
    if answer is None:
        return case
    facts = case.facts
    match case.asks:
        case "credit":
            facts = replace(facts, credit=answer)
        case "graduation" if answer is Answer.UNKNOWN:
            facts = replace(facts, graduation=Answer.UNKNOWN)
        case "purpose" if answer is Answer.UNKNOWN:
            facts = replace(facts, purpose=Purpose.UNKNOWN)
        case "activity" if answer is Answer.UNKNOWN:
            facts = replace(facts, activity=Activity.UNKNOWN)
        case "sector":
            sectors = {
                Answer.YES: Sector.VOCATIONAL,
                Answer.NO: Sector.OTHER,
                Answer.UNKNOWN: Sector.UNKNOWN,
            }
            facts = replace(facts, sector=sectors[answer])
    return replace(case, facts=facts)
