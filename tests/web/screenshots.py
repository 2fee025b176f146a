"""Pictures of the chat and the helpdesk, by a bot of this project whose clock stands still.

python tests/web/screenshots.py            # those of the docs, in docs/images
python tests/web/screenshots.py FOLDER     # every state, size and colour scheme, to look at
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from browser import launch  # noqa: E402
from chat import card, field, say  # noqa: E402

from bot.evaluate import own_bot  # noqa: E402

PUBLISHED = {
    "chat-answer-phone-light",
    "chat-too-long-phone-dark",
    "helpdesk-answer-desktop-light",
}
SIZES = {"phone": (360, 740), "desktop": (1440, 900)}
COLOURS = 128
MAIL = (
    "Beste,\n\nMijn zoon studeert aan de hogeschool en mijn dochter doet mbo niveau 3 in de zorg. "
    "Mogen ze allebei drie maanden naar Spanje?\n\nGroeten, familie Bakker"
)


def chat(page: Any, address: str) -> Iterator[str]:
    """Leads the chat through its states; gives the name of each."""
    page.goto(address)
    field(page).wait_for()
    yield "empty"
    say(page, "Ik ben leerling.")
    yield "question"
    say(page, "Ik doe mbo en wil zes weken naar Spanje.")
    yield "answer"
    card(page).get_by_text("Waarom?").click()
    card(page).get_by_text("Waarom?").scroll_into_view_if_needed()
    yield "why"
    say(page, "nee, ik ben docent op een roc en wil een half jaar weg")
    yield "too-long"
    page.route("**/webhook", lambda route: route.abort())
    say(page, "en mijn collega?")
    yield "error"


def helpdesk(page: Any, address: str) -> Iterator[str]:
    """Leads the helpdesk through its pages; gives the name of each."""
    page.goto(f"{address}/helpdesk")
    for name, mail in (("question", "Ik ben leerling en wil zes weken weg."), ("answer", MAIL)):
        page.locator("#question").fill(mail)
        page.keyboard.press("Enter")
        page.locator(f"#status:has-text('{'vragen' if name == 'question' else 'zoon'}')").wait_for(
            state="attached"
        )
        page.locator("h1").first.scroll_into_view_if_needed()
        yield name
    page.goto(f"{address}/helpdesk/regels")
    page.locator(".rule").first.wait_for()
    yield "rules"


def take(folder: Path, wanted: Callable[[str], bool]) -> None:
    """Writes `{face}-{state}-{size}-{scheme}.png` for each that is wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    with own_bot() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                for face in (chat, helpdesk):
                    page = browser.new_context(
                        locale="nl-NL",
                        viewport={"width": width, "height": height},
                        color_scheme=scheme,
                    ).new_page()
                    for state in face(page, address):
                        name = f"{face.__name__}-{state}-{size}-{scheme}"
                        if wanted(name):
                            file = folder / f"{name}.png"
                            page.screenshot(path=file)
                            Image.open(file).quantize(COLOURS).save(file, optimize=True)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        take(Path(sys.argv[1]), lambda name: True)
    else:
        take(ROOT / "docs" / "images", PUBLISHED.__contains__)
