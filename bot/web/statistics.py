"""What visitors asked, what the bot did not understand, and what was marked wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

DAYS = 30
MOST_EVENTS = 50_000
_MOST_SENTENCES = 50
_LONGEST_SENTENCE = 200
_NOT_UNDERSTOOD = {"fallback", "out_of_scope"}

Event = Mapping[str, Any]


def summary(events: Iterable[tuple[str, Event]]) -> dict[str, Any]:
    """Figures about conversations: their user and bot events, in order, each with its id."""
    types: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    rules: Counter[tuple[str, str, str]] = Counter()
    sentences: dict[str, Counter[str]] = {kind: Counter() for kind in _NOT_UNDERSTOOD}
    conversations = messages = 0
    for _, group in groupby(events, key=lambda pair: pair[0]):
        conversations += 1
        said = ""
        for _, event in group:
            if event.get("event") == "user":
                said = " ".join(str(event.get("text") or "").split())[:_LONGEST_SENTENCE]
                messages += 1
            custom = (event.get("data") or {}).get("custom") or {}
            if kind := custom.get("type"):
                types[kind] += 1
                if kind == "info":
                    topics[str(custom.get("topic"))] += 1
                if kind == "answer":
                    rules[custom["edition"], custom["rule"], custom["verdict"]] += 1
                if kind in sentences and said:
                    sentences[kind][said] += 1
    return {
        "days": DAYS,
        "conversations": conversations,
        "messages": messages,
        "types": _counted(types, "type"),
        "topics": _counted(topics, "topic"),
        "rules": [
            {"edition": edition, "rule": rule, "verdict": verdict, "count": count}
            for (edition, rule, verdict), count in rules.most_common()
        ],
        "not_understood": _counted(sentences["fallback"], "text", _MOST_SENTENCES),
        "out_of_scope": _counted(sentences["out_of_scope"], "text", _MOST_SENTENCES),
    }


def _counted(counts: Counter[str], name: str, most: int | None = None) -> list[dict[str, Any]]:
    return [{name: value, "count": count} for value, count in counts.most_common(most)]
