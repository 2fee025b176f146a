"""The helpdesk's pages in a real browser: paste, Enter, check, copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import OpenPage, clashing_captions, violations
from desk import Desk

from bot.web.access import Access, hash_password

MAIL = """Beste,

Ik ben stagecoördinator op een ROC. Twee vragen:

1. Mogen onze mbo-studenten drie maanden op stage naar Ierland?
2. Mag ik zelf een half jaar mee om bij het bedrijf mee te lopen?

Groet,
Anna
"""

SAID = [
    ("a", {"event": event, "text": text, "data": {"custom": custom}})
    for event, text, custom in (
        ("user", "Ik ben docent op een roc.", {}),
        (
            "bot",
            "",
            {
                "type": "answer",
                "edition": "2014-2020",
                "rule": "ka1-staff-teacher",
                "verdict": "eligible",
            },
        ),
        ("user", "Hoeveel geld krijg ik?", {}),
        ("bot", "", {"type": "info", "topic": "funding"}),
        ("user", f"Wat is een {'hottentottententen' * 5}tentoonstelling?", {}),
        ("bot", "", {"type": "fallback"}),
        ("user", "Gaat het morgen regenen?", {}),
        ("bot", "", {"type": "out_of_scope"}),
    )
]

OpenDesk = Callable[..., Desk]


@pytest.fixture(params=["light", "dark"])
def page(open_page: OpenPage, request: pytest.FixtureRequest) -> Iterator[Any]:
    page = open_page(
        "about:blank",
        color_scheme=request.param,
        viewport={"width": 1600, "height": 1000},
        permissions=["clipboard-read", "clipboard-write"],
    )
    yield page
    assert page.errors == []


def paste(page: Any, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def answered(page: Any, desk: Desk, text: str = MAIL) -> None:
    page.goto(f"{desk.address}/helpdesk")
    page.wait_for_load_state("networkidle")
    paste(page, text)
    page.keyboard.press("Enter")
    page.wait_for_selector("#answers .card")


def test_four_keystrokes_from_mail_to_reply(page: Any, desk: Desk) -> None:
    answered(page, desk)
    page.keyboard.press("Alt+c")
    page.wait_for_selector("text=Gekopieerd.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Geachte")
    assert copied == page.input_value("#reply")
    assert page.locator("#answers .card").count() == 2
    assert "6 maanden past niet" in page.text_content("#answers .card >> nth=1 >> .verdict")
    marks = page.locator("#letter mark").all_text_contents()
    assert "drie maandenverblijf" in marks


def test_a_changed_fact_changes_decision_and_reply_at_once(page: Any, desk: Desk) -> None:
    answered(page, desk, "Ik ben docent op een mbo en wil drie maanden weg.")
    assert "past niet" in page.text_content(".verdict")
    page.focus("#stay-0-unit")
    page.keyboard.press("ArrowUp")
    page.wait_for_selector(".card.yes .verdict")
    assert "(3 weken) past binnen die duur" in page.input_value("#reply")
    assert page.evaluate("document.activeElement.id") == "stay-0-unit"


def test_another_reading_can_be_taken_with_whom_it_is_about(page: Any, desk: Desk) -> None:
    answered(page, desk, "Ik ben docent op een roc. Mogen mijn mbo-studenten drie weken weg?")
    page.click(".others button:has-text('Over uzelf')")
    page.wait_for_selector(".card h2:text-is('Over uzelf')")
    assert page.input_value("#status-0") == "teacher"


def test_what_a_colleague_wrote_is_not_overwritten(page: Any, desk: Desk) -> None:
    answered(page, desk, "Ik ben docent op een mbo en wil drie maanden weg.")
    page.fill("#reply", "Mijn eigen tekst")
    page.select_option("#stay-0-unit", "W")
    page.wait_for_selector("#edited:not([hidden])")
    assert page.input_value("#reply") == "Mijn eigen tekst"
    page.click("#rewrite")
    assert "past binnen die duur" in page.input_value("#reply")


def test_an_opinion_is_listed(page: Any, desk: Desk) -> None:
    answered(page, desk, "Ik ben docent op een mbo en wil drie maanden weg.")
    page.click("text=Klopt niet, namelijk")
    page.fill("#wrong-0", "het <b>klopt</b> niet")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Bewaard")
    page.goto(f"{desk.address}/helpdesk/feedback")
    page.wait_for_selector("#reviews li")
    assert "het <b>klopt</b> niet" in page.text_content("#reviews li")
    assert violations(page) == []


def test_on_a_slow_network_only_the_latest_mail_is_answered(page: Any, desk: Desk) -> None:
    answered(page, desk, "Ik ben docent op een mbo en wil drie maanden weg.")
    held: list[Any] = []
    page.route("**/api/answer", lambda route: held.append(route))
    for mail in ("Ik studeer aan het hbo.", "Ik doe mbo en wil zes weken weg."):
        page.fill("#question", mail)
        with page.expect_request("**/api/answer"):
            page.keyboard.press("Enter")
    page.get_by_role("button", name="Even geduld…").wait_for()
    for route in reversed(held):
        with page.expect_response("**/api/answer"):
            route.continue_()
    page.get_by_role("button", name="Beantwoord").wait_for()
    assert page.locator(".card.yes").count() == page.locator(".card").count() == 1


def test_what_was_written_outlives_the_end_of_a_session(page: Any, open_desk: OpenDesk) -> None:
    access = Access(hash_password("een lang wachtwoord"))
    desk = open_desk(access)
    page.goto(f"{desk.address}/helpdesk")
    page.fill("#password", "een lang wachtwoord")
    page.keyboard.press("Enter")
    page.wait_for_selector("#question")
    page.wait_for_load_state("networkidle")
    page.fill("#question", MAIL)
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("niet meer aangemeld").wait_for()
    assert page.input_value("#question") == MAIL


def test_in_a_narrow_window_the_answer_comes_into_sight(page: Any, desk: Desk) -> None:
    page.set_viewport_size({"width": 640, "height": 450})
    answered(page, desk)
    page.wait_for_function("document.querySelector('.verdict').getBoundingClientRect().top < 450")


def test_html_in_a_mail_is_shown_as_text(page: Any, desk: Desk) -> None:
    answered(page, desk, "<img src=x onerror=alert(1)> Ik doe mbo en wil zes weken weg.")
    assert "<img src=x" in page.text_content("#letter")
    assert page.locator("#letter img").count() == 0


def test_the_rules_can_be_searched(page: Any, desk: Desk) -> None:
    page.goto(f"{desk.address}/helpdesk/regels")
    page.wait_for_selector(".rule")
    page.fill("#search", "diploma oud")
    shown = page.locator(".rule:visible h3").all_text_contents()
    assert "learner-past-graduate" in shown
    assert "ka1-staff-teacher" not in shown
    assert violations(page) == []


def test_axe_finds_nothing_in_an_answer_or_a_question(page: Any, desk: Desk) -> None:
    page.goto(f"{desk.address}/helpdesk")
    assert violations(page) == []
    answered(page, desk)
    assert violations(page) == []
    answered(page, desk, "Ik ben leerling en wil zes weken weg.")
    assert violations(page) == []


def test_axe_finds_nothing_where_something_went_wrong_or_is_unfolded(page: Any, desk: Desk) -> None:
    answered(page, desk, "Ik doe mbo en wil in mei 2027 zes weken naar Zwitserland.")
    for summary in page.locator("details:not([open]) > summary").all():
        summary.click()
    page.click("text=Klopt niet, namelijk")
    page.fill("#reply", "Mijn eigen tekst")
    page.select_option("#stay-0-unit", "M")
    page.wait_for_selector("#edited:not([hidden])")
    assert page.locator(".card .notice").count() > 0
    assert violations(page) == []
    page.route("**/api/answer", lambda route: route.abort())
    page.focus("#question")
    page.keyboard.press("Enter")
    page.wait_for_selector("#fault:has-text('geen verbinding')")
    assert violations(page) == []
    page.goto(f"{desk.address}/helpdesk/regels")
    page.locator("details > summary").first.click()
    page.locator("#stays .timeline").nth(2).wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 1600])
def test_axe_finds_nothing_in_figures(page: Any, open_desk: OpenDesk, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto(f"{open_desk().address}/helpdesk/cijfers")
    page.locator("#total:has-text('0 gesprekken')").wait_for()
    assert violations(page) == []
    desk = open_desk(said=SAID)
    vote = {"sender": "abc", "rule": "ka1-staff-teacher", "useful": False}
    assert desk.post("/api/feedback", vote).status_code == 204
    page.goto(f"{desk.address}/helpdesk/cijfers")
    page.locator("#total:has-text('1 gesprek met 4 berichten')").wait_for()
    assert "Geld voor deelnemers" in page.locator("#tables").inner_text()
    assert page.locator("tbody").count() == 6
    for name in ("Regel", "Uitkomst", "Aantal"):
        height = page.get_by_role("columnheader", name=name).first.bounding_box()["height"]
        assert height < 40, "a word is not broken up"
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_page_leads_to_the_others_and_says_which_it_is(page: Any, desk: Desk) -> None:
    page.goto(f"{desk.address}/helpdesk")
    names = page.locator("nav a").all_text_contents()
    assert names == ["Antwoorden", "Regels", "Feedback", "Cijfers"]
    for name in names:
        page.get_by_role("link", name=name).click()
        page.locator(f"nav a[aria-current]:text-is('{name}')").wait_for()
        assert page.title() == f"{name} · Helpdesk Erasmus+ Wegwijzer"
        assert page.locator("nav a").all_text_contents() == names


def test_a_narrow_window_does_not_scroll_sideways(page: Any, desk: Desk) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    answered(page, desk)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert clashing_captions(page) == []


def test_every_time_line_can_be_read_on_a_phone(page: Any, desk: Desk) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{desk.address}/helpdesk/regels")
    page.locator(".rule").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("details:has(#stays) > summary").click()
    captions = page.locator("#stays .timeline text").all_text_contents()
    assert {"1 dag tot 10 dagen", "90 tot 365 dagen"} <= set(captions)
    assert clashing_captions(page) == []


def test_a_wrong_password_is_refused_and_the_right_one_opens(
    page: Any, open_desk: OpenDesk
) -> None:
    desk = open_desk(Access(hash_password("een lang wachtwoord")))
    assert page.goto(f"{desk.address}/helpdesk").status == 401
    assert violations(page) == []
    page.fill("#password", "fout")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Dit wachtwoord klopt niet")
    page.fill("#password", "een lang wachtwoord")
    page.keyboard.press("Enter")
    page.wait_for_selector("#question")


def test_only_who_logged_in_can_log_out(page: Any, desk: Desk, open_desk: OpenDesk) -> None:
    page.goto(f"{desk.address}/helpdesk")
    assert page.get_by_role("button", name="Afmelden").count() == 0
    desk = open_desk(Access(hash_password("een lang wachtwoord")))
    page.goto(f"{desk.address}/helpdesk/cijfers")
    assert page.get_by_role("button", name="Afmelden").count() == 0
    page.fill("#password", "een lang wachtwoord")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Afmelden").click()
    page.get_by_role("heading", name="Aanmelden").wait_for()
    assert page.goto(f"{desk.address}/helpdesk").status == 401
