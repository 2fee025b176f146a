"""The real bot and a tiny one, each in a process of its own, for every test that talks to one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_bot import RunningBot, StartBot, copy_of_tiny_bot, start

from bot.evaluate import own_bot


@pytest.fixture(scope="session")
def bot_address() -> Iterator[str]:
    """The address of a bot that is ready; the clock stands at 16 March 2026."""
    with own_bot() as address:
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

    def start_one(project: Path, *command: str) -> RunningBot:
        bots.append(start(project, tmp_path / f"bot-{len(bots)}.log", *command))
        return bots[-1]

    yield start_one
    for bot in bots:
        bot.stop()
