"""Runs the custom actions inside the bot, and keeps a failing one from silencing the bot."""

from __future__ import annotations

import importlib
import json
import logging
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.runtime.project import ProjectError

ACTION_FAILED_RESPONSE = "utter_action_failed"

logger = logging.getLogger(__name__)


class ActionsInProcess(EndpointConfig):
    """Runs the actions of a module or package in this process, without HTTP."""

    def __init__(self, actions_module: str) -> None:
        super().__init__()
        try:
            importlib.import_module(actions_module)
        except ImportError as error:
            raise ProjectError(
                f"De acties in `{actions_module}` zijn niet te laden: {error}"
            ) from error
        self._executor = ActionExecutor()
        self._executor.register_package(actions_module)

    async def request(self, *args: Any, json: dict[str, Any], **kwargs: Any) -> Any:
        try:
            return await self._executor.run(json)
        except ActionExecutionRejection as rejection:
            raise _as_rejection_of_a_server(rejection) from rejection
        except Exception as error:
            return _apology(json, error)


class ActionInProcess(RemoteAction):
    """A custom action of this process, without what only a distant one needs.

    Its answer comes from the SDK, so it is not checked against a schema, which takes longer than
    all the rest of a reply. The conversation is handed over without turning every event into JSON.
    """

    def _action_call_format(self, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
        call = {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": {
                **tracker.current_state(EventVerbosity.NONE),
                "events": EventsAsJson(list(tracker.events)),
            },
        }
        if domain.does_custom_action_explicitly_need_domain(self.name()):
            call["domain"] = domain.as_dict()
        return call

    def _validate_action_result(self, result: dict[str, Any]) -> bool:
        return True


class EventsAsJson(Sequence[dict[str, Any]]):
    """Events as the SDK gives them to an action, each turned into JSON when it is read."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events

    def __len__(self) -> int:
        return len(self._events)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return EventsAsJson(self._events[place])
        return self._events[place].as_dict()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (event.as_dict() for event in self._events)


class ActionServer(EndpointConfig):
    """A separate action server that may be down or broken."""

    @classmethod
    def like(cls, endpoint: EndpointConfig) -> ActionServer:
        return cls(
            endpoint.url,
            endpoint.params,
            endpoint.headers,
            endpoint.basic_auth,
            endpoint.token,
            endpoint.token_name,
            endpoint.cafile,
            **endpoint.kwargs,
        )

    async def request(self, *args: Any, json: dict[str, Any], **kwargs: Any) -> Any:
        try:
            return await super().request(*args, json=json, **kwargs)
        except (TimeoutError, aiohttp.ClientError) as error:
            if isinstance(error, ClientResponseError) and error.status == 400:
                raise  # the action itself refused to run, and Rasa knows what to do
            return _apology(json, error)


def _as_rejection_of_a_server(rejection: ActionExecutionRejection) -> ClientResponseError:
    body = json.dumps({"action_name": rejection.action_name, "error": rejection.message})
    return ClientResponseError(400, "rejected", body)


def _apology(call: dict[str, Any], error: Exception) -> dict[str, Any]:
    # The error's own message may quote the visitor, so only its type and place are logged.
    place = "".join(traceback.format_tb(error.__traceback__)[-1:]).strip()
    logger.error(
        "Action %s failed in conversation %s: %s, %s",
        call["next_action"],
        call["sender_id"],
        type(error).__name__,
        place,
    )
    return {"events": [], "responses": [{"response": ACTION_FAILED_RESPONSE}]}
