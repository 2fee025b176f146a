"""Graph components of ``config.yml``: thin shells of Rasa around what we know of Dutch.

``TypingMender`` hands on the message without its typing faults, ``FactReader`` puts its
:class:`~bot.language.reading.Reading` under ``reading`` in the parse data (and its findings as
entities), ``SentenceIntentClassifier`` ranks the intents, and ``IntentArbiter`` settles on one, or
on ``nlu_fallback``, from both.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.model import InvalidModelError
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialogue.intent import Arbitration, settle
from bot.language import dutch
from bot.language.functions import FunctionReader, learn
from bot.language.intents import STRENGTH, Ranker, Sentence, intent_model, sentences_of
from bot.language.lexicon import Lexicon, load_examples
from bot.language.mending import Mender
from bot.language.read import read
from bot.language.reading import Reading
from bot.language.word_model import WordModel, learn_dutch
from bot.runtime.clock import today

READING = "reading"
LEARNED = "intents.npz"
LEARNED_FUNCTIONS = "functions.npz"
_OTHER_LANGUAGE = "other_language"
_MENDED = "mended"
_READ = "read"
_DOC = "text_spacy_doc"


@cache
def _load_what_is_read(name: str) -> SpacyModel:
    """The one model for all nodes of the graph, without what it need not load."""
    try:
        return SpacyModel(dutch.load(name), name)
    except OSError as error:
        raise InvalidModelError(str(error)) from error


class _ForMessagesOnly:
    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Leaves the examples as they are: nothing that learns reads their documents."""
        return training_data


SpacyNLP.load_model = staticmethod(_load_what_is_read)
SpacyNLP.process_training_data = _ForMessagesOnly.process_training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TypingMender(GraphComponent):
    """Gives the components behind it the message as it was meant (:mod:`bot.language.mending`)."""

    def __init__(self, storage: ModelStorage, resource: Resource, mender: Mender | None) -> None:
        self._storage = storage
        self._resource = resource
        self._mender = mender

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TypingMender:
        """A mender that has learned no words yet."""
        return cls(model_storage, resource, None)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the training examples how words follow each other."""
        examples = [(e.get(INTENT), e.get(TEXT)) for e in training_data.intent_examples]
        model = learn_dutch(
            [text for intent, text in examples if intent != _OTHER_LANGUAGE],
            [text for intent, text in examples if intent == _OTHER_LANGUAGE],
        )
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TypingMender:
        """The mender with the words that :meth:`train` stored."""
        with model_storage.read_from(resource) as folder:
            words = WordModel.load(folder)
        return cls(model_storage, resource, Mender(words))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves the examples as they are: what is common in them is no fault."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Replaces the text; ``IntentArbiter`` puts the typed one back."""
        for message in messages:
            text = message.get(TEXT)
            if text and self._mender:
                mended = self._mender.mend(text)
                message.set(_MENDED, mended)
                message.set(TEXT, mended.text)
        return messages


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True, model_from="SpacyNLP"
)
class FactReader(GraphComponent, EntityExtractorMixin):
    """Reads who goes, as what, how long and when, from the spaCy document of a message."""

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        functions: FunctionReader | None = None,
    ) -> None:
        self._lexicon = Lexicon.load()
        self._storage = model_storage
        self._resource = resource
        self._functions = functions

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactReader:
        """A reader with the lexicon loaded; raises ``LexiconError`` if a lexicon file is wrong."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        """Learns the functions that people describe, from the examples of the lexicon."""
        self._functions = learn(model.model, self._lexicon, load_examples())
        with self._storage.write_to(self._resource) as folder:
            self._functions.save(folder / LEARNED_FUNCTIONS)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FactReader:
        """The reader with what :meth:`train` stored."""
        with model_storage.read_from(resource) as folder:
            functions = FunctionReader.load(folder / LEARNED_FUNCTIONS)
        return cls(model_storage, resource, functions)

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Adds the reading and its findings to every message."""
        for message in messages:
            self._read(message, model)
        return messages

    def _read(self, message: Message, model: SpacyModel) -> None:
        doc = message.get(_DOC)
        if doc is None:
            return
        # Rasa loads spaCy with the parser switched off; the shared tensor is there for it to use.
        if "parser" in model.model.component_names and not doc.has_annotation("DEP") and len(doc):
            doc = model.model.get_pipe("parser")(doc)
        reading = read(doc, today(), self._lexicon, self._functions)
        if mended := message.get(_MENDED):
            reading = reading.placed_in(mended)
        message.set(_READ, reading)
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
    """Ranks the intents with the model of :mod:`bot.language.intents`."""

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._ranker: Ranker | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``C``: the inverse of the strength of regularisation."""
        return {"C": STRENGTH}

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
        model = intent_model(self._config["C"])
        model.fit(_sentences(examples), [e.get(INTENT) for e in examples])
        self._ranker = Ranker.of(model)
        with self._storage.write_to(self._resource) as folder:
            self._ranker.save(folder / LEARNED)
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
            classifier._ranker = Ranker.load(folder / LEARNED)
        return classifier

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the ranking of intents, and the share of words that training knew."""
        ranker = self._ranker
        if ranker is None:
            return messages
        for message in messages:
            (sentence,) = _sentences([message])
            shares = ranker.shares(sentence)
            ranking = [
                {"name": ranker.names[place], "confidence": float(shares[place])}
                for place in np.argsort(shares)[::-1][:10]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set("known_words", ranker.known_share(sentence), add_to_output=True)
        return messages


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
            ranking = [(i["name"], i["confidence"]) for i in message.get(INTENT_RANKING_KEY, [])]
            name, confidence = settle(
                ranking,
                message.get(_READ) or Reading(),
                message.get(TEXT) or "",
                message.get("known_words") or 0.0,
                self._thresholds,
            )
            message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
            if mended := message.get(_MENDED):
                message.set(TEXT, mended.typed)
        return messages


def _sentences(messages: list[Message]) -> list[Sentence]:
    return sentences_of([message.get(TEXT) or "" for message in messages])
