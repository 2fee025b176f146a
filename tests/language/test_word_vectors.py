"""The quick way to the word vectors of spaCy gives the numbers of the slow way."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from spacy.language import Language

from bot.language.word_vectors import quicken

TEXTS = [
    "",
    " ",
    "ja",
    "Mijn dochter zit in het 6de jaar bso en wil 3 weken naar Wexford!",
    "ik ben docent 🙂 aan een mbo-school in ’s-Hertogenbosch " * 8,
]


@pytest.fixture
def dutch() -> Language:
    return spacy.load("nl_core_news_sm", disable=["parser"])


def test_the_vectors_are_the_same(dutch):
    docs = [dutch.make_doc(text) for text in TEXTS]
    component = dutch.get_pipe("tok2vec")
    slowly = [component.predict([doc])[0] for doc in docs]
    quicken(dutch)
    quickly = component.predict(docs)
    assert component.model.name == "word_vectors"
    assert [found.shape for found in quickly] == [found.shape for found in slowly]
    for quick, slow in zip(quickly, slowly, strict=True):
        np.testing.assert_allclose(quick, slow, atol=1e-4)


def test_tags_lemmas_and_parse_are_the_same(dutch):
    def told() -> list[tuple[str, str, str, int]]:
        docs = [dutch.get_pipe("parser")(dutch(text)) for text in TEXTS if text]
        return [(word.pos_, word.lemma_, word.dep_, word.head.i) for doc in docs for word in doc]

    slowly = told()
    quicken(dutch)
    assert told() == slowly


def test_a_model_that_is_built_otherwise_is_left_as_it_is():
    other = spacy.blank("nl")
    quicken(other)
    component = other.add_pipe(
        "tok2vec", config={"model": {"@architectures": "spacy.HashEmbedCNN.v2", "width": 8,
            "depth": 1, "embed_size": 50, "window_size": 2, "maxout_pieces": 2,
            "subword_features": True, "pretrained_vectors": None}}
    )  # fmt: skip
    other.initialize()
    network = component.model
    quicken(other)
    assert component.model is network
