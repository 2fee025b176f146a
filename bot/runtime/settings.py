"""Everything that the environment of the process can change, in one place."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

EDITIONS = Path(__file__).parent.parent / "eligibility" / "editions"


class SettingError(ValueError):
    """A setting is wrong; the message is one Dutch line that names it."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process.

    `bot_today` is None for the real date. `allowed_origins` are the sites whose pages may talk
    to the bot; `*` allows every site.
    """

    host: str = "127.0.0.1"
    port: int = 5005
    bot_today: date | None = None
    edition: str = "2014-2020"
    allowed_origins: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read `HOST`, `PORT`, `BOT_TODAY`, `EDITION` and `ALLOWED_ORIGINS`.

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
