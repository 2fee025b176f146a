"""The parts of the benchmark that compute: what is said, ratios and the table."""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from pathlib import Path

import numpy  # noqa: F401  # is to be found as loaded
import pytest

from benchmark.contenders import (
    DEFAULT_LOCK,
    OWN_LOCK,
    Ours,
    Server,
    WithTensorFlow,
    has_loaded,
    lacking,
)
from benchmark.measures import conversations
from benchmark.table import Line, Table


def test_whole_conversations_are_held() -> None:
    assert any(len(conversation) > 1 for conversation in conversations(None))


def test_what_is_said_can_come_from_a_set(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"id": "a", "turns": ["hallo", "dag"], "expect": [null, null]}\n')
    assert conversations(file) == [["hallo", "dag"]]


@pytest.mark.parametrize(
    ("better", "values", "ratios"),
    [
        ("lower", (2.0, 10.0, 6.0), [5, 3]),
        ("higher", (30.0, 10.0), [3]),
        ("higher", (30.0, 0.0, 60.0), [None, 0.5]),
        ("lower", (2.0,), []),
    ],
)
def test_the_ratios_say_how_many_times_better_ours_is_than_each_of_the_others(
    better: str, values: tuple[float, ...], ratios: list[float | None]
) -> None:
    assert Line.of("reply", "ms", *values, better=better).ratios == ratios


def test_a_table_is_written_for_people_and_for_programs(tmp_path: Path) -> None:
    table = Table(["ours", "theirs", "third"], quick=True, notes=["Measured on a quiet machine."])
    table.add(
        Line.of("reply p50", "ms", 5.25, 525.0, 10.5),
        Line.of("accuracy", "", 0.75, 0.25, better="higher", note="of two"),
        Line("turn 10", "ms", [4.0], [1.0]),
    )
    head, _, *rows = table.write(tmp_path).read_text("utf-8").splitlines()
    assert head == "| | ours | theirs | times | third | times | |"
    assert rows[:3] == [
        "| reply p50 | 5.25 ms | 525 ms | 100 × | 10.5 ms | 2 × |  |",
        "| accuracy | 0.75 | 0.25 | 3 × |  |  | of two |",
        "| turn 10 | 4 ms |  | 1 × |  |  |  |",
    ]
    written = json.loads((tmp_path / "benchmark.json").read_text("utf-8"))
    assert written["lines"][2]["values"] == [4.0]
    assert written["about"]["quick"] is True


def test_only_packages_that_a_lock_has_not_are_added_to_it() -> None:
    ours = "numpy==1.26.4 \\\n    --hash=sha256:aa\n"
    theirs = (
        "# keras==1\n"
        "numpy==1.23.5 \\\n    --hash=sha256:bb\n"
        "numpy-more[all]==2 \\\n    --hash=sha256:cc \\\n    --hash=sha256:dd\n"
    )
    assert lacking(ours, theirs) == (
        "numpy-more[all]==2 \\\n    --hash=sha256:cc \\\n    --hash=sha256:dd\n"
    )


def test_tensorflow_is_among_what_our_lock_has_not() -> None:
    added = lacking(OWN_LOCK.read_text("utf-8"), DEFAULT_LOCK.read_text("utf-8"))
    assert "\ntensorflow==" in added
    assert "\nnumpy==" not in added


def test_a_process_tells_which_libraries_it_has_loaded() -> None:
    assert has_loaded(os.getpid(), "numpy")
    assert not has_loaded(os.getpid(), "tensorflow")


def test_a_bot_that_should_have_tensorflow_and_has_not_is_not_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without = Server("http://127.0.0.1:1", os.getpid(), 1.0)
    monkeypatch.setattr(Ours, "serve", lambda *_: nullcontext(without))
    with pytest.raises(RuntimeError, match="TensorFlow"), WithTensorFlow().serve():
        pass
