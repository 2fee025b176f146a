"""The parts of the benchmark that compute: what is said, ratios and the table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmark.measures import conversations
from benchmark.table import Line, Table


def test_whole_conversations_are_held() -> None:
    assert any(len(conversation) > 1 for conversation in conversations(None))


def test_what_is_said_can_come_from_a_set(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"id": "a", "turns": ["hallo", "dag"], "expect": [null, null]}\n')
    assert conversations(file) == [["hallo", "dag"]]


@pytest.mark.parametrize(
    ("better", "values", "ratio"),
    [("lower", (2.0, 10.0), 5), ("higher", (30.0, 10.0), 3), ("lower", (2.0,), None)],
)
def test_the_ratio_says_how_many_times_better_ours_is(
    better: str, values: tuple[float, ...], ratio: float | None
) -> None:
    assert Line.of("reply", "ms", *values, better=better).ratio == ratio


def test_a_table_is_written_for_people_and_for_programs(tmp_path: Path) -> None:
    table = Table(["ours", "theirs"], quick=True, notes=["Measured on a quiet machine."])
    table.add(Line.of("reply p50", "ms", 5.25, 525.0), Line("turn 10", "ms", [4.0], 1.0))
    page = table.write(tmp_path)
    assert "| reply p50 | 5.25 ms | 525 ms | 100 × |  |" in page.read_text("utf-8")
    written = json.loads((tmp_path / "benchmark.json").read_text("utf-8"))
    assert written["lines"][1]["values"] == [4.0]
    assert written["about"]["quick"] is True
