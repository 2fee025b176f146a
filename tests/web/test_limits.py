"""How much may be asked, by whom, and whose conversation a message belongs to."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import pytest

from bot.web.limits import IDLE, Limits, TooMuchError, client_of
from bot.web.senders import TakenSenderError, conversation_of

SECRET = "web-3141592653-589793238-462643383-2795028841"
PROXIES = (ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("10.0.0.0/8"))


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_client_that_asks_too_fast_waits_and_others_do_not(clock: Clock) -> None:
    limits = Limits(requests_per_minute=60, clock=clock)
    for _ in range(30):
        limits.count_request("a")
    with pytest.raises(TooMuchError) as refusal:
        limits.count_request("a")
    limits.count_request("b")
    clock.now += refusal.value.wait
    limits.count_request("a")
    with pytest.raises(TooMuchError):
        limits.count_request("a")


def test_who_keeps_to_the_pace_is_never_refused(clock: Clock) -> None:
    limits = Limits(requests_per_minute=60, clock=clock)
    for _ in range(500):
        limits.count_request("a")
        clock.now += 1


def test_a_heavy_request_counts_for_more(clock: Clock) -> None:
    limits = Limits(requests_per_minute=60, clock=clock)
    limits.count_request("a", weight=30)
    with pytest.raises(TooMuchError) as refusal:
        limits.count_request("a", weight=10)
    assert refusal.value.wait == 10
    limits.count_request("b", weight=1000)  # more than anybody ever has, so not never


def test_a_client_has_so_many_conversations_and_those_go_on(clock: Clock) -> None:
    limits = Limits(conversations_per_client=2, clock=clock)
    limits.count_conversation("a", "one")
    limits.count_conversation("a", "two")
    with pytest.raises(TooMuchError) as refusal:
        limits.count_conversation("a", "three")
    assert refusal.value.limit == "conversations"
    limits.count_conversation("a", "one")
    limits.count_conversation("b", "four")
    clock.now += IDLE
    limits.count_conversation("a", "three")
    assert limits.conversations == 1


def test_all_clients_have_so_many_conversations_together(clock: Clock) -> None:
    limits = Limits(conversations_at_once=2, clock=clock)
    limits.count_conversation("a", "one")
    limits.count_conversation("b", "two")
    with pytest.raises(TooMuchError) as refusal:
        limits.count_conversation("c", "three")
    assert refusal.value.limit == "all_conversations"


def test_so_many_messages_wait_at_once() -> None:
    limits = Limits(messages_at_once=1)
    with limits.message():
        assert limits.waiting == 1
        with pytest.raises(TooMuchError), limits.message():
            raise AssertionError("let in")
    with limits.message():
        pass
    assert limits.waiting == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.5", None, "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.9, 203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "203.0.113.5, 10.1.2.3", "203.0.113.5"),
        ("127.0.0.1", "onzin", "127.0.0.1"),
        ("::ffff:127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (None, None, "unknown"),
    ],
)
def test_only_a_known_proxy_is_believed_about_who_asks(
    peer: str | None, forwarded: str | None, client: str
) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert client_of(peer, headers, PROXIES) == client


def test_a_secret_of_the_page_is_not_kept() -> None:
    kept = conversation_of(SECRET, "203.0.113.5", is_local=False)
    assert kept.startswith("page-")
    assert SECRET[4:] not in kept
    assert conversation_of(SECRET, "198.51.100.1", is_local=False) == kept, "phones move"
    assert conversation_of(SECRET, "127.0.0.1", is_local=True) == kept


def test_nobody_gets_in_with_the_id_of_a_conversation() -> None:
    kept = conversation_of(SECRET, "203.0.113.5", is_local=False)
    for is_local in (True, False):
        with pytest.raises(TakenSenderError):
            conversation_of(kept, "203.0.113.5", is_local)


def test_a_name_counts_for_its_own_address_only() -> None:
    assert conversation_of("anna", "127.0.0.1", is_local=True) == "anna"
    one, other = (conversation_of("anna", a, False) for a in ("203.0.113.5", "198.51.100.1"))
    assert len({one, other, "anna"}) == 3
