"""The visitor's conversation on the chat's own page, in a real browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from browser import clashing_captions
from chat import card, field, focused, said, say, wait_for_reply
from stub import Stub

from bot.web.pages import STATIC

MBO = "Ik doe mbo en wil zes weken weg."


def test_an_answer_is_a_card_with_verdict_key_action_stay_and_source(page: Any) -> None:
    say(page, MBO)
    assert card(page).get_by_role("heading", name="Ja, dit kan").is_visible()
    text = card(page).inner_text()
    assert "KA1" in text
    assert "minstens 2 weken en hoogstens 12 maanden" in text
    assert "6 weken: dat past" in text
    card(page).get_by_text("Waarom?").click()
    assert "ka1-learner-vet-student" in card(page).inner_text()
    assert card(page).get_by_role("link", name="Over Erasmusplus").is_visible()
    assert page.errors == []


def test_a_card_says_everything_once(page: Any) -> None:
    say(page, MBO)
    text = card(page).inner_text()
    assert [text.count(word) for word in ("minstens", "hoogstens", "past")] == [1, 1, 1]
    assert page.locator(".bubble").count() == 0
    say(page, "Ik ben docent en wil 61 dagen weg.")
    assert "Geef de eerste en de laatste dag" in card(page).inner_text()


def test_on_a_touch_screen_the_keyboard_makes_room_for_the_answer(
    open_page: Any, stub: Stub
) -> None:
    phone = open_page(stub.address, viewport={"width": 360, "height": 740}, has_touch=True)
    say(phone, MBO)
    assert focused(phone).startswith("p")
    phone.get_by_role("button", name="Opnieuw beginnen").tap()
    assert focused(phone).startswith("div")


def test_with_a_keyboard_the_next_message_can_be_typed_at_once(page: Any) -> None:
    say(page, MBO)
    assert focused(page).startswith("textarea")


@pytest.mark.parametrize(
    ("message", "verdict"),
    [
        ("Ik ben docent.", "Ja, dit kan"),
        ("Ik ben docent en wil een half jaar weg.", "Ja, maar niet 6 maanden"),
        ("Ik ben docent en wil 61 dagen weg.", "Ja, maar niet altijd 61 dagen"),
        ("Ik doe vmbo en weet niet of het meetelt.", "Misschien"),
        ("Ik studeer aan het hbo.", "Nee, dit kan niet"),
        ("Wij zijn een bedrijf en zoeken partners.", "Ja, dit kan"),
    ],
)
def test_the_verdict_is_in_words(page: Any, message: str, verdict: str) -> None:
    say(page, message)
    assert card(page).get_by_role("heading").first.inner_text() == verdict


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        (MBO, True),
        ("Ik ben docent en wil een half jaar weg.", False),
    ],
)
def test_the_time_line_shows_the_wish_inside_or_outside_the_allowed_stay(
    page: Any, message: str, fits: bool
) -> None:
    say(page, message)
    sign = card(page).locator(".timeline circle").bounding_box()
    allowed = card(page).locator(".timeline > rect:not(.line)").bounding_box()
    middle = sign["x"] + sign["width"] / 2
    assert (allowed["x"] <= middle <= allowed["x"] + allowed["width"]) is fits


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_captions_of_the_time_line_stay_apart(open_page: Any, stub: Stub, width: int) -> None:
    page = open_page(stub.address, viewport={"width": width, "height": 740})
    for message in (
        MBO,
        "Ik ben docent en wil twee dagen weg.",
        "Ik ben docent en wil 13 dagen weg.",
        "Mijn leerling en ik als docent willen twee à drie maanden weg.",
    ):
        say(page, message)
    assert "2 weken tot 12 maanden" in page.locator(".timeline text").all_text_contents()
    assert clashing_captions(page) == []


def test_two_persons_get_a_card_each(page: Any) -> None:
    say(page, "Mijn leerling en ik als docent willen twee à drie maanden weg.")
    learner, teacher = page.locator(".card").all()
    assert "2 tot 3 maanden: dat past\n" in learner.inner_text()
    assert "2 tot 3 maanden: dat past niet" in teacher.inner_text()
    assert "2 maanden mag wel" in teacher.inner_text()
    assert page.locator(".bubble").count() == 0


def test_a_closed_question_is_answered_by_a_button_that_shows_its_title(
    page: Any, stub: Stub
) -> None:
    say(page, "Ik ben leerling.")
    page.get_by_role("button", name="Mbo", exact=True).click()
    wait_for_reply(page)
    assert said(page)[-1] == "Mbo"
    assert stub.received[-1]["message"] == "Mbo, bol"
    assert focused(page).startswith("p"), "the focus stays at the answer, near what comes next"
    assert page.get_by_role("button", name="Bso of tso").count() == 0


def test_the_whole_conversation_by_keyboard(page: Any, stub: Stub) -> None:
    def tab_to(name: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if name in focused(page):
                return
        raise AssertionError(f"No way to {name} by keyboard")

    tab_to("textarea")
    page.keyboard.type("Ik ben leerling.")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Echt.")
    assert field(page).input_value() == "Ik ben leerling.\nEcht."
    field(page).fill("Ik ben leerling.")
    page.keyboard.press("Enter")
    wait_for_reply(page)
    page.get_by_role("log").focus()
    tab_to("Leren en werken")
    page.keyboard.press("Enter")
    wait_for_reply(page)
    assert said(page) == ["Ik ben leerling.", "Leren en werken (bbl, duaal)"]
    tab_to("textarea")


def test_text_from_visitor_and_bot_is_never_markup(page: Any) -> None:
    say(page, "<img src=x onerror=alert(1)>")
    assert said(page) == ["<img src=x onerror=alert(1)>"]
    assert page.locator(".log img").count() == 0


def test_addresses_become_links(page: Any) -> None:
    say(page, "Wij zijn een bedrijf en zoeken partners.")
    addresses = [link.get_attribute("href") for link in card(page).locator("p > a").all()]
    assert addresses[:2] == ["https://erasmusplus.nl", "https://epos-vlaanderen.be"]


def test_a_vote_is_sent_once_and_remembered(page: Any, stub: Stub) -> None:
    say(page, MBO)
    with page.expect_response("**/api/feedback"):
        card(page).get_by_role("button", name="Nee").click()
    (vote,) = stub.votes
    assert (vote["rule"], vote["useful"]) == ("ka1-learner-vet-student", False)
    assert vote["sender"] == stub.received[0]["sender"]
    page.reload()
    assert "Dank u" in card(page).inner_text()
    assert card(page).get_by_role("button").count() == 0


def test_the_conversation_survives_a_reload_and_is_shared_by_tabs(page: Any, stub: Stub) -> None:
    say(page, MBO)
    page.reload()
    assert card(page).is_visible()
    second = page.context.new_page()
    second.goto(stub.address)
    say(second, "Ik ben docent.")
    page.locator(".said", has_text="Ik ben docent.").wait_for()
    page.get_by_role("heading", name="Ja, dit kan").nth(1).wait_for()
    assert said(page) == said(second) == [MBO, "Ik ben docent."]
    assert len({message["sender"] for message in stub.received}) == 1


def test_beginning_again_clears_the_conversation_in_every_tab(page: Any, stub: Stub) -> None:
    say(page, MBO)
    second = page.context.new_page()
    second.goto(stub.address)
    page.get_by_role("button", name="Opnieuw beginnen").click()
    second.get_by_text("Bijvoorbeeld:").wait_for()
    assert said(page) == said(second) == []
    say(page, MBO)
    first, last = (message["sender"] for message in stub.received)
    assert first != last


def test_copying_gives_the_conversation_with_its_source(page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    say(page, MBO)
    page.get_by_role("button", name="Kopiëren").click()
    page.get_by_text("Het gesprek is gekopieerd.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"U: {MBO}")
    assert "Ja, dit kan" in copied
    assert "ka1-learner-vet-student" in copied
    assert "Was dit nuttig?" not in copied


def test_while_a_reply_is_awaited_nothing_is_sent_twice(page: Any, stub: Stub) -> None:
    held = []
    page.route("**/webhook", lambda route: held.append(route))
    field(page).fill(MBO)
    field(page).press("Enter")
    assert page.get_by_role("status").inner_text() == "Antwoord wordt opgehaald…"
    field(page).fill("Nog iets.")
    field(page).press("Enter")
    page.get_by_role("button", name="Verstuur").click(force=True)
    assert field(page).input_value() == "Nog iets."
    held.pop().continue_()
    wait_for_reply(page)
    assert [message["message"] for message in stub.received] == [MBO]


def test_a_late_reply_is_told_and_sent_again_only_on_request(page: Any, stub: Stub) -> None:
    page.clock.install()
    page.reload()
    page.route("**/webhook", lambda route: None)
    field(page).fill(MBO)
    field(page).press("Enter")
    page.clock.run_for(15_000)
    alert = page.get_by_role("alert")
    alert.get_by_text("Het antwoord duurt te lang.").wait_for()
    page.clock.run_for(60_000)
    assert stub.received == []
    page.unroute("**/webhook")
    alert.get_by_role("button", name="Opnieuw proberen").click()
    card(page).wait_for()
    assert [message["message"] for message in stub.received] == [MBO]
    assert said(page) == [MBO]
    assert alert.inner_text() == ""


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (500, "kapot", "Er ging iets mis bij ons."),
        (200, "[]", "Er ging iets mis bij ons."),
        (200, "geen json", "Er ging iets mis bij ons."),
    ],
)
def test_a_broken_bot_is_told_and_can_be_tried_again(
    page: Any, status: int, body: str, told: str
) -> None:
    page.route("**/webhook", lambda route: route.fulfill(status=status, body=body))
    say(page, MBO)
    assert told in page.get_by_role("alert").inner_text()
    page.unroute("**/webhook")
    page.get_by_role("button", name="Opnieuw proberen").click()
    card(page).wait_for()


def test_a_lost_connection_is_told_and_outlives_a_reload(page: Any) -> None:
    page.route("**/webhook", lambda route: route.abort())
    say(page, MBO)
    assert "Er is geen verbinding." in page.get_by_role("alert").inner_text()
    assert page.locator(".said").is_visible()
    page.unroute("**/webhook")
    page.reload()
    assert said(page) == [MBO]
    page.get_by_role("button", name="Opnieuw proberen").click()
    card(page).wait_for()
    assert said(page) == [MBO]


def test_an_awaited_reply_comes_after_a_reload_too(page: Any) -> None:
    page.route("**/webhook", lambda route: None, times=1)
    field(page).fill(MBO)
    with page.expect_request("**/webhook"):
        field(page).press("Enter")
    page.reload()
    card(page).wait_for()
    assert said(page) == [MBO]


def test_of_two_tabs_that_await_a_reply_one_takes_it(page: Any, stub: Stub) -> None:
    held = []
    page.route("**/webhook", lambda route: held.append(route), times=1)
    field(page).fill(MBO)
    with page.expect_request("**/webhook"):
        field(page).press("Enter")
    second = page.context.new_page()
    second.goto(stub.address)
    card(second).wait_for()
    with page.expect_response("**/webhook"):
        held.pop().continue_()
    page.reload()
    assert said(page) == [MBO]
    assert page.locator(".card").count() == 1
    first, again = stub.received
    assert first == again, "so that the bot knows that it heard this before"


def test_beginning_again_drops_the_reply_that_was_under_way(page: Any) -> None:
    held = []
    page.route("**/webhook", lambda route: held.append(route))
    field(page).fill(MBO)
    field(page).press("Enter")
    page.get_by_role("button", name="Opnieuw beginnen").click()
    page.unroute("**/webhook")
    say(page, "Ik ben docent.")
    assert said(page) == ["Ik ben docent."]
    assert page.locator(".card").count() == 1


def test_without_javascript_the_page_says_so(open_page: Any, stub: Stub) -> None:
    page = open_page(stub.address, java_script_enabled=False)
    assert "Zet JavaScript aan" in page.locator("main").inner_text()


def test_it_fits_a_phone_of_320_pixels(open_page: Any, stub: Stub) -> None:
    page = open_page(stub.address, viewport={"width": 320, "height": 568})
    say(page, "Mijn leerling en ik als docent willen twee à drie maanden weg.")
    card(page).get_by_text("Waarom?").click()
    too_wide = page.evaluate(
        """() => [...document.querySelector("erasmus-wegwijzer").shadowRoot.querySelectorAll("*")]
            .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
            .map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert too_wide == []


def test_the_visitor_downloads_little_and_only_from_the_bot(open_page: Any, stub: Stub) -> None:
    page = open_page("about:blank")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(stub.address)
    say(page, MBO)
    assert all(url.startswith(stub.address) for url in requests)
    code = {urlsplit(url).path for url in requests if url.endswith((".js", ".css"))}
    assert sum((STATIC / path.removeprefix("/")).stat().st_size for path in code) < 25_000
