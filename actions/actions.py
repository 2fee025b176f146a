"""Thin custom actions: slots and the reading in, one reply and new slots out.

What is decided and said stands in :mod:`bot.dialogue`. They run inside the bot's process or,
unchanged, in a separate action server.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.case import Case
from bot.dialogue.conversation import Office, consult, note, open_question, refer
from bot.dialogue.wording import Reply, Wording
from bot.eligibility.loader import load_editions
from bot.language.reading import Reading
from bot.runtime.clock import today
from bot.runtime.settings import Settings

Events = list[dict[str, Any]]


@cache
def office() -> Office:
    """The rule tables and the words, read once for each process."""
    return Office(load_editions(), Settings.from_environment().edition, Wording.load())


def _case(tracker: Tracker) -> Case:
    return Case.from_slots(tracker.slots)


def _reading(tracker: Tracker) -> Reading:
    reading = tracker.latest_message.get("reading")
    return Reading.from_json(reading) if reading else Reading()


def _send(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    dispatcher.utter_message(text=reply.text, buttons=list(reply.buttons) or None)
    dispatcher.utter_message(json_message=reply.custom)


def _slots(case: Case) -> Events:
    return [SlotSet(name, value) for name, value in case.to_slots().items()]


class ActionConsult(Action):
    """Hears what was told, consults the rule table, and answers or asks for one more fact."""

    def name(self) -> str:
        return "action_consult"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        case, reply = consult(
            office(),
            _case(tracker),
            _reading(tracker),
            str(tracker.get_intent_of_latest_message() or ""),
            today(),
        )
        _send(dispatcher, reply)
        return _slots(case)


class ActionResume(Action):
    """After a digression: keeps what was told on the way and puts the open question again."""

    def name(self) -> str:
        return "action_resume"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        case = note(_case(tracker), _reading(tracker), today())
        question = open_question(office(), case)
        if question:
            dispatcher.utter_message(text=question.text, buttons=list(question.buttons) or None)
        return _slots(case)


class ActionStartOver(Action):
    """Forgets the case."""

    def name(self) -> str:
        return "action_start_over"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(response="utter_started_over")
        return _slots(Case())


class ActionRefer(Action):
    """Says that a question is about something else, and who does know."""

    def name(self) -> str:
        return "action_refer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        _send(dispatcher, refer(office(), _reading(tracker)))
        return []


class ActionNotUnderstood(Action):
    """Asks to put it differently; the second time in a row it gives the people who can help."""

    def name(self) -> str:
        return "action_not_understood"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        again = _last_reply_type(tracker) == "fallback"
        dispatcher.utter_message(
            response="utter_handover_after_failure" if again else "utter_not_understood"
        )
        return []


def _last_reply_type(tracker: Tracker) -> str | None:
    """The type of the reply before the message that is now being answered."""
    for event in reversed(tracker.events):
        custom = (event.get("data") or {}).get("custom") if event.get("event") == "bot" else None
        if custom and "type" in custom:
            return str(custom["type"])
    return None
