"""Ranking the intents of a sentence: the quick way gives what the trained model gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from bot.language.intents import Ranker, Sentence, features_of, intent_model, letters_of, words_of

EXAMPLES = {
    "greet": ["hallo daar", "dag allemaal!", "goedemorgen, hallo"],
    "eligibility": ["mag ik zes weken op stage?", "hoelang mag ik op stage", "ik ben docent"],
    "thanks": ["dank u wel", "bedankt hoor, dank u", "merci allemaal"],
}


def sentence(text: str, *marks: str) -> Sentence:
    seen = features_of(text)
    meaning = np.random.default_rng(len(seen)).random(8, dtype=np.float32)
    return Sentence(seen, " ".join([seen, *(f"found_{mark}" for mark in marks)]), meaning)


@pytest.fixture(scope="module")
def model() -> Pipeline:
    texts = [(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    return intent_model().fit([sentence(text) for text, _ in texts], [i for _, i in texts])


@pytest.mark.parametrize(
    "said",
    [
        sentence("hallo, mag ik op stage?"),
        sentence("ik ben docent", "role"),
        sentence("dank dank dank u"),
        sentence("xyz"),
        sentence("🙂"),
        sentence(""),
    ],
)
def test_a_sentence_is_ranked_as_the_model_would(
    model: Pipeline, said: Sentence, tmp_path: Path
) -> None:
    Ranker.of(model).save(tmp_path / "learned.npz")
    ranker = Ranker.load(tmp_path / "learned.npz")
    assert ranker.names == list(model.classes_)
    assert ranker.shares(said) == pytest.approx(model.predict_proba([said])[0], abs=1e-5)


def test_the_share_of_known_words_leaves_out_numbers_and_marks(model: Pipeline) -> None:
    known_share = Ranker.of(model).known_share
    assert known_share(sentence("hallo docent, 6 weken?")) == 1
    assert known_share(sentence("hallo wereld")) == 0.5
    assert known_share(sentence("112!")) == 0


def test_words_come_alone_and_in_pairs_with_the_marks() -> None:
    assert words_of(sentence("Wie mag?", "role")) == [
        *["wie", "mag", "?", "found_role"],
        *["wie mag", "mag ?", "? found_role"],
    ]


def test_letters_stay_within_their_word() -> None:
    assert letters_of(sentence("ik  u")) == [
        " i",
        "ik",
        "k ",
        " ik",
        "ik ",
        " ik ",
        " u",
        "u ",
        " u ",
    ]
