"""The real bot in a process of its own, for every test that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.evaluate import own_bot


@pytest.fixture(scope="session")
def bot_address() -> Iterator[str]:
    """The address of a bot that is ready; the clock stands at 16 March 2026."""
    with own_bot() as address:
        yield address
