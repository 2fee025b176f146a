"""The measurements of the report, on sets small enough to check by hand."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate import Item, Say, Turn, measure, one_typing_fault, scores
from bot.language.intents import Sentence, sentences_of
from bot.report import (
    Classified,
    answered,
    confidently_wrong,
    cross_validated,
    faults,
    kinds_of_miss,
    learned,
    uncalled_for,
    without_punctuation,
    write_page,
)

STAY = {"min": "P2W", "max": "P12M"}
ANSWER = {"type": "answer", "role": "learner", "verdict": "eligible", "stay": STAY}

GREETINGS = ["hallo", "dag", "goedemorgen", "hoi daar", "hey", "goeiedag allemaal"]
THANKS = ["bedankt", "dank u wel", "merci", "dankjewel hoor", "heel erg bedankt", "thanks"]


def bot_that_says(*replies: dict[str, Any]) -> Any:
    """A bot whose every conversation runs through the same replies."""

    def conversation() -> Say:
        left = iter(replies)
        return lambda text: next(left)

    return conversation


def measured(expected: dict[str, Any], got: dict[str, Any], said: str = "hallo") -> Item:
    line = {"id": "x1", "turns": [said], "expect": [expected]}
    (item,) = measure([line], bot_that_says(got), None)
    return item


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    return sentences_of(GREETINGS + THANKS)


INTENTS = ["greet"] * len(GREETINGS) + ["thank"] * len(THANKS)


@given(st.text(), st.integers())
def test_a_typing_fault_changes_one_place_and_comes_again_with_its_seed(
    text: str, seed: int
) -> None:
    spoilt = one_typing_fault(random.Random(seed))(text)
    assert abs(len(spoilt) - len(text)) <= 1
    same_at_start = next(
        (i for i, (a, b) in enumerate(zip(text, spoilt, strict=False)) if a != b), len(text)
    )
    assert text[same_at_start + 2 :] == spoilt[len(spoilt) - len(text[same_at_start + 2 :]) :]
    assert spoilt == one_typing_fault(random.Random(seed))(text)


def test_two_typing_faults_spoil_more_than_one() -> None:
    text = "ik wil graag drie maanden naar spanje"
    one, two = list(faults().values())[:2]
    assert text != one(text) != two(text) != text


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Hallo, mag dat?", "Hallo mag dat"),
        ("onze bbl'ers (niveau 2)", "onze bblers niveau 2"),
        ("mbo-student en/of docent…", "mbo student en of docent"),
        ("van 12/05/2026 tot 3.6.2026", "van 12/05/2026 tot 3.6.2026"),
        ("2-3 weken, 1,5 maand.", "2-3 weken 1,5 maand"),
    ],
)
def test_leaving_out_signs_leaves_numbers_alone(typed: str, left: str) -> None:
    assert without_punctuation(typed) == left


def test_misses_are_grouped_by_what_differs_the_commonest_first() -> None:
    wrong_type = measured(ANSWER, {"type": "question"})
    wrong_stay = measured(ANSWER, {**ANSWER, "stay": None})
    right = measured(ANSWER, dict(ANSWER))
    kinds = kinds_of_miss([wrong_type, right, wrong_stay, wrong_stay])
    assert {kind: len(turns) for kind, turns in kinds.items()} == {
        "stay": 2,
        "question in plaats van answer": 1,
    }
    assert next(iter(kinds)) == "stay"


def test_an_answer_is_confidently_wrong_unless_it_names_a_condition() -> None:
    right = measured(ANSWER, dict(ANSWER))
    wrong = measured(ANSWER, {**ANSWER, "verdict": "not_eligible"})
    doubtful = measured(ANSWER, {**ANSWER, "verdict": "conditional"})
    question = measured(ANSWER, {"type": "question"})
    wrong_role_only = measured(ANSWER, {**ANSWER, "role": "staff"})
    items = [right, wrong, doubtful, question, wrong_role_only]
    assert confidently_wrong(items) == (1, 4)


def test_an_answer_where_a_question_belongs_counts_as_uncalled_for() -> None:
    items = [
        measured({"type": "question", "asks": "role"}, dict(ANSWER)),
        measured(ANSWER, dict(ANSWER)),
    ]
    assert uncalled_for(items) == (1, 2)


def test_another_subject_may_get_anything_but_an_answer_or_a_question() -> None:
    item = {"id": "o1", "turns": ["zet de wekker", "en het licht uit"]}
    calm = bot_that_says({"type": "out_of_scope"}, {"type": "fallback"})
    eager = bot_that_says({"type": "out_of_scope"}, {"type": "question"})
    assert answered(item, calm) is None
    assert answered(item, eager) == "en het licht uit (question)"


def test_calibration_error_is_zero_if_confidence_is_the_share_that_is_right() -> None:
    truth = ["a"] * 10
    given_intents = ["a"] * 8 + ["b"] * 2
    assert Classified(truth, given_intents, [0.8] * 10).calibration_error == pytest.approx(0)
    assert Classified(truth, given_intents, [1.0] * 10).calibration_error == pytest.approx(0.2)


def test_calibration_error_does_not_let_bins_make_up_for_each_other() -> None:
    classified = Classified(["a", "a"], ["a", "b"], [0.5, 0.95])
    assert classified.calibration_error == pytest.approx((0.5 + 0.95) / 2)


def test_confusions_name_the_intent_and_what_it_was_taken_for() -> None:
    classified = Classified(["a", "a", "a", "b"], ["b", "b", "a", "a"], [0.9] * 4)
    assert classified.confusions == [(("a", "b"), 2), (("b", "a"), 1)]


def test_cross_validation_judges_every_sentence_by_what_others_taught(
    sentences: list[Sentence],
) -> None:
    classified = cross_validated(sentences, INTENTS)
    assert classified.truth == INTENTS
    assert classified.scores["accuracy"] == sum(classified.is_right) / len(INTENTS) > 0.7


def test_cross_validation_never_judges_by_the_sentence_itself(sentences: list[Sentence]) -> None:
    other_way_round = INTENTS[::-1]
    classified = cross_validated(sentences * 2, INTENTS + other_way_round)
    assert classified.scores["accuracy"] < 0.4  # each learns from its twin, which contradicts it


def test_learning_curve_ends_at_four_fifths_of_the_sentences(sentences: list[Sentence]) -> None:
    curve = learned(sentences * 4, INTENTS * 4)
    assert len(curve) == 10
    assert max(curve) == int(0.8 * 4 * len(INTENTS))
    assert all(0 <= accuracy <= 1 for accuracy in curve.values())


def test_page_shows_each_miss_as_it_was_said_and_every_picture(tmp_path: Path) -> None:
    items = [
        measured(ANSWER, {"type": "question"}, said="<b>mag</b> dat?"),
        measured(ANSWER, dict(ANSWER)),
    ]
    page = write_page(
        tmp_path / "report",
        name="klein.jsonl",
        items=items,
        spoiled={"geen hoofdletters": items},
        others=4,
        intrusions=["zet de wekker (answer)"],
        seconds=[0.004, 0.006],
        classifier=Classified(["a", "b"], ["a", "a"], [0.9, 0.6]),
        learning={10: 0.5, 20: 0.7},
    )
    text = page.read_text("utf-8")
    assert "&lt;b&gt;mag&lt;/b&gt; dat?" in text
    assert "question in plaats van answer (1)" in text
    assert "1 van 2" in text and "50,0%" in text
    assert "1 van 4 (25,0%)" in text and "zet de wekker (answer)" in text
    assert "5,0 ms" in text
    for picture in page.parent.glob("*.png"):
        assert f'src="{picture.name}"' in text
    assert len(list(page.parent.glob("*.png"))) == 3
    assert scores(items)["alles"] == (1, 2)


def test_turn_tells_only_what_differs() -> None:
    turn = Turn(
        "x", {"type": "answer", "fits": "yes"}, {"requested_stay": {"fits": "no"}}, ("fits",)
    )
    assert (turn.missed, turn.found) == ({"fits": "yes"}, {"fits": "no"})
