"""What a visitor does and sees in the chat, in the words of the page."""

from __future__ import annotations

from typing import Any


def field(page: Any) -> Any:
    return page.get_by_label("Uw vraag of antwoord")


def say(page: Any, text: str) -> None:
    """Types a message, sends it with Enter, and waits until the bot is done."""
    field(page).fill(text)
    field(page).press("Enter")
    wait_for_reply(page)


def wait_for_reply(page: Any) -> None:
    page.locator(".send[aria-disabled=false]").wait_for()


def said(page: Any) -> list[str]:
    """What the visitor said, from top to bottom."""
    return [text.removeprefix("U: ") for text in page.locator(".said").all_text_contents()]


def card(page: Any) -> Any:
    return page.locator(".card").last


def focused(page: Any) -> str:
    """The tag and text of the element inside the chat that has the focus."""
    return page.evaluate(
        """() => {
            let node = document.activeElement;
            while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
            return `${node.localName} ${node.innerText ?? ""}`.trim();
        }"""
    )
