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
from bot.dialogue.conversation import Office, consult, goes_on, inform, question, refer
from bot.dialogue.wording import Reply, Wording
from bot.eligibility.loader import load_editions
from bot.language.reading import Reading
from bot.runtime.clock import today
from bot.runtime.settings import setting

Events = list[dict[str, Any]]


@cache
def office() -> Office:
    """The rule tables and the words, read once for each process."""
    return Office(load_editions(), setting("edition"), Wording.load())


def _case(tracker: Tracker) -> Case:
    return Case.from_slots(tracker.slots)


def _reading(tracker: Tracker) -> Reading:
    reading = tracker.latest_message.get("reading")
    return Reading.from_json(reading) if reading else Reading()


def _send(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    dispatcher.utter_message(text=reply.text, buttons=list(reply.buttons) or None)
    dispatcher.utter_message(json_message=reply.custom)


def _changes(tracker: Tracker, case: Case) -> Events:
    """Only the slots that get another value: every event makes the conversation longer."""
    return [
        SlotSet(name, value)
        for name, value in case.to_slots().items()
        if value != tracker.slots.get(name)
    ]


def _intent(tracker: Tracker) -> tuple[str, float]:
    intent = tracker.latest_message.get("intent") or {}
    return str(intent.get("name") or ""), float(intent.get("confidence") or 0.0)


def _consult(dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    intent, _ = _intent(tracker)
    case, reply = consult(office(), _case(tracker), _reading(tracker), intent, today())
    _send(dispatcher, reply)
    return _changes(tracker, case)


def _goes_on(tracker: Tracker) -> bool:
    return goes_on(_case(tracker), _reading(tracker), _intent(tracker)[1])


class ActionConsult(Action):
    """Hears what was told, consults the rule table, and answers or asks for one more fact."""

    def name(self) -> str:
        return "action_consult"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        return _consult(dispatcher, tracker)


class ActionInform(Action):
    """Answers a question about the programme, then puts the open question again."""

    def name(self) -> str:
        return "action_inform"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        if _goes_on(tracker):
            return _consult(dispatcher, tracker)
        topic = _intent(tracker)[0].removeprefix("info_")
        case, reply = inform(office(), _case(tracker), _reading(tracker), topic, today())
        _send(dispatcher, reply)
        return _changes(tracker, case)


class ActionResume(Action):
    """After small talk: puts the question that is still open again."""

    def name(self) -> str:
        return "action_resume"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        case = _case(tracker)
        if case.asks:
            again = question(office(), case)
            dispatcher.utter_message(text=again.text, buttons=list(again.buttons) or None)
        return []


class ActionStartOver(Action):
    """Forgets the case."""

    def name(self) -> str:
        return "action_start_over"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        dispatcher.utter_message(response="utter_started_over")
        return _changes(tracker, Case())


class ActionRefer(Action):
    """Says that a question is about something else, and who does know."""

    def name(self) -> str:
        return "action_refer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        if _goes_on(tracker):
            return _consult(dispatcher, tracker)
        _send(dispatcher, refer(office(), _case(tracker), _reading(tracker)))
        return []


class ActionNotUnderstood(Action):
    """Asks to put it differently; the second time in a row it names people who can help."""

    def name(self) -> str:
        return "action_not_understood"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        intent, _ = _intent(tracker)
        if intent != "other_language" and goes_on(_case(tracker), _reading(tracker), 0.0):
            return _consult(dispatcher, tracker)
        if _last_reply_type(tracker) == "fallback":
            response = "utter_handover_after_failure"
        elif intent == "other_language":
            response = "utter_other_language"
        else:
            response = "utter_not_understood"
        dispatcher.utter_message(response=response)
        return []


def _last_reply_type(tracker: Tracker) -> str | None:
    """The type of the reply before the message that is now being answered."""
    for event in reversed(tracker.events):
        custom = (event.get("data") or {}).get("custom") if event.get("event") == "bot" else None
        if custom and "type" in custom:
            return str(custom["type"])
    return None
