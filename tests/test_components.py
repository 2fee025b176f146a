"""The components of ``config.yml`` one after another, without the rest of Rasa."""

from __future__ import annotations

from pathlib import Path

import spacy
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import ENTITIES, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.dialogue.intent import Arbitration
from bot.language.mending import Mender
from bot.language.word_model import WordModel
from bot.runtime.components import READING, FactReader, IntentArbiter, TypingMender

SENTENCES = ["Ik ben docent en wil drie weken naar Spanje."] * 3


def test_facts_are_marked_in_the_text_as_it_was_typed(tmp_path: Path) -> None:
    mender = Mender(WordModel.learn(SENTENCES, [], {}, {}))
    typed = "Ik ben docetn en wil dri eweken naar Spanje."
    message = Message.build(text=typed)
    dutch = SpacyModel(spacy.load("nl_core_news_sm"), "nl_core_news_sm")

    storage = LocalModelStorage.create(tmp_path)
    TypingMender(storage, Resource("words"), mender).process([message])
    assert message.get(TEXT) == SENTENCES[0]
    message.set("text_spacy_doc", dutch.model(message.get(TEXT)))
    FactReader(storage, Resource("facts")).process([message], dutch)
    message.set(INTENT_RANKING_KEY, [{"name": "eligibility", "confidence": 1.0}])
    IntentArbiter(Arbitration()).process([message])

    assert message.get(TEXT) == typed
    found = {e["entity"]: typed[e["start"] : e["end"]] for e in message.get(ENTITIES)}
    assert found["persons"] == "docetn"
    assert found["stay"] == "dri eweken"
    assert all(typed[f["start"] : f["end"]] == f["text"] for f in message.get(READING)["findings"])
