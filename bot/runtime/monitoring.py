"""What a supervisor sees: is the bot alive, is it ready, and figures for Prometheus. Never text."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from bot.web.access import hash_token
from bot.web.limits import Limits

_PATIENCE = 3  # seconds


class Metrics:
    """Counts replies, failures and refusals of one process."""

    def __init__(self, limits: Limits) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._replies = self._counter("replies", "Replies by type", "type")
        self._answers = self._counter(
            "answers", "Answers of the rule table", "edition", "rule", "verdict"
        )
        self._topics = self._counter("information", "Answers about the programme", "topic")
        self._failures = self._counter("failures", "Messages that could not be answered", "error")
        self._refused = self._counter("refused_requests", "Requests over a limit", "limit")
        self._deleted = self._counter("deleted_conversations", "Deleted conversations", "by")
        self._seconds = Histogram(
            "wegwijzer_reply_seconds",
            "Time from message to stored reply",
            registry=self.registry,
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        for name, about, read in (
            ("waiting_messages", "Messages that wait for their reply", lambda: limits.waiting),
            ("conversations", "Conversations in the last half hour", lambda: limits.conversations),
        ):
            Gauge(f"wegwijzer_{name}", about, registry=self.registry).set_function(read)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"wegwijzer_{name}", about, labels, registry=self.registry)

    def replied(self, custom: Mapping[str, Any], seconds: float) -> None:
        """A reply was given, and it took so long."""
        kind = str(custom.get("type"))
        self._replies.labels(kind).inc()
        self._seconds.observe(seconds)
        if kind == "answer":
            self._answers.labels(custom["edition"], custom["rule"], custom["verdict"]).inc()
        elif kind == "info":
            self._topics.labels(custom.get("topic")).inc()

    def failed(self, error: BaseException) -> None:
        """A message could not be answered."""
        self._failures.labels(type(error).__name__).inc()

    def refused(self, limit: str) -> None:
        """A request was over a limit."""
        self._refused.labels(limit).inc()

    def deleted(self, by: str, count: int = 1) -> None:
        """Conversations were deleted, by `visitor` or by `age`."""
        self._deleted.labels(by).inc(count)


def register(
    app: Sanic,
    metrics: Metrics,
    token_hashes: Iterable[str],
    needed: Mapping[str, Callable[[], Awaitable[None]]],
    useful: Mapping[str, Callable[[], Awaitable[None]]],
) -> None:
    """Adds `/health`, `/ready` and `/metrics`, for this computer and for who has a token.

    Anybody else gets a 404. Not ready is a bot one of whose ``needed`` parts fails; one of the
    ``useful`` ones may.
    """
    known = tuple(token_hashes)

    def may_see(request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = hash_token(token.strip()) if scheme.lower() == "bearer" else ""
        return request.ctx.is_local or any(hmac.compare_digest(given, hash) for hash in known)

    def add(path: str, show: Callable[[], Awaitable[HTTPResponse]]) -> None:
        @app.get(path, name=path.strip("/"))
        async def answer(request: Request) -> HTTPResponse:
            if not may_see(request):
                error = f"Requested URL {request.path} not found"
                return json({"error": error}, status=HTTPStatus.NOT_FOUND)
            response = await show()
            response.headers["Cache-Control"] = "no-store"
            return response

    async def health() -> HTTPResponse:
        return json({"status": "ok"})

    async def ready() -> HTTPResponse:
        states = {name: await _state(check) for name, check in (*needed.items(), *useful.items())}
        is_ready = all(states[name] == "ok" for name in needed)
        return json(
            {"status": "ok" if is_ready else "not ready", **states},
            status=HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
        )

    async def figures() -> HTTPResponse:
        return raw(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)

    add("/health", health)
    add("/ready", ready)
    add("/metrics", figures)


async def _state(check: Callable[[], Awaitable[None]]) -> str:
    try:
        await asyncio.wait_for(check(), _PATIENCE)
    except Exception as error:
        return type(error).__name__
    return "ok"
