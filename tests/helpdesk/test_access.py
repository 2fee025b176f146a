"""Who gets in: a password with back-off, tokens, and without them only this computer."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.runtime.settings import SettingError, Settings
from bot.web.access import (
    SESSION_LASTS,
    Access,
    TooManyTriesError,
    hash_password,
    hash_token,
    is_this_computer,
)

PASSWORD = "een lang wachtwoord"
HASH = hash_password(PASSWORD)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(clock: Clock) -> Access:
    return Access(HASH, frozenset({hash_token("geheim")}), clock)


def test_the_right_password_opens_a_session_until_logging_out(access: Access) -> None:
    session = access.log_in(PASSWORD, "10.0.0.1")
    assert session and access.allows(session, None)
    access.log_out(session)
    assert not access.allows(session, None)


def test_a_session_ends_by_itself(access: Access, clock: Clock) -> None:
    session = access.log_in(PASSWORD, "10.0.0.1")
    clock.now += SESSION_LASTS
    assert not access.allows(session, None)


def test_a_wrong_password_opens_nothing(access: Access) -> None:
    assert access.log_in("verkeerd", "10.0.0.1") is None
    assert not access.allows("verzonnen", None)
    assert not access.allows(None, None)


def test_who_keeps_guessing_must_wait_ever_longer(access: Access, clock: Clock) -> None:
    for _ in range(4):
        assert access.log_in("verkeerd", "10.0.0.1") is None
    with pytest.raises(TooManyTriesError) as first:
        access.log_in(PASSWORD, "10.0.0.1")
    clock.now += first.value.wait
    assert access.log_in("verkeerd", "10.0.0.1") is None
    with pytest.raises(TooManyTriesError) as second:
        access.log_in(PASSWORD, "10.0.0.1")
    assert second.value.wait == 2 * first.value.wait
    assert access.log_in(PASSWORD, "10.0.0.2"), "another client need not wait"
    clock.now += second.value.wait
    assert access.log_in(PASSWORD, "10.0.0.1")


@pytest.mark.parametrize(
    ("authorization", "allowed"),
    [
        ("Bearer geheim", True),
        ("bearer geheim", True),
        ("Bearer anders", False),
        ("Bearer ", False),
        ("Basic geheim", False),
        ("geheim", False),
        (None, False),
    ],
)
def test_a_token_opens_the_api(access: Access, authorization: str | None, allowed: bool) -> None:
    assert access.allows(None, authorization) is allowed


@pytest.mark.parametrize(
    ("peer", "headers", "inside"),
    [
        ("127.0.0.1", {"host": "localhost:5005"}, True),
        ("127.0.0.1", {"host": "127.0.0.1"}, True),
        ("::1", {"host": "[::1]:5005"}, True),
        ("::ffff:127.0.0.1", {"host": "localhost"}, True),
        ("192.168.1.7", {"host": "localhost"}, False),
        ("127.0.0.1", {"host": "wegwijzer.example"}, False),
        ("127.0.0.1", {"host": "localhost.evil.example"}, False),
        ("127.0.0.1", {}, False),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "127.0.0.1"}, False),
        ("127.0.0.1", {"host": "localhost", "forwarded": "for=127.0.0.1"}, False),
        ("", {"host": "localhost"}, False),
        (None, {"host": "localhost"}, False),
    ],
)
def test_only_this_computer_itself_counts_as_here(
    peer: str | None, headers: dict[str, str], inside: bool
) -> None:
    assert is_this_computer(peer, headers) is inside


def test_the_settings_take_hashes_and_nothing_else() -> None:
    token = hash_token("geheim")
    settings = Settings.from_environment(
        {"HELPDESK_PASSWORD_HASH": HASH, "HELPDESK_TOKENS": f"{token}, {hash_token('ander')}"}
    )
    assert settings.helpdesk_password_hash == HASH
    assert token in settings.helpdesk_tokens
    for name in ("HELPDESK_PASSWORD_HASH", "HELPDESK_TOKENS"):
        with pytest.raises(SettingError, match=name) as refused:
            Settings.from_environment({name: PASSWORD})
        assert PASSWORD not in str(refused.value)
