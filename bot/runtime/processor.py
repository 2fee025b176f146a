"""Rasa's handling of a message, without work that is done twice or thrown away.

What differs from Rasa, and why, stands in ``docs/adr/0006-quick-rasa.md``.
"""

from __future__ import annotations

import copy
import ctypes
import gc
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    ACTION_VALIDATE_SLOT_MAPPINGS,
)
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from bot.runtime.actions import ActionInProcess, ActionsInProcess
from bot.runtime.graph import SequentialGraphRunner

LONGEST_SESSION_IN_EVENTS = 60

# To find the class of each event that it reads, Rasa goes through all of them and their subclasses.
Event.resolve_by_type = staticmethod(cache(Event.resolve_by_type))


def _copy(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """A tracker with the state of another, which Rasa gets by applying every event once more."""
    twin = copy.copy(tracker)
    twin.events = tracker.events.copy()
    twin.slots = {name: copy.copy(slot) for name, slot in tracker.slots.items()}
    twin.active_loop = copy.copy(tracker.active_loop)
    return twin


DialogueStateTracker.copy = _copy


def _give_back_memory() -> None:
    """Returns to the system what was needed to load only; glibc itself keeps it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


class QuickAgent(Agent):
    """An ``Agent`` that hands its messages to a :class:`QuickProcessor`."""

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Loads a trained model, given by its file."""
        self.processor = QuickProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        if isinstance(self.nlg, TemplatedNaturalLanguageGenerator):
            self.nlg.responses = self.domain.responses
        # What is loaded stays, so the garbage collector need not go through it, not even once.
        gc.freeze()
        _give_back_memory()


class QuickProcessor(MessageProcessor):
    """A ``MessageProcessor`` for a bot of one process."""

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = loader.load_predict_graph_runner(
                Path(folder), Path(model_path), LocalModelStorage, SequentialGraphRunner
            )
        return Path(model_path).name, metadata, runner

    async def _update_tracker_session(
        self, tracker: DialogueStateTracker, *args: Any, **kwargs: Any
    ) -> None:
        """Also goes on in a new session, with the same slots, when one has become long.

        Rasa goes through every event of a session several times for each message, and its own
        start of a session copies every value that a slot ever had.
        """
        if not _may_be_cut(tracker):
            return await super()._update_tracker_session(tracker, *args, **kwargs)
        slots = [
            SlotSet(name, value)
            for name, value in tracker.current_slot_values().items()
            if value is not None
        ]
        for event in (
            ActionExecuted(ACTION_SESSION_START_NAME),
            SessionStarted(),
            *slots,
            ActionExecuted(ACTION_LISTEN_NAME),
        ):
            tracker.update(event, self.domain)

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Nothing: Rasa's warning about names that the domain lacks is given before training."""

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """Nothing, if it is the actions that fill the slots."""
        if self._messages_fill_slots:
            return await super().run_action_extract_slots(output_channel, tracker)
        return tracker

    @cached_property
    def _messages_fill_slots(self) -> bool:
        mappings = (mapping for slot in self.domain.slots for mapping in slot.mappings)
        return (
            any(mapping != {"type": "custom"} for mapping in mappings)
            or ACTION_VALIDATE_SLOT_MAPPINGS in self.domain.user_actions
        )

    def _log_slots(self, tracker: DialogueStateTracker) -> None:
        """Nothing: Rasa's note of all slots is for its own log at DEBUG."""

    def _log_action_on_tracker(
        self,
        tracker: DialogueStateTracker,
        action: Action,
        events: list[Event] | None,
        prediction: PolicyPrediction,
    ) -> None:
        """As Rasa's own, which copies every event for its log at DEBUG."""
        events = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)

    async def _run_action(
        self, action: Action, tracker: DialogueStateTracker, *args: Any, **kwargs: Any
    ) -> bool:
        if isinstance(action, RemoteAction) and isinstance(self.action_endpoint, ActionsInProcess):
            action = ActionInProcess(action.name(), self.action_endpoint)
        return await super()._run_action(action, tracker, *args, **kwargs)


def _may_be_cut(tracker: DialogueStateTracker) -> bool:
    """Whether a session is long, and nothing was misunderstood: the next reply depends on that."""
    if len(tracker.events) <= LONGEST_SESSION_IN_EVENTS:
        return False
    customs = (
        event.data.get("custom")
        for event in reversed(tracker.events)
        if isinstance(event, BotUttered)
    )
    last: dict[str, Any] = next(filter(None, customs), {})
    return last.get("type") != "fallback" or len(tracker.events) > 2 * LONGEST_SESSION_IN_EVENTS
