"""The sets that the bot is measured on: whole, and nothing that it was trained on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.evaluate import load_set

SETS = sorted(Path("evaluation").glob("*.jsonl"))
LONG_ENOUGH = 25  # characters; shorter sentences are everybody's: "ik ben docent op een mbo"


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_every_turn_has_its_expectation_and_the_last_one_counts(path: Path) -> None:
    items = load_set(path)
    assert len({item["id"] for item in items}) == len(items) > 0
    for item in items:
        assert len(item["turns"]) == len(item["expect"]), item["id"]
        assert item["expect"][-1] is not None, item["id"]


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_no_sentence_of_a_set_was_trained_on(path: Path) -> None:
    said = {turn.strip().lower() for item in load_set(path) for turn in item["turns"]}
    trained = {
        line.removeprefix("- ").strip().lower()
        for file in Path("data/nlu").glob("*.yml")
        for intent in yaml.safe_load(file.read_text("utf-8"))["nlu"]
        for line in intent["examples"].splitlines()
    }
    assert {sentence for sentence in said & trained if len(sentence) > LONG_ENOUGH} == set()
