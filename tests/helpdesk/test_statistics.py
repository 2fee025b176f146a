"""The figures for the helpdesk."""

from __future__ import annotations

from typing import Any

from desk import Desk

from bot.web.statistics import summary


def user(text: str) -> dict[str, Any]:
    return {"event": "user", "text": text}


def bot(**custom: Any) -> dict[str, Any]:
    return {"event": "bot", "data": {"custom": custom}}


ANSWER = {"type": "answer", "edition": "2014-2020", "rule": "een-regel", "verdict": "eligible"}
EVENTS = [
    ("a", user("Ik doe mbo.")),
    ("a", {"event": "bot", "text": "Ja.", "data": {}}),
    ("a", bot(**ANSWER)),
    ("a", user("  blub \n blub ")),
    ("a", bot(type="fallback")),
    ("b", user("blub blub")),
    ("b", bot(type="fallback")),
    ("b", user("Wat is het budget?")),
    ("b", bot(type="info", topic="budget")),
    ("b", user("Gaat het regenen?")),
    ("b", bot(type="out_of_scope")),
]


def test_figures_count_what_was_asked_and_not_understood() -> None:
    figures = summary(EVENTS)
    assert (figures["conversations"], figures["messages"]) == (2, 5)
    assert figures["types"][0] == {"type": "fallback", "count": 2}
    assert figures["topics"] == [{"topic": "budget", "count": 1}]
    assert figures["rules"] == [
        {"edition": "2014-2020", "rule": "een-regel", "verdict": "eligible", "count": 1}
    ]
    assert figures["not_understood"] == [{"text": "blub blub", "count": 2}]
    assert figures["out_of_scope"] == [{"text": "Gaat het regenen?", "count": 1}]


def test_a_new_bot_has_no_figures_yet(desk: Desk) -> None:
    figures = desk.get("/api/statistics").json()
    assert (figures["conversations"], figures["types"]) == (0, [])
    assert "<h1>Cijfers</h1>" in desk.get("/helpdesk/cijfers").text
