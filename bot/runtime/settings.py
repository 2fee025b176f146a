"""Everything that the environment of the process can change, in one place."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PASSWORD_HASH = re.compile(r"scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3}):([\w-]{16,}):([\w-]{16,})")
EDITIONS = Path(__file__).parent.parent / "eligibility" / "editions"


class SettingError(ValueError):
    """A setting is wrong; the message is one Dutch line that names it."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process.

    `bot_today` is None for the real date. `allowed_origins` are the sites whose pages may talk
    to the bot; `*` allows every site. `helpdesk_password_hash` and `helpdesk_tokens` hold hashes
    that :mod:`bot.web.access` makes; without any, the helpdesk opens on this computer only.
    """

    host: str = "127.0.0.1"
    port: int = 5005
    bot_today: date | None = None
    edition: str = "2014-2020"
    allowed_origins: tuple[str, ...] = ()
    helpdesk_password_hash: str | None = None
    helpdesk_tokens: frozenset[str] = frozenset()
    feedback_file: Path = Path("var/feedback.db")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read `HOST`, `PORT`, `BOT_TODAY`, `EDITION`, `ALLOWED_ORIGINS`, and for the helpdesk
        `HELPDESK_PASSWORD_HASH`, `HELPDESK_TOKENS` and `FEEDBACK_FILE`.

        An empty setting counts as not set.

        Raises:
            SettingError: one of them has a value that makes no sense.
        """
        given = {name: value.strip() for name, value in environment.items() if value.strip()}
        return cls(
            host=given.get("HOST", cls.host),
            port=_port(given["PORT"]) if "PORT" in given else cls.port,
            bot_today=_date(given["BOT_TODAY"]) if "BOT_TODAY" in given else None,
            edition=_edition(given.get("EDITION", cls.edition)),
            allowed_origins=_origins(given.get("ALLOWED_ORIGINS", "")),
            helpdesk_password_hash=_password_hash(given.get("HELPDESK_PASSWORD_HASH")),
            helpdesk_tokens=_tokens(given.get("HELPDESK_TOKENS", "")),
            feedback_file=Path(given.get("FEEDBACK_FILE", cls.feedback_file)),
        )


def _port(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
        raise SettingError(f"PORT={value}: kies een getal van 1 tot en met 65535.")
    return int(value)


def _date(value: str) -> date:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise SettingError(
            f"BOT_TODAY={value}: schrijf een bestaande datum als JJJJ-MM-DD, zoals 2026-09-01."
        ) from None


def _edition(value: str) -> str:
    editions = sorted(file.stem for file in EDITIONS.glob("*.yml"))
    if value not in editions:
        raise SettingError(f"EDITION={value}: kies uit {', '.join(editions)}.")
    return value


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(origin for origin in re.split(r"[\s,]+", value) if origin)
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[^/\s]+", origin):
            raise SettingError(
                f"ALLOWED_ORIGINS={origin}: schrijf elke site als https://voorbeeld.nl, "
                "zonder pad erachter."
            )
    return origins


def _password_hash(value: str | None) -> str | None:
    if value is not None and not PASSWORD_HASH.fullmatch(value):
        # Without the value: it may well be the password itself.
        raise SettingError(
            "HELPDESK_PASSWORD_HASH: dit is geen hash van een wachtwoord. "
            "Maak er een met `wegwijzer password`."
        )
    return value


def _tokens(value: str) -> frozenset[str]:
    tokens = frozenset(token.lower() for token in re.split(r"[\s,]+", value) if token)
    if not all(re.fullmatch(r"[0-9a-f]{64}", token) for token in tokens):
        raise SettingError(
            "HELPDESK_TOKENS: zet hier van elk token de SHA-256, met komma's ertussen."
        )
    return tokens
