"""A real browser, if this machine has one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest

OpenPage = Callable[..., Any]

WAIT_IN_MILLISECONDS = 30_000
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The browser of this machine, if it has one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def launch(playwright: Any) -> Any:
    return playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)


def violations(page: Any) -> list[str]:
    """What axe finds, as a line for each kind; skips the test without axe."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed."
    )
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def clashing_captions(page: Any) -> list[str]:
    """The captions of time lines that overlap another one or stick out at a side."""
    return page.locator(".timeline").evaluate_all(
        """(lines) => lines.flatMap((line) => {
            const edge = line.getBoundingClientRect();
            const captions = [...line.querySelectorAll("text")];
            const clash = (one, other) => one.left <= other.right && other.left <= one.right
                && one.top < other.bottom && other.top < one.bottom;
            return captions.filter((caption) => {
                const box = caption.getBoundingClientRect();
                return box.left < edge.left || box.right > edge.right || captions.some((other) =>
                    other !== caption && clash(box, other.getBoundingClientRect()));
            });
        }).map((caption) => caption.textContent)"""
    )
