"""What is measured of a bot: replies, memory, accuracy, and what growth costs."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median, quantiles

import aiohttp
import yaml

from benchmark.contenders import ROOT, Server

Conversation = list[str]


def conversations(set_path: Path | None) -> list[Conversation]:
    """What visitors say in the conversations of a set (JSONL), or of the project's own tests."""
    if set_path:
        lines = set_path.read_text("utf-8").splitlines()
        return [json.loads(line)["turns"] for line in lines]
    return [
        [turn["says"] for turn in conversation["turns"]]
        for file in sorted((ROOT / "tests" / "conversations").glob("*.yml"))
        for conversation in yaml.safe_load(file.read_text("utf-8"))
    ]


@dataclass(frozen=True)
class Replies:
    """How long replies took (milliseconds), and how many came in a second."""

    p50: float
    p95: float
    p99: float
    per_second: float


def replies(server: Server, said: Sequence[Conversation], clients: int, messages: int) -> Replies:
    """Clients hold whole conversations at the same time until so many messages are answered."""
    seconds: list[float] = []

    async def client(session: aiohttp.ClientSession, number: int) -> None:
        turn = number
        while len(seconds) < messages:
            sender = uuid.uuid4().hex
            for text in said[turn % len(said)]:
                seconds.append(await _say(session, server, sender, text))
            turn += clients

    async def all_clients() -> float:
        async with aiohttp.ClientSession() as session:
            started = time.perf_counter()
            await asyncio.gather(*(client(session, number) for number in range(clients)))
            return time.perf_counter() - started

    duration = asyncio.run(all_clients())
    shares = quantiles(seconds, n=100)
    return Replies(
        1e3 * median(seconds), 1e3 * shares[94], 1e3 * shares[98], len(seconds) / duration
    )


async def _say(session: aiohttp.ClientSession, server: Server, sender: str, text: str) -> float:
    started = time.perf_counter()
    body = {"sender": sender, "message": text}
    async with session.post(f"{server.address}/webhooks/rest/webhook", json=body) as response:
        answer = await response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {answer[:200]!r}")
    return time.perf_counter() - started


def memory_megabytes(server: Server) -> float:
    """The memory of the server's process: its own, and its part of what it shares (Linux's PSS)."""
    rollup = Path(f"/proc/{server.pid}/smaps_rollup").read_text()
    kilobytes = next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(kilobytes) * 1024 / 1e6


def reply_milliseconds(server: Server, said: Sequence[str], times: int) -> float:
    """The median of a reply to the same things, each said in a conversation of its own."""

    async def talk() -> list[float]:
        async with aiohttp.ClientSession() as session:
            return [
                await _say(session, server, uuid.uuid4().hex, text)
                for _ in range(times)
                for text in said
            ]

    return 1e3 * median(asyncio.run(talk()))


def turn_milliseconds(
    server: Server, said: Sequence[str], turns: Sequence[int], width: int
) -> dict[int, float]:
    """The median of the turns around each of some turns, in one long conversation.

    The same things are said around each of them.
    """
    around = {turn: range(turn - width // 2, turn + width // 2) for turn in turns}

    async def talk() -> dict[int, float]:
        seconds: dict[int, list[float]] = {turn: [] for turn in turns}
        sender = uuid.uuid4().hex
        async with aiohttp.ClientSession() as session:
            for number in range(1, max(turns) + width // 2):
                turn = next((t for t, near in around.items() if number in near), None)
                place = number - around[turn].start if turn else number
                taken = await _say(session, server, sender, said[place % len(said)])
                if turn:
                    seconds[turn].append(taken)
        return {turn: 1e3 * median(taken) for turn, taken in seconds.items()}

    return asyncio.run(talk())


def rule_microseconds(rows: int, rounds: int) -> float:
    """The median time of a decision by a rule table that was grown to so many rows."""
    from bot.eligibility.decision import decide
    from bot.eligibility.facts import Facts, Status
    from bot.eligibility.loader import load_editions

    edition = load_editions()["2014-2020"]
    measured = Status.VET_STUDENT
    others = [row for row in edition.rows if measured not in row.who.statuses]
    kept = [row for row in edition.rows if measured in row.who.statuses]
    more = [others[number % len(others)] for number in range(rows - len(kept))]
    grown = edition.copy(update={"rows": (*kept, *more)})
    facts, today = Facts(status=measured), date(2026, 3, 16)
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        decide(grown, facts, today)
        taken.append(time.perf_counter() - started)
    return 1e6 * median(taken)


def fill(database: Path, count: int) -> None:
    """Adds stored conversations of a few events to a SQLite store."""
    now = time.time()

    def rows() -> Iterator[tuple[str, str, float, str]]:
        events = (
            {"event": "session_started", "timestamp": now},
            {"event": "action", "name": "action_listen", "timestamp": now},
            {"event": "user", "text": "hallo", "parse_data": {}, "timestamp": now},
        )
        texts = [(event["event"], json.dumps(event)) for event in events]
        for number in range(count):
            sender = f"stored-{number:08x}-{number % 7919}"
            for kind, data in texts:
                yield sender, str(kind), now, data

    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, ?, ?, ?)", rows()
        )


@contextmanager
def step(what: str) -> Iterator[None]:
    """Says on the console what is being measured, and how long it took."""
    started = time.monotonic()
    print(f"  {what} …", flush=True)
    yield
    print(f"    {time.monotonic() - started:.0f} s", flush=True)
