"""The gate that every request goes through: who asks, and whether it asks too much."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.web.access import is_this_computer
from bot.web.limits import Limits, Network, TooMuchError, client_of
from bot.web.senders import conversation_of

BYTES_OF_A_REQUEST = 1000


def register(
    app: Sanic,
    limits: Limits,
    trusted_proxies: Sequence[Network],
    refused: Callable[[str], None],
) -> None:
    """Counts every request from elsewhere, and answers 429 to what is too much.

    ``refused`` is told the name of each limit that was reached. Programs on this computer itself
    are not counted: they are its tests and tools.
    """

    @app.middleware("request")
    async def count(request: Request) -> None:
        request.ctx.client = client_of(request.ip, request.headers, trusted_proxies)
        request.ctx.is_local = is_this_computer(request.ip, request.headers)
        if not request.ctx.is_local:
            limits.count_request(request.ctx.client)

    def too_much(_: Request, error: TooMuchError) -> HTTPResponse:
        refused(error.limit)
        wait = math.ceil(error.wait)
        return json(
            {"error": f"Het is nu te druk. Probeer het over {wait} seconden opnieuw."},
            status=HTTPStatus.TOO_MANY_REQUESTS,
            headers={"Retry-After": str(wait)},
        )

    app.error_handler.add(TooMuchError, too_much)


def client(request: Request) -> str:
    """Who asks, for limits and audit lines."""
    return getattr(request.ctx, "client", None) or request.ip or "unknown"


def conversation(request: Request, sender: str) -> str:
    """The id of the conversation of who asks.

    Raises:
        TakenSenderError: the sender is the id of a stored conversation.
    """
    is_local = is_this_computer(request.ip, request.headers)
    return conversation_of(sender, client(request), is_local)


def admission(limits: Limits) -> Callable[[Request, str], AbstractContextManager[str]]:
    """How a message gets in: the id of its sender's conversation, while it waits for its answer."""

    @contextmanager
    def admit(request: Request, sender: str) -> Iterator[str]:
        id_ = conversation(request, sender)
        if not request.ctx.is_local:
            # A long message is more work.
            limits.count_request(client(request), len(request.body) / BYTES_OF_A_REQUEST)
            limits.count_conversation(client(request), id_)
        with limits.message():
            yield id_

    return admit
