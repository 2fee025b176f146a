"""A helpdesk for each test, on this computer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desk import Desk

from bot.web.access import Access

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[OpenDesk]:
    """Opens desks with their own door, address or visitors, and closes them."""
    desks: list[Desk] = []

    def open_one(access: Access | None = None, **options: Any) -> Desk:
        desks.append(Desk(tmp_path, access or Access(), **options))
        return desks[-1]

    yield open_one
    for desk in desks:
        desk.stop()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A helpdesk without a login, so open to this computer only."""
    return open_desk()
