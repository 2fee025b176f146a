"""The chat on somebody else's page: an origin of its own, with a strict policy of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import OpenPage
from chat import card, field, focused, said, say
from school_site import Site
from stub import Stub

MBO = "Ik doe mbo en wil zes weken weg."


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def embedded(site: Site, open_page: OpenPage) -> Iterator[Callable[..., Any]]:
    """Opens the school's page with the chat of a bot that knows the school, or does not."""
    stubs = []

    def open_school(attributes: str = "", allowed: bool = True, **options: Any) -> Any:
        stub = Stub({site.origin} if allowed else {"https://elders.example"})
        stubs.append(stub)
        site.embed(stub.address, attributes)
        page = open_page(site.origin, **options)
        page.stub = stub
        return page

    yield open_school
    for stub in stubs:
        stub.stop()


def launcher(page: Any) -> Any:
    return page.locator(".launcher")


def test_one_line_of_script_adds_a_launcher_that_opens_the_chat(embedded: Any) -> None:
    page = embedded()
    launcher(page).click()
    assert page.get_by_role("dialog", name="Erasmus+ Wegwijzer").is_visible()
    assert focused(page).startswith("textarea")
    say(page, MBO)
    assert card(page).get_by_role("heading", name="Ja, dit kan").is_visible()
    assert page.errors == []


def test_the_dialog_is_styled_under_a_policy_that_forbids_styles(embedded: Any) -> None:
    page = embedded()
    launcher(page).click()
    assert page.locator("header").evaluate("(node) => getComputedStyle(node).backgroundColor") == (
        "rgb(0, 51, 153)"
    )


@pytest.mark.parametrize("way", ["Escape", "button", "beside"])
def test_closing_brings_the_focus_back_and_keeps_the_conversation(embedded: Any, way: str) -> None:
    page = embedded(viewport={"width": 1280, "height": 800})
    launcher(page).focus()
    page.keyboard.press("Enter")
    say(page, MBO)
    if way == "Escape":
        page.keyboard.press("Escape")
    elif way == "button":
        page.get_by_role("button", name="Sluiten").click()
    else:
        page.mouse.click(20, 20)
    assert not page.get_by_role("dialog").is_visible()
    assert focused(page) == "button Erasmus+ Wegwijzer"
    page.keyboard.press("Enter")
    assert said(page) == [MBO]


def test_title_colour_and_position_are_the_sites_own(embedded: Any) -> None:
    page = embedded('data-title="Vraag het ons" data-color="#ffd400" data-position="left"')
    button = launcher(page)
    assert button.inner_text() == "Vraag het ons"
    style = button.evaluate("(node) => [getComputedStyle(node).backgroundColor, node.offsetLeft]")
    assert style == ["rgb(255, 212, 0)", 16]


def test_on_a_phone_the_dialog_fills_the_screen(embedded: Any) -> None:
    page = embedded(viewport={"width": 360, "height": 740})
    launcher(page).click()
    box = page.get_by_role("dialog").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 740)
    field(page).fill("Lang\n" * 20)
    assert page.get_by_role("button", name="Verstuur").is_visible()


def test_a_site_that_is_not_allowed_gets_no_chat(embedded: Any) -> None:
    page = embedded(allowed=False)
    page.wait_for_load_state("networkidle")
    assert launcher(page).count() == 0
    status = page.evaluate(
        """(bot) => fetch(`${bot}/webhooks/rest/webhook`, {
            method: "POST", mode: "no-cors", body: '{"sender": "x", "message": "hoi"}',
        }).then((response) => response.type)""",
        page.stub.address,
    )
    assert status == "opaque"
    assert page.stub.received == []


def test_print_shows_the_conversation_and_not_the_school(embedded: Any) -> None:
    page = embedded(viewport={"width": 1280, "height": 800})
    page.evaluate("window.print = () => { window.printed = document.adoptedStyleSheets.length }")
    launcher(page).click()
    say(page, MBO)
    page.emulate_media(media="print")
    assert page.get_by_text("Welkom.").is_visible()
    page.emulate_media(media="screen")
    page.evaluate(
        """() => { window.print = () => {
            window.seen = matchMedia("print").matches;
            window.sheets = document.adoptedStyleSheets.map((s) => s.cssRules[0].cssText);
        } }"""
    )
    page.get_by_role("button", name="Afdrukken").click()
    assert "display: none" in page.evaluate("window.sheets[0]")
    assert page.evaluate("document.adoptedStyleSheets.length") == 0
