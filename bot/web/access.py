"""Who may see the helpdesk's pages and use its API: a password, tokens, or only this computer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.runtime.settings import PASSWORD_HASH

SESSION_LASTS = 12 * 3600  # seconds
_MOST_SESSIONS = 1_000
_MOST_CLIENTS = 10_000
_FREE_TRIES = 3
_LONGEST_WAIT = 900.0  # seconds

# One guess costs 32 MiB and about a tenth of a second.
_N, _R, _P = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024
_LOCAL_HOST = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?", re.IGNORECASE)
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def hash_password(password: str) -> str:
    """What belongs in ``HELPDESK_PASSWORD_HASH`` for this password; salted, so never the same."""
    salt = secrets.token_bytes(16)
    key = hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY)
    return f"scrypt:{_N}:{_R}:{_P}:{_encode(salt)}:{_encode(key)}"


def hash_token(token: str) -> str:
    """What belongs in ``HELPDESK_TOKENS`` for this token, which must be long and random."""
    return hashlib.sha256(token.encode()).hexdigest()


def _matches(password: str, stored: str) -> bool:
    match = PASSWORD_HASH.fullmatch(stored)
    assert match  # the settings were checked
    n, r, p = (int(number) for number in match.groups()[:3])
    salt, key = (_decode(part) for part in match.groups()[3:])
    tried = hashlib.scrypt(
        password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=len(key)
    )
    return hmac.compare_digest(tried, key)


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _decode(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


class TooManyTriesError(Exception):
    """A client guessed too often; ``wait``: in how many seconds it may try again."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass
class Access:
    """The door of the staff pages; it knows the password and the tokens by their hashes only.

    ``clock`` gives seconds that never run back.
    """

    password_hash: str | None = None
    token_hashes: frozenset[str] = frozenset()
    clock: Callable[[], float] = time.monotonic
    _sessions: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _failures: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)

    @property
    def needs_login(self) -> bool:
        """Without a password or token only this computer gets in."""
        return bool(self.password_hash or self.token_hashes)

    def log_in(self, password: str, client: str) -> str | None:
        """A new session, or ``None`` if the password is wrong.

        After a few wrong ones each further guess from ``client`` must wait twice as long.

        Raises:
            TooManyTriesError: it did not wait.
        """
        if self.password_hash is None:
            return None
        tries, until = self._failures.get(client, (0, 0.0))
        if until > self.clock():
            raise TooManyTriesError(until - self.clock())
        if not _matches(password, self.password_hash):
            tries += 1
            wait = min(_LONGEST_WAIT, 2.0 ** (tries - _FREE_TRIES)) if tries > _FREE_TRIES else 0.0
            _remember(self._failures, client, (tries, self.clock() + wait), _MOST_CLIENTS)
            return None
        self._failures.pop(client, None)
        session = secrets.token_urlsafe(32)
        _remember(self._sessions, hash_token(session), self.clock() + SESSION_LASTS, _MOST_SESSIONS)
        return session

    def log_out(self, session: str) -> None:
        """Ends a session."""
        self._sessions.pop(hash_token(session), None)

    def allows(self, session: str | None, authorization: str | None) -> bool:
        """Whether a session cookie or an ``Authorization: Bearer …`` header opens the door."""
        if session and self._sessions.get(hash_token(session), 0.0) > self.clock():
            return True
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return False
        given = hash_token(token.strip())
        return any(hmac.compare_digest(given, known) for known in self.token_hashes)


_T = TypeVar("_T")


def _remember(kept: OrderedDict[str, _T], key: str, value: _T, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


def is_this_computer(peer: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a request comes from this very computer, and not through a proxy or a foreign name.

    ``peer`` is the address at the other end of the connection. The ``Host`` header is looked at
    because a page on the internet can make its own name point to 127.0.0.1 (DNS rebinding).
    """
    if peer is None or any(name in headers for name in _PROXY_HEADERS):
        return False
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    is_loopback = (mapped or address).is_loopback
    return is_loopback and bool(_LOCAL_HOST.fullmatch(headers.get("host", "")))
