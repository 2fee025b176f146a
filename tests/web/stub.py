"""The real pages before a bot that does not have to understand: each sentence has a set reply.

The replies themselves are real: the rule table decides and the domain words them. So every face
of the chat can be called up at will.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.dialogue.case import Case
from bot.dialogue.conversation import Office, answer, question
from bot.dialogue.wording import Reply, Wording
from bot.eligibility import decide, load_editions
from bot.eligibility.calendar import Length, LengthStay
from bot.eligibility.decision import Decision
from bot.eligibility.facts import Answer, Facts, Purpose, Role, Status
from bot.web import pages

TODAY = date(2026, 9, 1)

Sanic.test_mode = True  # otherwise Sanic starts but one server in a process


def stay(shortest: str, longest: str | None = None) -> LengthStay:
    return LengthStay(Length.parse(shortest), Length.parse(longest or shortest))


STUDENT = Facts(status=Status.VET_STUDENT, stay=stay("P6W"))
TEACHER = Facts(status=Status.TEACHER)
CASES = {
    "Ik doe mbo en wil zes weken weg.": Case(STUDENT),
    "Ik ben docent.": Case(TEACHER),
    "Ik ben docent en wil een half jaar weg.": Case(Facts(status=Status.TEACHER, stay=stay("P6M"))),
    "Ik ben docent en wil 61 dagen weg.": Case(Facts(status=Status.TEACHER, stay=stay("P61D"))),
    "Ik ben docent en wil 13 dagen weg.": Case(Facts(status=Status.TEACHER, stay=stay("P13D"))),
    "Ik ben docent en wil twee dagen weg.": Case(Facts(status=Status.TEACHER, stay=stay("P2D"))),
    "Ik doe vmbo en weet niet of het meetelt.": Case(
        Facts(status=Status.PRE_VOCATIONAL, credit=Answer.UNKNOWN)
    ),
    "Ik studeer aan het hbo.": Case(Facts(status=Status.HIGHER_EDUCATION_STUDENT)),
    "Wij zijn een bedrijf en zoeken partners.": Case(
        Facts(status=Status.COMPANY, purpose=Purpose.COOPERATE)
    ),
    "Mijn leerling en ik als docent willen twee à drie maanden weg.": Case(
        Facts(status=Status.VET_STUDENT, stay=stay("P2M", "P3M")),
        also=(Facts(status=Status.TEACHER, stay=stay("P2M", "P3M")),),
    ),
    "Ik ben leerling.": Case(Facts(role=Role.LEARNER), asks="status"),
}


@dataclass
class Stub:
    """A running server. `received` holds what visitors sent, in order."""

    allowed_origins: Collection[str] = ()
    received: list[dict[str, Any]] = field(default_factory=list)
    votes: list[dict[str, Any]] = field(default_factory=list)
    _names = itertools.count()

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._listener.close()

    async def _start(self) -> None:
        app = Sanic(f"stub-{next(self._names)}", configure_logging=False)
        pages.register(app, self.allowed_origins)
        app.add_route(self._talk, "/webhooks/rest/webhook", methods=["POST"])
        app.add_route(self._vote, "/api/feedback", methods=["POST"])
        server = await app.create_server(
            sock=self._listener, return_asyncio_server=True, access_log=False
        )
        await server.startup()

    async def _talk(self, request: Request) -> HTTPResponse:
        self.received.append(request.json)
        reply = _reply(request.json["message"])
        # Rasa sends each paragraph and the custom object as messages of their own.
        *paragraphs, last = reply.text.split("\n\n")
        messages: list[dict[str, Any]] = [{"text": text} for text in paragraphs]
        messages.append({"text": last, "buttons": list(reply.buttons)})
        return json([*messages, {"custom": reply.custom}])

    async def _vote(self, request: Request) -> HTTPResponse:
        self.votes.append(request.json)
        return json({})


def _reply(message: str) -> Reply:
    editions = load_editions()
    office = Office(editions, "2014-2020", Wording.load())
    case = CASES.get(message)
    if case is None:
        return Reply(f"Dat begrijp ik niet: {message}", {"type": "fallback"})
    if case.asks:
        return question(office, case)
    decision = decide(office.edition(case), case.facts, TODAY)
    assert isinstance(decision, Decision)
    return answer(office, case, decision, TODAY)
