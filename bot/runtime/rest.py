"""Rasa's REST channel, which answers a malformed request with a 4xx and JSON, not with a crash."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse, json

# The column of the tracker store that holds it is this wide.
LONGEST_SENDER = 255

MOST_REMEMBERED_REPLIES = 1_000

Answer = Callable[[UserMessage], Awaitable[Any]]


class RestChannel(RestInput):
    """`POST /webhooks/rest/webhook` with `{"sender": "…", "message": "…"}`.

    A message with a `metadata.id` may be sent again, by somebody who does not know whether it came
    through: it is answered with the same words and heard only once.
    """

    def _extract_message(self, req: Request) -> str:
        # A slash in front would make it a command of Rasa, such as /restart, and those are silent.
        return str(req.json["message"]).strip().lstrip("/")

    def blueprint(self, on_new_message: Answer) -> Blueprint:
        blueprint = super().blueprint(_once(on_new_message))

        @blueprint.middleware("request")
        async def refuse_malformed(request: Request) -> HTTPResponse | None:
            if request.method != "POST":
                return None
            try:
                fault = _fault(request.json)
            except InvalidUsage:
                fault = "De inhoud van het verzoek is geen JSON."
            return json({"error": fault}, status=400) if fault else None

        return blueprint


def _once(answer: Answer) -> Answer:
    remembered: OrderedDict[tuple[str, str, str], tuple[asyncio.Future[Any], list[Any]]]
    remembered = OrderedDict()

    async def answer_once(message: UserMessage) -> None:
        channel = message.output_channel
        id = (message.metadata or {}).get("id")
        if id is None or type(channel) is not CollectingOutputChannel:
            return await answer(message)
        key = (message.sender_id, str(id), message.text)
        if key not in remembered:
            remembered[key] = (asyncio.ensure_future(answer(message)), channel.messages)
            if len(remembered) > MOST_REMEMBERED_REPLIES:
                remembered.popitem(last=False)
        answering, messages = remembered[key]
        # Whoever is waiting may hang up; the message is still heard to the end.
        try:
            await asyncio.shield(answering)
        except Exception:
            remembered.pop(key, None)
            raise
        channel.messages = list(messages)

    return answer_once


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
