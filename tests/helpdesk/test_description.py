"""The API against its OpenAPI description, with requests that a machine makes up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from desk import Desk

from bot.web.helpdesk import description

schemathesis = pytest.importorskip(
    "schemathesis", reason="schemathesis is not installed: the API is not tried at random."
)
from hypothesis import settings  # noqa: E402


@pytest.fixture(scope="module")
def described_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("described"))
    yield desk
    desk.stop()


schema = schemathesis.openapi.from_dict(description())

# Facts may fit the description and yet contradict each other, which is a 400; and Sanic, not the
# API, answers the methods that there are none of.
LEFT_OUT = [
    schemathesis.checks.CHECKS.get_one(name)
    for name in ("positive_data_acceptance", "unsupported_method")
]


@schema.parametrize()
@settings(max_examples=50, derandomize=True, deadline=None, database=None)
def test_every_answer_is_as_described(case: Any, described_desk: Desk) -> None:
    case.call_and_validate(base_url=described_desk.address, excluded_checks=LEFT_OUT)
