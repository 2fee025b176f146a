"""Bots, real servers and simulated visitors for the proofs."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from real_servers import Nginx, Postgres, Redis, free_port, program
from running_bot import ROOT, RunningBot, start

from bot.web.senders import conversation_of

TODAY = "2026-03-16"  # of the conversations in tests/conversations
WEBHOOK = "/webhooks/rest/webhook"
APOLOGY = "Sorry, er ging bij mij iets mis."
LONGEST_OUTAGE_IN_SECONDS = 60

Turn = dict[str, Any]


def scripts() -> list[list[Turn]]:
    """Whole conversations: what is said (`says`) and what the reply must be (`is`)."""
    found: list[list[Turn]] = []
    for file in sorted((ROOT / "tests" / "conversations").glob("*.yml")):
        for conversation in yaml.safe_load(file.read_text(encoding="utf-8")):
            # One that is deleted can't be looked up afterwards.
            if not any("deleted" in turn.get("is", {}) for turn in conversation["turns"]):
                found.append(conversation["turns"])
    return found


def fits(custom: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether a reply is what a script says."""
    flat = {
        **custom,
        "fits": (custom.get("requested_stay") or {}).get("fits"),
        "notes": [note["about"] for note in custom.get("notes", ())],
    }
    return all(flat.get(key) == value for key, value in expected.items())


