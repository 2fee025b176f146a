"""Pictures of the chat for README and docs.

    python tests/web/screenshots.py FOLDER [ADDRESS]

ADDRESS is that of a running bot; without it the pictures show set replies (see stub.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

from chat import card, field, launch, say
from playwright.sync_api import sync_playwright
from stub import Stub

SIZES = {"phone": (360, 740), "desktop": (1280, 800)}
CONVERSATION = {
    "answer": "Ik doe mbo en wil zes weken weg.",
    "too-long": "Ik ben docent en wil een half jaar weg.",
    "question": "Ik ben leerling.",
}


def take(folder: Path, address: str) -> None:
    """Writes `chat-{state}-{size}-{scheme}.png` for each state, size and colour scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                page = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                ).new_page()
                page.goto(address)
                field(page).wait_for()
                page.screenshot(path=folder / f"chat-empty-{size}-{scheme}.png")
                for state, message in CONVERSATION.items():
                    say(page, message)
                    page.screenshot(path=folder / f"chat-{state}-{size}-{scheme}.png")
                card(page).get_by_text("Waarom?").click()
                card(page).get_by_text("Waarom?").scroll_into_view_if_needed()
                page.screenshot(path=folder / f"chat-why-{size}-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    folder, *address = sys.argv[1:]
    if address:
        take(Path(folder), address[0])
    else:
        stub = Stub()
        take(Path(folder), stub.address)
        stub.stop()
