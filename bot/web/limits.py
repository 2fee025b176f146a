"""How much one visitor, and all of them together, may ask of the bot."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

IDLE = 1800.0  # seconds after which a conversation no longer counts
_MOST_CLIENTS = 50_000
_IPV6_SITE = 64  # bits; one subscriber has all addresses behind them

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TooMuchError(Exception):
    """A limit was reached; ``limit`` names it, ``wait`` says in how many seconds to try again."""

    def __init__(self, limit: str, wait: float) -> None:
        super().__init__(limit)
        self.limit = limit
        self.wait = wait


@dataclass
class Limits:
    """Counts requests and conversations of clients; ``clock`` gives seconds that never run back."""

    requests_per_minute: int = 600
    messages_at_once: int = 200
    conversations_per_client: int = 200
    conversations_at_once: int = 5000
    clock: Callable[[], float] = time.monotonic
    _credit: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _conversations: OrderedDict[str, tuple[str, float]] = field(default_factory=OrderedDict)
    _of_client: Counter[str] = field(default_factory=Counter)
    _waiting: int = 0

    def count_request(self, client: str, weight: float = 1.0) -> None:
        """A request of a client: half a minute's worth may come at once.

        ``weight`` says how many ordinary requests it is worth.

        Raises:
            TooMuchError: it comes too soon.
        """
        most = max(1.0, self.requests_per_minute / 2)
        weight = min(weight, most)
        a_second = self.requests_per_minute / 60
        now = self.clock()
        credit, then = self._credit.get(client, (most, now))
        credit = min(most, credit + (now - then) * a_second)
        if credit < weight:
            raise TooMuchError("requests", (weight - credit) / a_second)
        self._credit[client] = credit - weight, now
        self._credit.move_to_end(client)
        while len(self._credit) > _MOST_CLIENTS:
            self._credit.popitem(last=False)

    def count_conversation(self, client: str, conversation: str) -> None:
        """A message in a conversation of a client; one that goes on is never refused.

        Raises:
            TooMuchError: a new conversation would be one too many.
        """
        now = self.clock()
        while self._conversations:
            oldest, (whose, then) = next(iter(self._conversations.items()))
            if now - then < IDLE:
                break
            self._end(oldest, whose)
        if conversation not in self._conversations:
            if self._of_client[client] >= self.conversations_per_client:
                raise TooMuchError("conversations", IDLE / 10)
            if len(self._conversations) >= self.conversations_at_once:
                raise TooMuchError("all_conversations", IDLE / 30)
            self._of_client[client] += 1
        else:
            client, _ = self._conversations[conversation]
        self._conversations[conversation] = client, now
        self._conversations.move_to_end(conversation)

    def _end(self, conversation: str, client: str) -> None:
        del self._conversations[conversation]
        self._of_client[client] -= 1
        if not self._of_client[client]:
            del self._of_client[client]

    @contextmanager
    def message(self) -> Iterator[None]:
        """While a message waits for its answer.

        Raises:
            TooMuchError: too many others wait.
        """
        if self._waiting >= self.messages_at_once:
            raise TooMuchError("messages", 2.0)
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    @property
    def waiting(self) -> int:
        """How many messages wait for their answer now."""
        return self._waiting

    @property
    def conversations(self) -> int:
        """How many conversations of visitors go on now."""
        return len(self._conversations)


def client_of(
    peer: str | None, headers: Mapping[str, str], trusted_proxies: Sequence[Network]
) -> str:
    """Who asks: an IPv4 address, or the IPv6 network of a subscriber.

    ``peer`` is the other end of the connection. What it says in ``X-Forwarded-For`` is believed
    only of ``trusted_proxies``; of several addresses the last one that is no proxy counts.
    """
    client = _address(peer)
    for forwarded in reversed(headers.get("x-forwarded-for", "").split(",")):
        if client is None or not any(client in network for network in trusted_proxies):
            break
        client = _address(forwarded.strip()) or client
    if client is None:
        return "unknown"
    if isinstance(client, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((client, _IPV6_SITE), strict=False))
    return str(client)


def _address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