@dataclass
class Visitor:
    """A browser: a secret of its own, an address of its own, and a memory of what was confirmed."""

    number: int
    port: int
    tls: bool = False
    secret: str = ""
    confirmed: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    apologies: int = 0
    failures: int = 0
    foreign: int = 0
    _connection: http.client.HTTPConnection | None = None

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start a new conversation."""
        self.secret = "web-" + "-".join(str(random.getrandbits(32)) for _ in range(4))
        self.confirmed, self.tried = [], []

    @property
    def conversation(self) -> str:
        return conversation_of(self.secret, "", is_local=False)

    def post(self, text: str, number: int) -> list[dict[str, Any]] | None:
        """The replies, or None if the server could not be reached or refused."""
        metadata = {"id": number}  # as the page does: sent again, it is the same message
        body = json.dumps({"sender": self.secret, "message": text, "metadata": metadata})
        try:
            connection = self._connected()
            connection.request(
                "POST", WEBHOOK, body, {"Content-Type": "application/json", "Host": "localhost"}
            )
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None
        return json.loads(answer) if response.status == http.HTTPStatus.OK else None

    def ask(self, text: str) -> dict[str, Any]:
        """Say something until it is confirmed, as a patient visitor does; the custom object."""
        deadline = time.monotonic() + LONGEST_OUTAGE_IN_SECONDS
        number = random.getrandbits(32)
        while time.monotonic() < deadline:
            self.tried.append(text)
            started = time.perf_counter()
            replies = self.post(text, number)
            if not replies:
                self.failures += 1
            elif any(APOLOGY in reply.get("text", "") for reply in replies):
                self.apologies += 1
                number += 1  # an apology is a reply: who tries again says it anew
            else:
                self.waits.append(time.perf_counter() - started)
                self.confirmed.append(text)
                self.foreign += sum(reply["recipient_id"] != self.secret for reply in replies)
                return next((r["custom"] for r in replies if "custom" in r), {})
            time.sleep(0.3)
        return {}

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            source = (f"127.0.{1 + self.number // 250}.{1 + self.number % 250}", 0)
            if self.tls:
                context = ssl._create_unverified_context()
                self._connection = http.client.HTTPSConnection(
                    "127.0.0.1", self.port, timeout=30, source_address=source, context=context
                )
            else:
                self._connection = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=30, source_address=source
                )
        return self._connection


def lost_and_mixed(visitor: Visitor, kept: Sequence[str]) -> tuple[int, int]:
    """How many confirmed messages are not kept in order, and how many kept ones are not his."""
    rest = iter(kept)
    lost = sum(not any(text == said for text in rest) for said in visitor.confirmed)
    return lost, sum(text not in visitor.tried for text in kept)


def kept_texts(database_url: str, conversations: Sequence[str]) -> dict[str, list[str]]:
    """What visitors said, by conversation, as a look into the database shows it."""
    import sqlalchemy as sa

    engine = sa.create_engine(database_url)
    kept: dict[str, list[str]] = {conversation: [] for conversation in conversations}
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT sender_id, data FROM events WHERE type_name = 'user' ORDER BY id")
        )
        for sender, data in rows:
            if sender in kept:
                kept[sender].append(json.loads(data)["text"])
    engine.dispose()
    return kept


@dataclass
class Stage:
    """What a proof has started, and where visitors reach it."""

    folder: Path
    bots: list[RunningBot]
    database_url: str
    port: int
    tls: bool = False
    postgres: Postgres | None = None
    redis: Redis | None = None
    settings: dict[str, str] = field(default_factory=dict)

    def visitor(self, number: int) -> Visitor:
        return Visitor(number, self.port, self.tls)

    def start_again(self, number: int) -> None:
        """Start a bot anew on its port, after it was killed."""
        old = self.bots[number]
        self.bots[number] = start(
            ROOT, old.log_file, port=old.port, **{**self.settings, "PORT": str(old.port)}
        )
        self.bots[number].wait_until_ready()


@contextlib.contextmanager
def embedded(**settings: str) -> Iterator[Stage]:
    """One bot with SQLite, as `make run` starts it."""
    with _folder() as folder:
        settings = {
            "BOT_TODAY": TODAY,
            "DATABASE_URL": f"sqlite:///{folder}/conversations.db",
            "FEEDBACK_FILE": f"{folder}/feedback.db",
            **settings,
        }
        bot = start(ROOT, folder / "bot.log", **settings)
        stage = Stage(folder, [bot], settings["DATABASE_URL"], bot.port, settings=settings)
        try:
            bot.wait_until_ready()
            yield stage
        finally:
            stage.bots[0].stop()


@contextlib.contextmanager
def full(**settings: str) -> Iterator[Stage]:
    """Two workers with PostgreSQL and Redis, behind nginx as deployment/ configures it."""
    with _folder() as folder, contextlib.ExitStack() as stack:
        for name in ("postgres", "redis", "nginx"):
            (folder / name).mkdir()
        postgres, redis = Postgres(folder / "postgres"), Redis(folder / "redis")
        for server in (postgres, redis):
            server.start()
            stack.callback(server.stop)
        settings = {
            "BOT_TODAY": TODAY,
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url,
            "FEEDBACK_FILE": f"{folder}/feedback.db",
            **settings,
        }
        bots = [start(ROOT, folder / f"bot-{number}.log", **settings) for number in (1, 2)]
        stage = Stage(folder, bots, postgres.url, 0, True, postgres, redis, settings=settings)
        stack.callback(lambda: [bot.stop() for bot in stage.bots])
        for bot in bots:
            bot.wait_until_ready()
        nginx = nginx_of_deployment(folder / "nginx", [bot.port for bot in bots])
        nginx.start()
        stack.callback(nginx.stop)
        stage.port = nginx.port
        yield stage


def nginx_of_deployment(folder: Path, workers: Sequence[int]) -> Nginx:
    """nginx with the configuration of deployment/, on other ports and with a certificate of now."""
    certificate(folder)
    port = free_port()
    site = (ROOT / "deployment" / "nginx" / "wegwijzer.conf").read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen [::]:80;", ""),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        ("listen [::]:443 ssl http2;", ""),
        ("127.0.0.1:5005", f"127.0.0.1:{workers[0]}"),
        ("127.0.0.1:5006", f"127.0.0.1:{workers[-1]}"),
        ("/etc/letsencrypt/live/wegwijzer.example/fullchain.pem", f"{folder}/certificate.pem"),
        ("/etc/letsencrypt/live/wegwijzer.example/privkey.pem", f"{folder}/key.pem"),
        ("/var/log/nginx/wegwijzer.log", f"{folder}/access.log"),
    ):
        assert old in site, old
        site = site.replace(old, new)
    paths = "\n".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = f"""
        daemon off; pid {folder}/pid; error_log {folder}/error.log;
        user {"root" if folder.owner() == "root" else folder.owner()};
        events {{ worker_connections 1024; }}
        http {{ {paths} {site} }}
    """
    return Nginx(folder, port, configuration=configuration)


def certificate(folder: Path) -> None:
    """A certificate for localhost that nobody signed."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
    )


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="wegwijzer-proof-"))
    folder.chmod(0o755)  # PostgreSQL's own user must get there
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def missing(*names: str) -> list[str]:
    """Which programs of servers are not installed."""
    return [name for name in names if not program(name)]


def train() -> None:
    """Train the model now if need be, so that two bots do not both do it."""
    subprocess.run([str(ROOT / ".venv/bin/wegwijzer"), "train"], cwd=ROOT, check=True)


def memory_in_mib(bot: RunningBot) -> float:
    """The resident memory of a bot."""
    for line in Path(f"/proc/{bot.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people."""
    cells = [columns, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
    print(f"\n{title}")
    for number, row in enumerate(cells):
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
        if number == 0:
            print("  ".join("-" * width for width in widths))


def until(seconds: float) -> Callable[[], bool]:
    """Tells whether there is time left."""
    deadline = time.monotonic() + seconds
    return lambda: time.monotonic() < deadline
