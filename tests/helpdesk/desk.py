"""The helpdesk's real pages and API before the real reader, without Rasa and its classifier."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import requests
import spacy
from sanic import Sanic

from bot.dialogue.assistant import LetterAnswer, read_letter
from bot.dialogue.conversation import Office
from bot.dialogue.wording import Wording
from bot.eligibility import load_editions
from bot.language.read import read
from bot.language.reading import Reading
from bot.web import pages
from bot.web.access import Access
from bot.web.feedback import FeedbackStore
from bot.web.helpdesk import Helpdesk
from bot.web.statistics import Event

TODAY = date(2026, 11, 24)

Sanic.test_mode = True  # otherwise Sanic starts but one server in a process

# Of the classifier only this is needed here: that a question about money is one about money.
TOPICS = {"geld": "info_funding", "subsidie": "info_funding", "landen": "info_countries"}


@cache
def _language() -> Any:
    return spacy.load("nl_core_news_sm")


@cache
def office() -> Office:
    return Office(load_editions(), "2014-2020", Wording.load())


@cache
def understand(text: str) -> tuple[Reading, str]:
    intent = next((topic for word, topic in TOPICS.items() if word in text), "eligibility")
    return read(_language()(text), TODAY), intent


async def understand_later(text: str) -> tuple[Reading, str]:
    return understand(text)


def answer(text: str) -> LetterAnswer:
    """The answer to a letter, without any server."""
    return asyncio.run(read_letter(text, understand_later, office(), TODAY))


@dataclass
class Desk:
    """A running server; `get` and `post` ask it something. `said` are the events of visitors."""

    folder: Path
    access: Access = field(default_factory=Access)
    host: str = "127.0.0.1"
    said: Sequence[tuple[str, Event]] = ()
    _names = itertools.count()

    def __post_init__(self) -> None:
        understand("mbo")  # loads the language before anybody waits for an answer
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()

    async def _start(self) -> None:
        app = Sanic(f"desk-{next(self._names)}", configure_logging=False)
        pages.register(app)

        Helpdesk(
            office=office(),
            understand=understand_later,
            today=lambda: TODAY,
            access=self.access,
            store=FeedbackStore(self.folder / "feedback.db"),
            said_since=self._said_since,
        ).register(app)
        server = await app.create_server(
            sock=self._listener, return_asyncio_server=True, access_log=False
        )
        await server.startup()

    async def _said_since(self, moment: float, most: int) -> Sequence[tuple[str, Event]]:
        return self.said

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._listener.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **options: Any) -> requests.Response:
        return requests.get(self.address + path, timeout=30, **options)

    def post(self, path: str, body: object, **options: Any) -> requests.Response:
        return requests.post(self.address + path, json=body, timeout=30, **options)
