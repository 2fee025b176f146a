"""Who may ask the pages what, seen from outside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.message import Message
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from stub import Stub

SCHOOL = "https://school.example"
MESSAGE = json.dumps({"sender": "x", "message": "Ik ben docent."}).encode()


@pytest.fixture(scope="module")
def bot() -> Iterator[Stub]:
    stub = Stub({SCHOOL})
    yield stub
    stub.stop()


def ask(
    bot: Stub, path: str, origin: str | None, method: str = "GET", body: bytes | None = None
) -> tuple[int, Message, bytes]:
    headers = {"Origin": origin} if origin else {}
    request = Request(f"{bot.address}{path}", body, headers, method=method)
    try:
        with urlopen(request) as response:
            return response.status, response.headers, response.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_every_page_forbids_what_it_does_not_need(bot: Stub) -> None:
    for path in ("/", "/widget.js", "/nergens"):
        _, headers, _ = ask(bot, path, None)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_an_allowed_site_may_talk(bot: Stub) -> None:
    status, headers, body = ask(bot, "/webhooks/rest/webhook", SCHOOL, "POST", MESSAGE)
    assert status == 200
    assert json.loads(body)
    assert headers["access-control-allow-origin"] == SCHOOL
    status, headers, _ = ask(bot, "/webhooks/rest/webhook", SCHOOL, "OPTIONS")
    assert status == 204
    assert headers["access-control-allow-headers"] == "Content-Type"


@pytest.mark.parametrize("origin", ["https://elders.example", "null", "http://school.example"])
@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/webhooks/rest/webhook", "POST"),
        ("/webhooks/rest/webhook", "OPTIONS"),
        ("/api/feedback", "POST"),
        ("/widget.css", "GET"),
        ("/", "GET"),
    ],
)
def test_a_site_that_is_not_allowed_gets_nothing(
    bot: Stub, origin: str, path: str, method: str
) -> None:
    bot.received.clear()
    body = MESSAGE if method == "POST" else None
    status, headers, _ = ask(bot, path, origin, method, body)
    assert status == 403
    assert "access-control-allow-origin" not in headers
    assert bot.received == []


def test_an_allowed_site_gets_only_what_the_chat_needs(bot: Stub) -> None:
    assert ask(bot, "/", SCHOOL)[0] == 403


def test_the_bots_own_page_may_talk(bot: Stub) -> None:
    assert ask(bot, "/webhooks/rest/webhook", bot.address, "POST", MESSAGE)[0] == 200
