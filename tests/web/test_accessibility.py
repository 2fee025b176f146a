"""axe finds nothing in any state of the chat, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import OpenPage, violations
from chat import card, field, say
from stub import Stub

MBO = "Ik doe mbo en wil zes weken weg."


def empty(page: Any) -> None:
    field(page).wait_for()


def question(page: Any) -> None:
    say(page, "Ik ben leerling.")


def answers(page: Any) -> None:
    for message in (
        MBO,
        "Ik ben docent en wil een half jaar weg.",
        "Ik ben docent en wil 61 dagen weg.",
        "Ik studeer aan het hbo.",
        "Wij zijn een bedrijf en zoeken partners.",
    ):
        say(page, message)
        card(page).get_by_text("Waarom?").click()


def voted(page: Any) -> None:
    say(page, MBO)
    card(page).get_by_role("button", name="Ja").click()


def waiting(page: Any) -> None:
    page.route("**/webhook", lambda route: None)
    field(page).fill(MBO)
    field(page).press("Enter")


def failed(page: Any) -> None:
    page.route("**/webhook", lambda route: route.abort())
    say(page, MBO)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", [empty, question, answers, voted, waiting, failed])
def test_axe_finds_nothing(
    open_page: OpenPage, stub: Stub, state: Callable[[Any], None], scheme: str
) -> None:
    page = open_page(stub.address, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    state(page)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("color", ["#ffd400", "#003399", "#7a7a7a", "#e5007d"])
def test_the_sites_own_colour_stays_readable(
    open_page: OpenPage, stub: Stub, color: str, scheme: str
) -> None:
    page = open_page("about:blank", color_scheme=scheme)
    page.route(
        stub.address,
        lambda route: route.fulfill(
            content_type="text/html",
            body="<!doctype html><html lang=nl><title>School</title><main><h1>School</h1></main>"
            f'<script src=/widget.js data-color="{color}" defer></script></html>',
        ),
    )
    page.goto(stub.address)
    page.locator(".launcher").wait_for()
    assert violations(page) == []
    page.locator(".launcher").click()
    say(page, MBO)
    assert violations(page) == []


def test_focus_and_signs_are_seen_in_forced_colours(open_page: OpenPage, stub: Stub) -> None:
    page = open_page(stub.address, forced_colors="active")
    say(page, MBO)
    assert card(page).locator(".disc path").is_visible()
    assert field(page).evaluate("(node) => getComputedStyle(node).outlineStyle") == "solid"
