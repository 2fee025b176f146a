"""What a button says for the visitor is understood, whatever the training sentences become."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.evaluate import rest_bot

DOMAIN = Path(__file__).parents[2] / "domain.yml"
# These answer an open question, and say nothing by themselves.
BARE = {"Ja", "Ja, die telt mee", "Nee", "Nee, die telt niet mee", "Dat weet ik niet"}
A_PERSON = "Ik wil een medewerker spreken"


def payloads() -> set[str]:
    """The sentences behind the buttons, but for those with a value to fill in."""
    responses = yaml.safe_load(DOMAIN.read_text("utf-8"))["responses"]
    variants = (variant for found in responses.values() for variant in found)
    buttons = (button for variant in variants for button in variant.get("buttons", ()))
    return {button["payload"] for button in buttons if "{" not in button["payload"]}


@pytest.mark.parametrize("said", sorted(payloads() - BARE - {A_PERSON}))
def test_a_button_is_understood(said: str, bot_address: str) -> None:
    assert rest_bot(bot_address)()(said)["type"] in {"question", "answer"}


def test_the_button_for_a_person_is_understood(bot_address: str) -> None:
    assert rest_bot(bot_address)()(A_PERSON)["type"] == "handover"
