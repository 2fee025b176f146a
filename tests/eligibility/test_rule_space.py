"""The whole space of cases, against the contract's own words rather than against the table."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.eligibility import Decision, Facts, Question, decide, load_editions
from bot.eligibility.calendar import DayRange, Length, LengthStay, Unit
from bot.eligibility.facts import (
    STATUSES,
    Activity,
    Answer,
    Partnership,
    Purpose,
    Role,
    Sector,
    Status,
)
from bot.eligibility.table import REPORTED_STATUSES

TODAY = date(2026, 11, 23)
EDITIONS = load_editions()


def day(year, month, number):
    return DayRange(date(year, month, number), date(year, month, number))


GRADUATIONS = {
    None: "ask",
    day(2026, 6, 30): "within",
    day(2025, 11, 23): "within",
    day(2025, 11, 22): "after",
    DayRange(date(2025, 11, 1), date(2025, 11, 30)): "ask",
    Answer.UNKNOWN: "unknown",
}
ACTIVITIES = (None, *Activity)


def every_case():
    for status in STATUSES[Role.LEARNER]:
        graduations = GRADUATIONS if status is Status.GRADUATE else (None,)
        credits = (None, *Answer) if status is Status.PRE_VOCATIONAL else (None,)
        for graduation, credit, activity in product(graduations, credits, ACTIVITIES):
            yield Facts(
                Role.LEARNER, status, graduation=graduation, credit=credit, activity=activity
            )
    for status, sector, activity in product(STATUSES[Role.STAFF], (None, *Sector), ACTIVITIES):
        yield Facts(Role.STAFF, status, sector=sector, activity=activity)
    kinds = (None, *Partnership)
    for status, purpose, kind in product(STATUSES[Role.ORGANISATION], (None, *Purpose), kinds):
        yield Facts(Role.ORGANISATION, status, purpose=purpose, partnership=kind)


LEARNER_STAY, STAFF_STAY = ("P2W", "P12M"), ("P2D", "P2M")
SENDERS = {Status.VET_PROVIDER, Status.COMPANY, Status.CHAMBER, Status.TRAINING_CENTRE}
NOT_COVERED = {
    Status.HIGHER_EDUCATION_STUDENT: "higher_education_student",
    Status.GENERAL_EDUCATION_PUPIL: "general_education_pupil",
    Status.NON_VOCATIONAL_COURSE: "general_education_pupil",
    Status.NOT_IN_EDUCATION: "not_in_education",
}


def contract_2014_2020(facts):
    """What the contract says: a question, or (status, verdict, reason, key action, stay)."""
    status = facts.status
    match facts.role:
        case Role.LEARNER if status in NOT_COVERED:
            return (NOT_COVERED[status], "not_eligible", "status_not_covered", None, None)
        case Role.LEARNER if status is Status.GRADUATE:
            return {
                "ask": "graduation",
                "within": ("recent_graduate", "eligible", None, "KA1", LEARNER_STAY),
                "unknown": ("recent_graduate", "conditional", None, "KA1", LEARNER_STAY),
                "after": ("past_graduate", "not_eligible", "graduated_too_long_ago", None, None),
            }[GRADUATIONS[facts.graduation]]
        case Role.LEARNER if status is Status.PRE_VOCATIONAL:
            return {
                None: "credit",
                Answer.YES: (status, "eligible", None, "KA1", LEARNER_STAY),
                Answer.NO: (status, "not_eligible", "training_not_credited", None, None),
                Answer.UNKNOWN: (status, "conditional", None, "KA1", LEARNER_STAY),
            }[facts.credit]
        case Role.LEARNER if status is Status.UNLISTED_TRAINING:
            return ("regulated_training", "conditional", None, "KA1", LEARNER_STAY)
        case Role.LEARNER:
            return (status, "eligible", None, "KA1", LEARNER_STAY)
        case Role.STAFF if facts.sector is Sector.AMBIGUOUS:
            return "sector"
        case Role.STAFF if facts.sector is Sector.OTHER:
            return ("other_sector_staff", "not_eligible", "sector_not_covered", None, None)
        case Role.STAFF:
            unsure = status is Status.UNLISTED_STAFF or facts.sector is Sector.UNKNOWN
            reported = "planner" if status is Status.UNLISTED_STAFF else status
            verdict = "conditional" if unsure else "eligible"
            return (reported, verdict, None, "KA1", STAFF_STAY)
    return {
        None: "purpose",
        Purpose.COOPERATE: (status, "eligible", None, "KA2", None),
        Purpose.UNKNOWN: (status, "conditional", None, None, None),
        Purpose.SEND: (
            status, "eligible" if status in SENDERS else "conditional", None, "KA1", None
        ),
    }[facts.purpose]  # fmt: skip


def test_2014_2020_decides_every_case_as_the_contract_says():
    wrong = []
    for facts in every_case():
        found = decide(EDITIONS["2014-2020"], facts, TODAY)
        if isinstance(found, Question):
            said = found.asks
        else:
            stay = found.stay and (found.stay.min.iso(), found.stay.max.iso())
            said = (found.reported_status, found.verdict, found.reason, found.key_action, stay)
        if said != contract_2014_2020(facts):
            wrong.append((facts, said))
    assert wrong == []


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
def test_every_answer_hangs_together(edition):
    for facts in every_case():
        found = decide(edition, facts, TODAY)
        if isinstance(found, Question):
            continue
        payload = found.to_payload()
        assert payload["status"] in REPORTED_STATUSES[found.role], facts
        assert (payload["verdict"] == "not_eligible") == (payload["reason"] is not None), facts
        assert payload["verdict"] != "conditional" or payload["conditions"], facts
        assert payload["stay"] is None or payload["key_action"] == "KA1", facts
        assert payload["explanation"] and payload["next_step"] and payload["source"]["quote"]


LEARNER_STAYS_2021 = {
    None: ("P10D", "P365D"),
    Activity.SHORT_STAY: ("P10D", "P89D"),
    Activity.LONG_STAY: ("P90D", "P365D"),
    Activity.GROUP: ("P2D", "P30D"),
    Activity.SKILLS_COMPETITION: ("P1D", "P10D"),
    Activity.PLACEMENT: ("P10D", "P365D"),
    Activity.UNKNOWN: ("P10D", "P365D"),
}


@pytest.mark.parametrize("activity", LEARNER_STAYS_2021)
def test_2021_2027_gives_learners_the_stay_of_their_activity(activity):
    facts = Facts(Role.LEARNER, Status.VET_STUDENT, activity=activity)
    stay = decide(EDITIONS["2021-2027"], facts, TODAY).to_payload()["stay"]
    assert (stay["min"], stay["max"]) == LEARNER_STAYS_2021[activity]


STAFF_STAYS_2021 = {
    None: ("P2D", "P365D"),
    Activity.JOB_SHADOWING: ("P2D", "P60D"),
    Activity.TEACHING: ("P2D", "P365D"),
    Activity.COURSE: ("P2D", "P10D"),
    Activity.SKILLS_COMPETITION: ("P1D", "P10D"),
}


@pytest.mark.parametrize("activity", STAFF_STAYS_2021)
def test_2021_2027_gives_staff_the_stay_of_their_activity(activity):
    facts = Facts(Role.STAFF, Status.TEACHER, activity=activity)
    stay = decide(EDITIONS["2021-2027"], facts, TODAY).to_payload()["stay"]
    assert (stay["min"], stay["max"]) == STAFF_STAYS_2021[activity]


def days(number):
    return LengthStay.of(Length.of(number, Unit.DAYS))


@pytest.mark.parametrize(
    ("status", "asked"),
    [(Status.VET_STUDENT, {*range(1, 10)}), (Status.TEACHER, {1, *range(61, 366)})],
)
def test_the_activity_is_asked_only_for_lengths_of_which_it_decides(status, asked):
    def asks_activity(edition, number):
        facts = Facts(status.role, status, stay=days(number))
        return decide(EDITIONS[edition], facts, TODAY) == Question("activity")

    assert {number for number in range(1, 400) if asks_activity("2021-2027", number)} == asked
    assert not any(asks_activity("2014-2020", number) for number in range(1, 400))


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
@pytest.mark.parametrize("kind", [None, *Partnership])
@pytest.mark.parametrize("months", [6, 12, 24, 36, 48])
def test_how_long_a_project_takes_is_never_a_stay(edition, kind, months):
    wanted = LengthStay.of(Length.of(months, Unit.MONTHS))
    for status in STATUSES[Role.ORGANISATION]:
        facts = Facts(
            Role.ORGANISATION, status, purpose=Purpose.COOPERATE, partnership=kind, stay=wanted
        )
        payload = decide(edition, facts, TODAY).to_payload()
        assert payload["stay"] is None
        assert payload["requested_stay"]["fits"] is None
        assert "project" not in payload or payload["key_action"] == "KA2"


ANSWERS = {
    "role": st.sampled_from(Role),
    "graduation": st.sampled_from([day(2026, 1, 1), day(2020, 1, 1), Answer.UNKNOWN]),
    "credit": st.sampled_from(Answer),
    "purpose": st.sampled_from(Purpose),
    "sector": st.sampled_from([Sector.VOCATIONAL, Sector.OTHER, Sector.UNKNOWN]),
    "activity": st.sampled_from(Activity),
}


@given(
    st.data(),
    st.sampled_from(list(EDITIONS)),
    st.sampled_from([None, *Sector]),
    st.none() | st.integers(1, 400).map(days),
)
def test_answering_each_question_soon_gives_a_decision(data, edition, sector, stay):
    known = {"sector": sector, "stay": stay}
    asked = []
    while isinstance(found := decide(EDITIONS[edition], Facts(**known), TODAY), Question):
        assert found.asks not in asked, "never the same question twice"
        asked.append(found.asks)
        answers = (
            st.sampled_from(STATUSES[known["role"]])
            if found.asks == "status"
            else ANSWERS[found.asks]
        )
        known[found.asks] = data.draw(answers)
    assert isinstance(found, Decision)
    assert len(asked) <= 4
