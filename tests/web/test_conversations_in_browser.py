"""Whole conversations with the real bot in a real browser: on its own page and on a school's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import OpenPage
from chat import card, field, said, say, wait_for_reply
from school_site import Site

PHONE = {"width": 360, "height": 740}


@pytest.fixture(params=["page", "embed"])
def page(
    request: pytest.FixtureRequest, open_page: OpenPage, bot_address: str, school: Site
) -> Iterator[Any]:
    """The chat on a phone, ready for the first message; asks nothing of anybody else."""
    page = open_page("about:blank", viewport=PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    if request.param == "page":
        page.goto(bot_address)
    else:
        school.embed(bot_address)
        page.goto(school.origin)
        page.locator(".launcher").click()
    field(page).wait_for()
    yield page
    assert page.errors == []
    assert all(url.startswith((bot_address, school.origin)) for url in asked)


def verdict(page: Any) -> str:
    return str(card(page).get_by_role("heading").first.inner_text())


def choose(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    wait_for_reply(page)


def test_a_student_with_a_length(page: Any) -> None:
    say(page, "Ik ben leerling in het mbo en wil 6 weken stage lopen in Spanje")
    assert verdict(page) == "Ja, dit kan"
    text = card(page).inner_text()
    assert "KA1: leren en werken in het buitenland" in text
    assert "minstens 2 weken en hoogstens 12 maanden" in text
    assert "6 weken: dat past" in text
    card(page).get_by_text("Waarom?").click()
    assert "ka1-learner-vet-student" in card(page).inner_text()
    with page.expect_response("**/api/feedback") as vote:
        card(page).get_by_role("button", name="Ja").click()
    assert vote.value.ok


def test_a_graduate_who_is_asked_for_the_date(page: Any) -> None:
    say(page, "Mijn dochter is afgestudeerd aan het tso en wil drie maanden naar Ierland.")
    assert page.locator(".card").count() == 0
    assert "Wanneer is het diploma behaald?" in page.locator(".bubble").last.inner_text()
    say(page, "juni vorig jaar")
    assert verdict(page) == "Ja, dit kan"
    assert "3 maanden: dat past" in card(page).inner_text()
    assert "binnen 12 maanden na het diploma" in card(page).inner_text()


def test_a_teacher_and_a_stay_that_is_too_long(page: Any) -> None:
    say(page, "Ik geef les op een roc, hoe lang mag ik naar het buitenland?")
    assert verdict(page) == "Ja, dit kan"
    assert "minstens 2 dagen en hoogstens 2 maanden" in card(page).inner_text()
    say(page, "en een half jaar?")
    assert verdict(page) == "Ja, maar niet 6 maanden"
    choose(page, "En in 2021-2027?")
    assert said(page)[-1] == "En in 2021-2027?"
    choose(page, "Lesgeven of opleiden")
    assert verdict(page) == "Ja, dit kan"
    card(page).get_by_text("Waarom?").click()
    assert "Erasmus+ 2021-2027" in card(page).inner_text()


def test_an_organisation_that_answers_by_button(page: Any) -> None:
    say(page, "Wij zijn een bedrijf")
    assert "Wat wilt u met uw organisatie doen?" in page.locator(".bubble").last.inner_text()
    choose(page, "Samenwerken met partners")
    assert verdict(page) == "Ja, dit kan"
    assert "KA2: samenwerken met partners" in card(page).inner_text()
    assert card(page).locator(".timeline").count() == 0
    assert card(page).get_by_role("link", name="epos-vlaanderen.be").is_visible()


def test_a_correction_and_another_person(page: Any) -> None:
    say(page, "Ik volg mbo en ga drie maanden naar Portugal")
    assert verdict(page) == "Ja, dit kan"
    say(page, "nee, ik ben docent op een mbo-school")
    assert verdict(page) == "Ja, maar niet 3 maanden"
    say(page, "en mijn dochter? die doet hbo")
    assert verdict(page) == "Nee, dit kan niet"
    page.get_by_role("button", name="Opnieuw beginnen").click()
    say(page, "Hoe lang mag het?")
    assert "Over wie gaat uw vraag?" in page.locator(".bubble").last.inner_text()
