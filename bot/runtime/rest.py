"""Rasa's REST channel, strict about requests and careful with what visitors say.

A malformed request gets a 4xx and JSON, personal data is masked before anything else sees the
message, and an answer is sent only when it has been stored.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as as_json
from sanic.response import text as as_text

from bot.language.masking import without_personal_data
from bot.web.limits import TooMuchError
from bot.web.senders import TakenSenderError

# The column of the tracker store that holds it is this wide.
LONGEST_SENDER = 255
# spaCy takes a word apart sign by sign, and starts again at its beginning for each.
_REST_OF_A_LONG_WORD = re.compile(r"(?<=\S{100})\S+")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")

MOST_REMEMBERED_REPLIES = 1_000
SLOWEST_REPLY_IN_SECONDS = 14  # the chat page waits for 15

Answer = Callable[[UserMessage], Awaitable[Any]]
Admit = Callable[[Request, str], AbstractContextManager[str]]

logger = logging.getLogger(__name__)


class RestChannel(RestInput):
    """`POST /webhooks/rest/webhook` with `{"sender": "…", "message": "…"}`.

    A message with a `metadata.id` may be sent again, by somebody who does not know whether it came
    through: it is answered with the same words and heard only once. Nothing else of Rasa's further
    fields `metadata` and `input_channel` is used, and nothing of them is kept.

    ``longest_message`` is in characters. ``admit`` gives the id of the sender's conversation, or
    raises what the application knows how to answer; by default the sender is the id.
    """

    def __init__(
        self,
        longest_message: int = 12_000,
        admit: Admit = lambda _, sender: nullcontext(sender),
    ) -> None:
        self._longest_message = longest_message
        self._admit = admit

    def blueprint(self, on_new_message: Answer) -> Blueprint:
        """The routes; ``on_new_message`` returns False if it could but apologise."""
        blueprint = Blueprint("rest-channel")
        replies_to = _Replies(on_new_message)

        @blueprint.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return as_json({"status": "ok"})

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            try:
                fault = _fault(request.json)
            except InvalidUsage:
                fault = "De inhoud van het verzoek is geen JSON."
            if fault:
                return as_json({"error": fault}, status=HTTPStatus.BAD_REQUEST)
            sender, said = request.json["sender"], request.json["message"]
            if len(said) > self._longest_message:
                return as_json(
                    {"error": f"`message` mag hoogstens {self._longest_message} tekens hebben."},
                    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                )
            try:
                with self._admit(request, sender) as conversation:
                    id_ = (request.json.get("metadata") or {}).get("id")
                    replies = await replies_to(conversation, said, id_)
            except TakenSenderError:
                fault = "`sender` is het kenmerk van een bewaard gesprek. Kies een andere."
                return as_json({"error": fault}, status=HTTPStatus.BAD_REQUEST)
            replies = [{**reply, "recipient_id": sender} for reply in replies]
            if request.args.get("stream", "").lower() in {"true", "1"}:
                lines = "".join(json.dumps(reply) + "\n" for reply in replies)
                return as_text(lines, content_type="text/event-stream")
            return as_json(replies)

        return blueprint


def without_endless_words(text: str) -> str:
    """The text with nothing but spaces for what goes on after a hundred signs of a word."""
    return _REST_OF_A_LONG_WORD.sub(lambda rest: " " * len(rest[0]), text)


class _Replies:
    """Has messages answered, each once, and remembers the latest replies to those with an id."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._remembered: OrderedDict[tuple[str, ...], asyncio.Future[list[dict[str, Any]]]]
        self._remembered = OrderedDict()

    async def __call__(self, conversation: str, said: str, id_: object) -> list[dict[str, Any]]:
        # A slash in front would make it a command of Rasa, such as /restart, and those are silent.
        text = without_endless_words(without_personal_data(said)).strip().lstrip("/")
        key = (conversation, str(id_), text)
        answering = self._remembered.get(key) if id_ is not None else None
        if answering is None:
            answering = asyncio.ensure_future(self._replies(key))
            if id_ is not None:
                self._remembered[key] = answering
            if len(self._remembered) > MOST_REMEMBERED_REPLIES:
                self._remembered.popitem(last=False)
        # Whoever is waiting may hang up or be sent away; the message is still heard to the end,
        # and who sends it again waits for that.
        try:
            return await asyncio.wait_for(asyncio.shield(answering), SLOWEST_REPLY_IN_SECONDS)
        except TimeoutError:
            raise TooMuchError("slow_replies", wait=2.0) from None

    async def _replies(self, key: tuple[str, ...]) -> list[dict[str, Any]]:
        conversation, _, text = key
        collector = CollectingOutputChannel()
        message = UserMessage(text, collector, conversation, input_channel=RestChannel.name())
        try:
            is_answered = await self._answer(message) is not False
        except Exception as error:
            # Neither the error's message nor its traceback: they may quote the visitor.
            logger.error("Conversation %s failed: %s", conversation, type(error).__name__)
            is_answered = False
        if not is_answered:
            self._remembered.pop(key, None)
        return list(collector.messages)


def _fault(body: object) -> str | None:
    if not isinstance(body, dict):
        return 'Stuur een JSON-object: {"sender": "…", "message": "…"}.'
    for name in ("sender", "message"):
        if not isinstance(body.get(name), str):
            return f"`{name}` ontbreekt of is geen tekst."
        if not _is_unicode(body[name]):
            return f"`{name}` bevat halve Unicode-tekens."
    if not body["sender"].strip() or len(body["sender"]) > LONGEST_SENDER:
        return f"`sender` moet 1 tot en met {LONGEST_SENDER} tekens hebben."
    if _CONTROL_CHARACTER.search(body["sender"]):
        return "`sender` bevat tekens die niet te zien zijn."
    if not isinstance(body.get("input_channel"), str | None):
        return "`input_channel` is geen tekst."
    if not isinstance(body.get("metadata"), dict | None):
        return "`metadata` is geen JSON-object."
    return None


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
