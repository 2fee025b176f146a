"""What a visitor reads about the time and the place that rules hold for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.dialogue.case import Case
from bot.dialogue.conversation import Office, consult, inform
from bot.dialogue.wording import Reply, Wording
from bot.eligibility import Facts, load_editions
from bot.eligibility.calendar import DatedStay, DayRange
from bot.eligibility.facts import Role, Status
from bot.language.reading import Reading

TODAY = date(2026, 3, 16)
OFFICE = Office(load_editions(), "2014-2020", Wording.load())
OTHER_EDITION = {"title": "En in 2021-2027?", "payload": "En in het programma 2021-2027?"}


def asked(reading: Reading, edition: str | None = None) -> Reply:
    facts = Facts(role=Role.LEARNER, status=Status.VET_STUDENT)
    return consult(OFFICE, Case(facts, edition=edition), reading, "eligibility", TODAY)[1]


def year(number: int) -> DayRange:
    return DayRange(date(number, 1, 1), date(number, 12, 31))


def stay(first: str, last: str) -> DatedStay:
    return DatedStay(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "reading",
    [
        Reading(now=True),
        Reading(when=year(2026)),
        Reading(stay=stay("2021-01-01", "2021-02-28")),
        Reading(stay=stay("2027-12-31", "2028-01-31")),
    ],
)
def test_rules_of_another_period_are_pointed_out_and_the_right_ones_offered(
    reading: Reading,
) -> None:
    reply = asked(reading)
    assert reply.custom["edition"] == "2014-2020"
    assert "dit zijn de regels van 2014-2020" in reply.text
    assert "1 januari 2014 tot en met 31 december 2020" in reply.text
    assert "die van 2021-2027" in reply.text
    assert OTHER_EDITION in reply.buttons


@pytest.mark.parametrize(
    ("first", "last"), [("2014-01-01", "2014-06-30"), ("2020-10-01", "2020-12-31")]
)
def test_within_the_period_there_is_nothing_to_point_out(first: str, last: str) -> None:
    assert asked(Reading(stay=stay(first, last))).custom["notes"] == []


@pytest.mark.parametrize("edition", ["2014-2020", "2021-2027"])
def test_a_stay_that_runs_past_the_last_day_is_answered_with_a_reservation(edition: str) -> None:
    last_day = OFFICE.editions[edition].valid.last_day
    wanted = DatedStay(last_day, last_day + timedelta(days=30))
    reply = asked(Reading(stay=wanted), edition)
    assert reply.custom["type"] == "answer"
    assert "Een deel van het verblijf valt daarna" in reply.text


def test_by_default_a_day_without_rules_is_named_before_the_answer() -> None:
    reply = asked(Reading(stay=stay("2030-03-01", "2030-06-15")))
    assert reply.custom["edition"] == "2014-2020"
    assert reply.text.startswith("Let op: voor 2030 zijn er nog geen regels.")
    assert "tot en met 31 december 2027" in reply.text
    assert "in de regels van 2014-2020" in reply.text


def test_the_last_edition_does_not_answer_for_a_day_after_it() -> None:
    reply = asked(Reading(stay=stay("2028-01-01", "2028-02-28")), "2021-2027")
    assert reply.custom == {"type": "info", "topic": "editions"}
    assert "voor 2028 zijn er nog geen regels" in reply.text
    assert "tot en met 31 december 2027" in reply.text


def test_nor_does_it_as_the_default_edition() -> None:
    office = replace(OFFICE, default_edition="2021-2027")
    case = Case(Facts(role=Role.LEARNER, status=Status.VET_STUDENT))
    for days, kind in ((year(2030), "info"), (year(2026), "answer")):
        _, reply = consult(office, case, Reading(when=days), "eligibility", TODAY)
        assert reply.custom["type"] == kind


def test_nor_does_the_first_edition_for_a_day_before_it() -> None:
    reply = asked(Reading(stay=stay("2013-12-01", "2013-12-31")), "2014-2020")
    assert reply.custom == {"type": "info", "topic": "editions"}
    assert "gelden van 1 januari 2014" in reply.text


def test_an_edition_that_is_not_there_is_said_to_be_so() -> None:
    reply = asked(Reading(edition="2028-2034"))
    assert reply.custom == {"type": "info", "topic": "editions"}
    assert "Ik ken 2014-2020 en 2021-2027" in reply.text
    assert OTHER_EDITION in reply.buttons


def test_a_country_that_does_not_simply_take_part_is_named_with_the_answer() -> None:
    reading = Reading(countries=("Zwitserland",), abroad=True)
    old, new = asked(reading), asked(reading, "2021-2027")
    assert "Zwitserland deed in 2014-2020 niet volledig mee" in old.text
    assert "vanaf 2027" in new.text
    assert old.custom["verdict"] == new.custom["verdict"] == "eligible"


def test_somebody_who_cannot_go_hears_nothing_of_the_country() -> None:
    facts = Facts(role=Role.LEARNER, status=Status.HIGHER_EDUCATION_STUDENT)
    reading = Reading(countries=("Zwitserland",))
    _, reply = consult(OFFICE, Case(facts), reading, "eligibility", TODAY)
    assert reply.custom["notes"] == []


def test_a_question_about_a_country_is_answered_for_every_edition_or_the_one_named() -> None:
    reading = Reading(countries=("Turkije",))
    _, both = inform(OFFICE, Case(), reading, "countries", TODAY)
    _, one = inform(OFFICE, Case(), replace(reading, edition="2021-2027"), "countries", TODAY)
    assert [c["edition"] for c in both.custom["countries"]] == ["2014-2020", "2021-2027"]
    assert "Regels van 2014-2020: ja." in both.text and "Regels van 2021-2027: ja." in both.text
    assert [c["edition"] for c in one.custom["countries"]] == ["2021-2027"]


def test_the_general_answer_on_countries_comes_from_the_rules() -> None:
    _, reply = inform(OFFICE, Case(), Reading(), "countries", TODAY)
    for edition in OFFICE.editions.values():
        assert edition.countries.summary in reply.text


def test_days_without_a_year_are_for_a_stay_the_next_ones() -> None:
    september = DayRange(date(2025, 9, 1), date(2025, 9, 30))
    told = Reading(moment=september, when=september, moment_has_year=False)
    assert "Voor 2026 zijn er andere regels" in asked(told).text
    assert "Voor 2025 zijn er andere regels" in asked(replace(told, moment_has_year=True)).text
