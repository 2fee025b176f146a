"""Rasa's REST channel, which answers a malformed request with a 4xx and JSON, not with a crash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse, json

# The column of the tracker store that holds it is this wide.
LONGEST_SENDER = 255


class RestChannel(RestInput):
    """`POST /webhooks/rest/webhook` with `{"sender": "…", "message": "…"}`."""

    def _extract_message(self, req: Request) -> str:
        # A slash in front would make it a command of Rasa, such as /restart, and those are silent.
        return str(req.json["message"]).strip().lstrip("/")

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        blueprint = super().blueprint(on_new_message)

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
