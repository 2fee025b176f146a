"""What many tests need: the real bot and a tiny one, each in its own process, and a browser."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import WAIT_IN_MILLISECONDS, OpenPage, find_chromium, launch
from real_servers import Postgres, RabbitMQ, Redis, program
from running_bot import RunningBot, StartBot, copy_of_tiny_bot, start
from school_site import Site

from bot.evaluate import own_bot


@pytest.fixture(scope="session")
def school() -> Iterator[Site]:
    site = Site()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def bot_address(school: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a bot that is ready, and that the school may embed.

    The clock stands at 16 March 2026.
    """
    feedback = tmp_path_factory.mktemp("feedback") / "feedback.db"
    with own_bot(ALLOWED_ORIGINS=school.origin, FEEDBACK_FILE=str(feedback)) as address:
        yield address


@pytest.fixture
def tiny_project(tmp_path: Path) -> Path:
    """A bot of three intents, with one action that works and one that fails; tests may break it."""
    return copy_of_tiny_bot(tmp_path)


@pytest.fixture(scope="session")
def trained_tiny_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy_of_tiny_bot(tmp_path_factory.mktemp("trained"))
    subprocess.run([sys.executable, "-m", "bot.cli", "train"], cwd=project, check=True)
    return project


@pytest.fixture(scope="session")
def tiny_bot(
    trained_tiny_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningBot]:
    """The tiny bot, serving."""
    bot = start(trained_tiny_project, tmp_path_factory.mktemp("log") / "bot.log")
    try:
        bot.wait_until_ready()
        yield bot
    finally:
        bot.stop()


@pytest.fixture
def start_bot(tmp_path: Path) -> Iterator[StartBot]:
    """Starts bots as `running_bot.start` does, and stops them after the test."""
    bots: list[RunningBot] = []

    def start_one(project: Path, *command: str, **settings: Any) -> RunningBot:
        bots.append(start(project, tmp_path / f"bot-{len(bots)}.log", *command, **settings))
        return bots[-1]

    yield start_one
    for bot in bots:
        bot.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One for each file of tests: as long as it is open, no other event loop can run."""
    playwright_api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: browser tests are skipped."
    )
    if find_chromium() is None:
        pytest.skip("No Chromium on this machine: browser tests are skipped.")
    with playwright_api.sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if not program("postgres"):
        pytest.skip("PostgreSQL is not installed (Debian: postgresql).")
    # Not in pytest's own folder, which the user of PostgreSQL may not enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    if not program("redis-server"):
        pytest.skip("Redis is not installed (Debian: redis-server).")
    server = Redis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    if not Path("/usr/lib/rabbitmq/bin/rabbitmq-server").exists():
        pytest.skip("RabbitMQ is not installed (Debian: rabbitmq-server).")
    server = RabbitMQ(tmp_path_factory.mktemp("rabbitmq"))
    server.start()
    yield server
    server.stop()
