"""Everything that the environment of the process can change, in one place.

`docs/instellingen.md` is written from here by `wegwijzer settings`.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PASSWORD_HASH = re.compile(r"scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3}):([\w-]{16,}):([\w-]{16,})")
EDITIONS = Path(__file__).parent.parent / "eligibility" / "editions"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingError(ValueError):
    """A setting is wrong; the message is one Dutch line that names it."""


@dataclass(frozen=True)
class Description:
    """What is known of one setting: its name in the environment, and how its text is read.

    ``read`` raises ``ValueError`` with a Dutch sentence. The value of a ``secret`` is never shown,
    and may also stand in a file that `NAME_FILE` points to.
    """

    group: str
    name: str
    default: str
    read: Callable[[str], Any]
    about: str
    secret: bool = False

    def value(self, environment: Mapping[str, str]) -> Any:
        """What the environment says, or the default; an empty setting counts as not set.

        Raises:
            SettingError: the value makes no sense.
        """
        text = environment.get(self.name, "").strip()
        if self.secret and not text:
            text = self._in_file(environment.get(f"{self.name}_FILE", "").strip())
        try:
            return self.read(text or self.default)
        except ValueError as error:
            # Without the value of a secret: a password may well have been put in its place.
            shown = self.name if self.secret else f"{self.name}={text}"
            raise SettingError(f"{shown}: {error}") from None

    def _in_file(self, path: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8").strip() if path else ""
        except (OSError, UnicodeDecodeError):
            raise SettingError(f"{self.name}_FILE={path}: dit bestand is niet te lezen.") from None


# --- how the text of a setting is read --------------------------------------------------------


def _text(value: str) -> str | None:
    return value or None


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise ValueError(f"kies een getal van {least} tot en met {most}.")
        return int(value)

    return read


def _one_of(*names: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in names:
            raise ValueError(f"kies uit {', '.join(names)}.")
        return value

    return read


def _date(value: str) -> date | None:
    try:
        if value and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ValueError("schrijf een bestaande datum als JJJJ-MM-DD, zoals 2026-09-01.") from None


def _edition(value: str) -> str:
    return _one_of(*sorted(file.stem for file in EDITIONS.glob("*.yml")))(value)


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[\s,]+", value) if part)


def _origins(value: str) -> tuple[str, ...]:
    for origin in _parts(value):
        if origin != "*" and not re.fullmatch(r"https?://[^/\s]+", origin):
            raise ValueError("schrijf elke site als https://voorbeeld.nl, zonder pad erachter.")
    return _parts(value)


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part) for part in _parts(value))
    except ValueError:
        raise ValueError("schrijf IP-adressen of netwerken, zoals 127.0.0.1 10.0.0.0/8.") from None


def _password_hash(value: str) -> str | None:
    if value and not PASSWORD_HASH.fullmatch(value):
        raise ValueError(
            "dit is geen hash van een wachtwoord. Maak er een met `wegwijzer password`."
        )
    return value or None


def _tokens(value: str) -> frozenset[str]:
    tokens = frozenset(token.lower() for token in _parts(value))
    if not all(re.fullmatch(r"[0-9a-f]{64}", token) for token in tokens):
        raise ValueError("zet hier van elk token de SHA-256, met komma's ertussen.")
    return tokens


def _address(**libraries: str) -> Callable[[str], str | None]:
    """Reads a URL of one of some schemes, each with the library that it needs ('' for none)."""

    def read(value: str) -> str | None:
        if not value:
            return None
        try:
            scheme = urlsplit(value).scheme
            fits = scheme in libraries and urlsplit(value).port != 0
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"begin met {' of '.join(f'{name}://' for name in libraries)}.")
        if libraries[scheme] and find_spec(libraries[scheme]) is None:
            raise ValueError("hiervoor ontbreekt een bibliotheek: draai eerst `make servers`.")
        return value

    return read


def _setting(
    group: str,
    name: str,
    default: str,
    read: Callable[[str], Any],
    about: str,
    *,
    secret: bool = False,
) -> Any:
    described = Description(group, name, default, read, about, secret)
    return field(default_factory=lambda: described.value({}), metadata={"description": described})


@dataclass(frozen=True)
class Settings:
    """The settings of one process, each with its meaning in Dutch for whoever runs the bot."""

    host: str = _setting(
        "Adres", "HOST", "127.0.0.1", str, "Op welk adres de bot luistert. 0.0.0.0 is: op alle."
    )
    port: int = _setting(
        "Adres", "PORT", "5005", _number(1, 65535), "Op welke poort de bot luistert."
    )
    allowed_origins: tuple[str, ...] = _setting(
        "Adres",
        "ALLOWED_ORIGINS",
        "",
        _origins,
        "Andere sites die de chat mogen tonen, zoals `https://school.nl`. `*` is: elke site.",
    )
    trusted_proxies: tuple[Network, ...] = _setting(
        "Adres",
        "TRUSTED_PROXIES",
        "127.0.0.1 ::1",
        _networks,
        "Van welke tussenstations (zoals nginx) de bot gelooft wie de bezoeker is "
        "(`X-Forwarded-For`).",
    )
    edition: str = _setting(
        "Antwoorden",
        "EDITION",
        "2014-2020",
        _edition,
        "Welke regels gelden zolang een bezoeker geen ander programma noemt.",
    )
    bot_today: date | None = _setting(
        "Antwoorden",
        "BOT_TODAY",
        "",
        _date,
        "Zet de klok van de bot vast, als JJJJ-MM-DD. Anders: de datum in Brussel.",
    )
    action_server: str | None = _setting(
        "Antwoorden",
        "ACTION_SERVER",
        "",
        _address(http="", https=""),
        "Adres van een aparte actieserver, zoals `http://127.0.0.1:5055/webhook`. "
        "Anders draaien de acties in de bot zelf.",
    )
    model_fingerprint: str | None = _setting(
        "Antwoorden",
        "MODEL_FINGERPRINT",
        "",
        _text,
        "Het kenmerk van de enige regels, teksten, code en het model die mogen draaien "
        "(`wegwijzer fingerprint`). Wijkt er iets af, dan start de bot niet.",
    )
    database_url: str = _setting(
        "Opslag",
        "DATABASE_URL",
        "sqlite:///var/conversations.db",
        _address(sqlite="", postgresql="psycopg2"),
        "Waar de gesprekken staan: een SQLite-bestand of "
        "`postgresql://naam:wachtwoord@adres/database`.",
        secret=True,
    )
    redis_url: str | None = _setting(
        "Opslag",
        "REDIS_URL",
        "",
        _address(redis="redis", rediss="redis"),
        "Redis, dat berichten van één gesprek op volgorde houdt. Nodig zodra er meer dan één "
        "bot draait. Zoals `redis://127.0.0.1:6379/1`.",
        secret=True,
    )
    event_broker_url: str | None = _setting(
        "Opslag",
        "EVENT_BROKER_URL",
        "",
        _address(amqp="aio_pika", amqps="aio_pika", kafka="confluent_kafka"),
        "RabbitMQ of Kafka, dat alle gebeurtenissen ook krijgt: "
        "`amqp://naam:wachtwoord@adres/wachtrij` of `kafka://adres:9092/onderwerp`.",
        secret=True,
    )
    feedback_file: Path = _setting(
        "Opslag",
        "FEEDBACK_FILE",
        "var/feedback.db",
        Path,
        "Het SQLite-bestand met oordelen van de helpdesk en van bezoekers.",
    )
    keep_conversations_days: int = _setting(
        "Opslag",
        "KEEP_CONVERSATIONS_DAYS",
        "30",
        _number(1, 3650),
        "Na hoeveel dagen zonder nieuw bericht een gesprek gewist wordt.",
    )
    keep_feedback_days: int = _setting(
        "Opslag",
        "KEEP_FEEDBACK_DAYS",
        "365",
        _number(1, 3650),
        "Na hoeveel dagen een oordeel van de helpdesk of een bezoeker gewist wordt.",
    )
    requests_per_minute: int = _setting(
        "Grenzen",
        "REQUESTS_PER_MINUTE",
        "600",
        _number(1, 1_000_000),
        "Hoeveel verzoeken één bezoeker (IP-adres, of IPv6-netwerk /64) per minuut mag doen. "
        "Een bericht van 1000 tekens telt dubbel, en zo verder. Programma's op deze computer zelf "
        "vallen hier niet onder.",
    )
    message_length: int = _setting(
        "Grenzen",
        "MESSAGE_LENGTH",
        "12000",
        _number(100, 200_000),
        "Hoeveel tekens een bericht mag hebben.",
    )
    messages_at_once: int = _setting(
        "Grenzen",
        "MESSAGES_AT_ONCE",
        "200",
        _number(1, 100_000),
        "Hoeveel berichten er tegelijk op antwoord mogen wachten, van alle bezoekers samen.",
    )
    conversations_per_client: int = _setting(
        "Grenzen",
        "CONVERSATIONS_PER_CLIENT",
        "200",
        _number(1, 1_000_000),
        "Hoeveel gesprekken één bezoeker (IP-adres) in een half uur mag voeren. Een hele school "
        "kan één IP-adres zijn.",
    )
    conversations_at_once: int = _setting(
        "Grenzen",
        "CONVERSATIONS_AT_ONCE",
        "5000",
        _number(1, 1_000_000),
        "Hoeveel gesprekken alle bezoekers samen in een half uur mogen voeren.",
    )
    helpdesk_password_hash: str | None = _setting(
        "Helpdesk",
        "HELPDESK_PASSWORD_HASH",
        "",
        _password_hash,
        "Hash van het wachtwoord van de helpdesk (`wegwijzer password`). Zonder wachtwoord en "
        "tokens opent de helpdesk alleen op deze computer.",
        secret=True,
    )
    helpdesk_tokens: frozenset[str] = _setting(
        "Helpdesk",
        "HELPDESK_TOKENS",
        "",
        _tokens,
        "SHA-256 van tokens voor programma's die de helpdesk gebruiken (`wegwijzer token`).",
        secret=True,
    )
    metrics_tokens: frozenset[str] = _setting(
        "Toezicht",
        "METRICS_TOKENS",
        "",
        _tokens,
        "SHA-256 van tokens waarmee een andere computer `/health`, `/ready` en `/metrics` mag "
        "lezen (`wegwijzer token`). Op deze computer zelf is geen token nodig.",
        secret=True,
    )
    log_level: str = _setting(
        "Toezicht",
        "LOG_LEVEL",
        "WARNING",
        _one_of("ERROR", "WARNING", "INFO", "DEBUG"),
        "Hoeveel de bot opschrijft. INFO: één regel per antwoord, zonder de tekst. DEBUG laat "
        "ook zien wat bezoekers typen: alleen om te testen.",
    )
    log_format: str = _setting(
        "Toezicht",
        "LOG_FORMAT",
        "text",
        _one_of("text", "json"),
        "`json` schrijft elke regel van het logboek als één JSON-object.",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read and check every setting.

        Raises:
            SettingError: one of them has a value that makes no sense.
        """
        return cls(**{name: described.value(environment) for name, described in _descriptions(cls)})


def setting(name: str, environment: Mapping[str, str] = os.environ) -> Any:
    """One setting by the name of its field, without looking at the others.

    Raises:
        SettingError: its value makes no sense.
    """
    return _description(name).value(environment)


def descriptions() -> list[Description]:
    """What every setting is called, means and is by default, in order."""
    return [described for _, described in _descriptions(Settings)]


@cache
def _description(name: str) -> Description:
    return dict(_descriptions(Settings))[name]


def _descriptions(settings: type[Settings]) -> Iterator[tuple[str, Description]]:
    for each in fields(settings):
        yield each.name, each.metadata["description"]
