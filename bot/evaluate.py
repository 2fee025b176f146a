"""Measures a bot on a set of conversations with the expected ``custom`` objects (JSONL).

A line holds ``id``, ``turns`` (what the user says) and ``expect`` (one expectation for each turn,
``null`` where a turn is not scored). A turn is right if every key of the expectation is; an item is
right if every scored turn is.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import string
import subprocess
import sys
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Custom = Mapping[str, Any]
Say = Callable[[str], Custom]

_LISTS = {"status", "verdict", "asks", "topic"}
_ONLY_FOR = {"asks": "question", "topic": "info"}  # every other key belongs to an answer


@dataclass(frozen=True)
class Turn:
    """One scored turn: what was said, expected and got, and the keys that differ."""

    said: str
    expected: Mapping[str, Any]
    got: Custom
    wrong: tuple[str, ...]

    @property
    def missed(self) -> dict[str, Any]:
        """What was expected for the keys that differ."""
        return {key: self.expected.get(key) for key in self.wrong}

    @property
    def found(self) -> dict[str, Any]:
        """What came for the keys that differ."""
        return {key: _value(key, self.got) for key in self.wrong}


@dataclass(frozen=True)
class Item:
    """One measured line of the set."""

    id: str
    style: str
    is_conversation: bool
    turns: tuple[Turn, ...]

    @property
    def is_right(self) -> bool:
        return not any(turn.wrong for turn in self.turns)


SET_TODAY = "2026-03-16"  # the day that the sets were written for


def evaluate_set(path: Path, address: str | None, typos: int | None) -> int:
    """Measures a bot on a set and prints every miss and a table; 1 if the set can't be read.

    Without ``address`` a bot of this project is started for it, with the clock at the set's day.
    ``typos`` is the seed of one random typing fault in every message.
    """
    try:
        items = load_set(path)
    except (OSError, ValueError) as error:
        print(f"Fout: {error}", file=sys.stderr)
        return 1
    spoil = one_typing_fault(random.Random(typos)) if typos is not None else None
    with contextlib.nullcontext(address) if address else own_bot() as bot:
        measured = list(measure(items, rest_bot(bot), spoil))
    print(misses(measured))
    print()
    print(summary(measured))
    return 0


@contextlib.contextmanager
def own_bot(**environment: str) -> Iterator[str]:
    """A bot of this project in a process of its own; gives its address once it answers.

    ``environment`` holds settings of its own, beside those that a measurement fixes.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"HOST": "127.0.0.1", "PORT": str(port), "BOT_TODAY": SET_TODAY, "EDITION": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "serve"],
        env={**os.environ, **settings, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stdout or ():
            if str(port) in line:
                yield f"http://127.0.0.1:{port}"
                return
        raise RuntimeError("de bot start niet")
    finally:
        process.terminate()
        process.wait()


def load_set(path: Path) -> list[dict[str, Any]]:
    """The lines of a set; raises ``ValueError`` naming file and line if one is not JSON."""
    items = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            items.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}, regel {number}: geen JSON ({error.msg})") from None
    return items


def measure(
    items: Iterable[Mapping[str, Any]], bot: Callable[[], Say], spoil: Callable[[str], str] | None
) -> Iterator[Item]:
    """Talks through every item with a fresh conversation of ``bot``; ``spoil`` may add faults."""
    for item in items:
        say = bot()
        turns = []
        for said, expected in zip(item["turns"], item["expect"], strict=True):
            text = spoil(said) if spoil else said
            got = say(text)
            if expected is not None:
                turns.append(Turn(text, expected, got, wrong_keys(expected, got)))
        yield Item(item["id"], item.get("style", ""), len(item["turns"]) > 1, tuple(turns))


def wrong_keys(expected: Mapping[str, Any], got: Custom) -> tuple[str, ...]:
    """The keys of an expectation that a ``custom`` object does not meet."""
    if not _meets("type", expected["type"], got.get("type")):
        return ("type",)
    return tuple(
        key
        for key, value in expected.items()
        if key != "type"
        and got["type"] == _ONLY_FOR.get(key, "answer")
        and not _meets(key, value, _value(key, got))
    )


def _value(key: str, got: Custom) -> Any:
    return (got.get("requested_stay") or {}).get("fits") if key == "fits" else got.get(key)


def _meets(key: str, expected: Any, got: Any) -> bool:
    if isinstance(expected, list) and (key in _LISTS or key == "type"):
        return got in expected
    return bool(got == expected)


def one_typing_fault(rng: random.Random) -> Callable[[str], str]:
    """Puts one random typing fault in a text: a letter lost, doubled, swapped or changed."""

    def spoil(text: str) -> str:
        places = [i for i, letter in enumerate(text[:-1]) if letter.isalpha()]
        if not places:
            return text
        i = rng.choice(places)
        return rng.choice(
            [
                text[:i] + text[i + 1 :],
                text[:i] + text[i] + text[i:],
                text[:i] + text[i + 1] + text[i] + text[i + 2 :],
                text[:i] + rng.choice(string.ascii_lowercase) + text[i + 1 :],
            ]
        )

    return spoil


def rest_bot(address: str) -> Callable[[], Say]:
    """A bot behind Rasa's REST channel; every conversation gets a sender of its own."""

    def conversation() -> Say:
        sender = uuid.uuid4().hex

        def say(text: str) -> Custom:
            request = urllib.request.Request(
                f"{address}/webhooks/rest/webhook",
                json.dumps({"sender": sender, "message": text}).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=60) as response:
                messages = json.load(response)
            customs = [message["custom"] for message in messages if "custom" in message]
            return customs[0] if len(customs) == 1 else {"type": f"{len(customs)} custom objects"}

        return say

    return conversation


def scores(items: Iterable[Item]) -> dict[str, tuple[int, int]]:
    """Right and total: of all, single messages, conversations, and scored turns by type."""
    counts: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for item in items:
        for name in ("alles", "gesprekken" if item.is_conversation else "losse berichten"):
            counts[name] += 1
            right[name] += item.is_right
        for turn in item.turns:
            for name in _groups(turn.expected):
                counts[name] += 1
                right[name] += not turn.wrong
    wholes_first = sorted(counts, key=lambda name: name.startswith("beurt"))
    return {name: (right[name], counts[name]) for name in wholes_first}


def summary(items: Iterable[Item]) -> str:
    """The scores as a table."""
    table = scores(items)
    width = max(map(len, table))
    return "\n".join(
        f"{name:<{width}}  {right:>4}/{count:<4} {right / count:.3f}"
        for name, (right, count) in table.items()
    )


def _groups(expected: Mapping[str, Any]) -> Iterator[str]:
    types = expected["type"]
    name = types if isinstance(types, str) else "/".join(types)
    yield f"beurt: {name}"
    if types == "answer":
        yield f"beurt: answer, {expected.get('role', 'rol open')}"


def misses(items: Iterable[Item]) -> str:
    """Every wrong turn: what was said, what was expected and what came."""
    lines = []
    for item in items:
        for turn in item.turns:
            if turn.wrong:
                lines.append(
                    f"{item.id} ({item.style}): {turn.said!r}\n"
                    f"    verwacht {turn.missed}\n    kreeg    {turn.found}"
                )
    return "\n".join(lines)
