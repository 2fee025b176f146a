"""The pages of the chat before a stub of the bot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import OpenPage
from stub import Stub


@pytest.fixture
def stub() -> Iterator[Stub]:
    stub = Stub()
    yield stub
    stub.stop()


@pytest.fixture
def page(open_page: OpenPage, stub: Stub) -> Any:
    """The chat's own page on a phone."""
    return open_page(stub.address, viewport={"width": 360, "height": 740})
