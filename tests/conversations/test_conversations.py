"""Whole conversations with the real bot: understanding, actions, rule table, REST.

Rasa's own test stories don't execute custom actions; these do. The conversations stand in the YAML
files beside this one, for anybody to extend.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.evaluate import rest_bot

FILES = sorted(Path(__file__).parent.glob("*.yml"))
CONVERSATIONS = [
    pytest.param(conversation["turns"], id=f"{file.stem}: {conversation['name']}")
    for file in FILES
    for conversation in yaml.safe_load(file.read_text("utf-8"))
]


@pytest.mark.parametrize("turns", CONVERSATIONS)
def test_conversation(turns: list[dict[str, Any]], bot_address: str) -> None:
    say = rest_bot(bot_address)()
    for turn in turns:
        reply = dict(say(turn["says"]))
        reply["fits"] = (reply.get("requested_stay") or {}).get("fits")
        reply["notes"] = [note["about"] for note in reply.get("notes", ())]
        expected = turn["is"]
        assert {key: reply.get(key) for key in expected} == expected, turn["says"]
