"""Ranks the intents of a sentence: logistic regression over words, letters and meaning.

Meaning is the multilingual Universal Sentence Encoder (``docs/adr/0004-intents.md``): a sentence in
words that training never saw falls near sentences that mean the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import marisa_trie
import numpy as np

from bot.language.encoder import encoder

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Vector = np.ndarray[Any, np.dtype[np.float32]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Places = np.ndarray[Any, np.dtype[np.intp]]

STRENGTH = 20.0  # the inverse of regularisation, unless config.yml says otherwise

_KEY_ACTION = re.compile(r"\b(?:kern ?actie|key action|actie|ka) ?(?:(1|een|één)|(2|twee))\b")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_WORD_OR_MARK = re.compile(r"[\w']+|[?!]")


class Sentence(NamedTuple):
    """What the classifier sees of a text; ``marked`` also has the marks of what was found in it."""

    text: str
    marked: str
    meaning: Vector


def sentences_of(
    texts: Sequence[str], marks: Sequence[Iterable[str]] | None = None
) -> list[Sentence]:
    """The sentences of messages, each with the marks of what was found in it, if they are given."""
    seen = [features_of(text) for text in texts]
    marks = [()] * len(texts) if marks is None else marks
    return [
        Sentence(text, " ".join([text, *(f"found_{mark}" for mark in found)]), meaning)
        for text, found, meaning in zip(seen, marks, encoder().encode(seen), strict=True)
    ]


def features_of(text: str) -> str:
    """The text for the classifier: lower case, every number the same but the key actions."""
    named = _KEY_ACTION.sub(
        lambda m: "kernactie eerste" if m[1] else "kernactie tweede", text.lower()[:2000]
    )
    return _NUMBER.sub("0", named)


def words_of(sentence: Sentence) -> list[str]:
    """The words and marks, one by one and in pairs."""
    words = _WORD_OR_MARK.findall(sentence.marked)
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def letters_of(sentence: Sentence) -> list[str]:
    """The runs of 2 to 5 letters of every word, with a space for its start and its end."""
    return [
        word[start : start + size]
        for word in (f" {bare} " for bare in sentence.text.split())
        for size in (2, 3, 4, 5)
        for start in range(len(word) - size + 1)
    ]


def intent_model(strength: float = STRENGTH) -> Pipeline:
    """An untrained classifier of sentences; ``strength`` is the inverse of regularisation."""
    # Here, because a bot that serves has no need of a library of 60 MB that loads half a second.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import FeatureUnion, Pipeline
    from sklearn.preprocessing import FunctionTransformer

    words = TfidfVectorizer(analyzer=words_of, sublinear_tf=True, dtype=np.float32)
    letters = TfidfVectorizer(analyzer=letters_of, sublinear_tf=True, min_df=2, dtype=np.float32)
    meaning = FunctionTransformer(_meanings)
    features = FeatureUnion([("words", words), ("letters", letters), ("meaning", meaning)])
    choice = LogisticRegression(C=strength, class_weight="balanced", max_iter=400, solver="lbfgs")
    return Pipeline([("features", features), ("choice", choice)])


def _meanings(sentences: Sequence[Sentence]) -> Vector:
    return np.stack([sentence.meaning for sentence in sentences])


class Grams:
    """Weighs the words, or the runs of letters, of a sentence as a trained ``TfidfVectorizer``.

    ``known`` is a trie, because a dict of all these takes five times the memory of their weights.
    """

    def __init__(self, of: Callable[[Sentence], list[str]], known: Bytes, idf: Vector) -> None:
        self._of = of
        self._known = marisa_trie.Trie().frombytes(known.tobytes())
        self._idf = idf

    def __contains__(self, gram: str) -> bool:
        return gram in self._known

    def weigh(self, sentence: Sentence) -> tuple[Places, Vector]:
        """The places of the known grams in the sentence, and their weights."""
        counts = Counter(map(self._known.get, self._of(sentence)))
        counts.pop(None, None)
        places = np.fromiter(counts, np.intp, len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), np.float32))) * self._idf[places]
        return places, weights / (np.linalg.norm(weights) or 1)


class Ranker:
    """What an :func:`intent_model` learned, for ranking one sentence at a time.

    The shares are those of the model's ``predict_proba``, which goes through sparse matrices and
    takes twenty times as long for a single sentence.
    """

    def __init__(self, learned: Mapping[str, np.ndarray[Any, Any]]) -> None:
        self._learned = learned
        self.names = learned["names"].tobytes().decode().split("\n")
        self._words = Grams(words_of, learned["words"], learned["words_idf"])
        self._letters = Grams(letters_of, learned["letters"], learned["letters_idf"])

    @classmethod
    def of(cls, model: Pipeline) -> Ranker:
        """The ranker of a trained model."""
        features, choice = model["features"], model["choice"]
        # A row for each feature, so that a sentence reads only the rows of its own.
        rows = np.ascontiguousarray(choice.coef_.T, np.float32)
        learned = {
            "names": np.frombuffer("\n".join(choice.classes_).encode(), np.uint8),
            "bias": choice.intercept_.astype(np.float32),
        }
        for name in ("words", "letters"):
            grams = features[name].get_feature_names_out().tolist()
            known = marisa_trie.Trie(grams)
            order = np.argsort([known[gram] for gram in grams])
            learned[name] = np.frombuffer(known.tobytes(), np.uint8)
            learned[f"{name}_idf"] = features[name].idf_[order]
            learned[f"for_{name}"] = rows[: len(grams)][order]
            rows = rows[len(grams) :]
        return cls({**learned, "for_meaning": rows})

    @classmethod
    def load(cls, file: Path) -> Ranker:
        """The ranker that :meth:`save` wrote; numbers and texts only, so that it runs no code."""
        with np.load(file, allow_pickle=False) as learned:
            return cls(dict(learned))

    def save(self, file: Path) -> None:
        """Writes everything it knows to a file, whose name ends in ``.npz``."""
        np.savez(file, **self._learned)

    def shares(self, sentence: Sentence) -> Vector:
        """The share of each of ``names``; together they are 1."""
        learned = self._learned
        scores = learned["bias"] + sentence.meaning @ learned["for_meaning"]
        for grams, rows in (
            (self._words, learned["for_words"]),
            (self._letters, learned["for_letters"]),
        ):
            places, weights = grams.weigh(sentence)
            scores += weights @ rows[places]
        powers = np.exp(scores - scores.max())
        return powers / powers.sum()

    def known_share(self, sentence: Sentence) -> float:
        """The share of the words (not numbers) that training knew; 0 if there are no words."""
        words = _WORD.findall(sentence.text)
        return sum(word in self._words for word in words) / len(words) if words else 0.0
