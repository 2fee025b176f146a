"""A real browser, if this machine has one, before the pages of the bot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from chat import find_chromium, launch
from stub import Stub

playwright_api = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed: browser tests are skipped."
)

WAIT_IN_MILLISECONDS = 10_000

OpenPage = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if find_chromium() is None:
        pytest.skip("No Chromium on this machine: browser tests are skipped.")
    with playwright_api.sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def stub() -> Iterator[Stub]:
    stub = Stub()
    yield stub
    stub.stop()


@pytest.fixture
def open_page(browser: Any) -> Iterator[OpenPage]:
    """Opens an address in a browser of its own (no shared storage); `page.errors` tells what broke.

    A failed request is no error of the page, so the console's note of it is left out.
    """
    contexts = []

    def open_page(address: str, **options: Any) -> Any:
        context = browser.new_context(locale="nl-NL", **options)
        context.set_default_timeout(WAIT_IN_MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                message.type == "error"
                and not message.text.startswith("Failed to load resource")
                and page.errors.append(message.text)
            ),
        )
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage, stub: Stub) -> Any:
    """The chat's own page on a phone."""
    return open_page(stub.address, viewport={"width": 360, "height": 740})
