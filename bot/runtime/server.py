"""The one process that serves the bot: REST channel, actions and web pages."""

from __future__ import annotations

import asyncio
import logging
import socket
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic
from sanic.exceptions import RequestTimeout, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json
from sqlalchemy.exc import SQLAlchemyError

from bot.dialogue.conversation import Office
from bot.dialogue.wording import Wording
from bot.eligibility.loader import load_editions
from bot.language.encoder import load_ahead
from bot.language.reading import Reading
from bot.runtime import logs, monitoring
from bot.runtime.actions import ACTION_FAILED_RESPONSE
from bot.runtime.clock import today
from bot.runtime.conversations import ConversationChangedError
from bot.runtime.endpoints import event_broker, read_endpoints
from bot.runtime.monitoring import Metrics
from bot.runtime.processor import QuickAgent
from bot.runtime.rest import RestChannel, without_endless_words
from bot.runtime.settings import Settings
from bot.web import gate, pages
from bot.web.access import Access
from bot.web.feedback import FeedbackStore
from bot.web.helpdesk import Helpdesk
from bot.web.limits import Limits

LARGEST_REQUEST_IN_BYTES = 256 * 1024
SLOWEST_REQUEST_IN_SECONDS = 15
KEPT_CONNECTION_IN_SECONDS = 75  # longer than nginx keeps it, which else may use a closed one
SECONDS_IN_A_DAY = 86_400
SECONDS_BETWEEN_DELETIONS = 3_600

logger = logging.getLogger(__name__)


def load_agent(model: Path, endpoints_file: Path) -> Agent:
    """The bot of a trained model, with its conversations and its actions.

    Raises:
        RasaException: the endpoints, the database or the model can't be used.
    """
    load_ahead()
    endpoints = read_endpoints(str(endpoints_file))
    store = TrackerStore.create(endpoints.tracker_store)
    agent = QuickAgent(
        generator=endpoints.nlg,
        tracker_store=store,
        lock_store=LockStore.create(endpoints.lock_store),
        action_endpoint=endpoints.action,
    )
    # Without Rasa's wrapper, which keeps in memory what can't be stored, and so loses it.
    agent.tracker_store = store
    agent.load_model(model)
    return agent


def serve(agent: Agent, listener: socket.socket, settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM; prints the address when the bot is ready."""
    app = create_app(agent, settings)

    @app.before_server_start
    async def read_once(*_: object) -> None:
        # The first reading builds what all others use. No visitor should wait for that.
        await understand(agent, "mbo")

    @app.after_server_start
    async def announce(*_: object) -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        print(f"Klaar: http://{host}:{settings.port} (stoppen: Ctrl-C)", flush=True)

    app.run(sock=listener, access_log=False, motd=False)


class PunctualRequest(Request):
    """A request whose body must come in time; Sanic waits for ever if a byte comes now and then."""

    async def receive_body(self) -> None:
        try:
            await asyncio.wait_for(super().receive_body(), SLOWEST_REQUEST_IN_SECONDS)
        except TimeoutError:
            raise RequestTimeout("Het verzoek kwam te langzaam binnen.") from None


def create_app(agent: Agent, settings: Settings) -> Sanic:
    """The web application around a loaded bot."""
    app = Sanic("wegwijzer", configure_logging=False, request_class=PunctualRequest)
    app.ctx.agent = agent
    app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST_IN_BYTES
    app.config.REQUEST_TIMEOUT = SLOWEST_REQUEST_IN_SECONDS
    app.config.KEEP_ALIVE_TIMEOUT = KEPT_CONNECTION_IN_SECONDS

    limits = Limits(
        settings.requests_per_minute,
        settings.messages_at_once,
        settings.conversations_per_client,
        settings.conversations_at_once,
    )
    metrics = Metrics(limits)
    feedback = FeedbackStore(settings.feedback_file)
    gate.register(app, limits, settings.trusted_proxies, metrics.refused)
    monitoring.register(
        app,
        metrics,
        settings.metrics_tokens,
        needed={"database": agent.tracker_store.check},
        useful={"locks": agent.lock_store.check},
    )
    reception = Reception(agent, metrics, feedback)
    channel = RestChannel(settings.message_length, gate.admission(limits))
    app.blueprint(channel.blueprint(reception.answer), url_prefix="/webhooks/rest")
    pages.register(app, settings.allowed_origins)
    Helpdesk(
        office=Office(load_editions(), settings.edition, Wording.load()),
        understand=partial(understand, agent),
        today=today,
        access=Access(settings.helpdesk_password_hash, settings.helpdesk_tokens),
        store=feedback,
        said_since=agent.tracker_store.since,
    ).register(app)
    app.error_handler.add(Exception, _as_json)

    @app.before_server_start
    async def connect_event_broker(*_: object) -> None:
        if settings.event_broker_url:
            agent.tracker_store.event_broker = await EventBroker.create(
                event_broker(settings.event_broker_url), asyncio.get_running_loop()
            )

    @app.after_server_start
    async def start_deleting(*_: object) -> None:
        app.ctx.deleting = asyncio.create_task(_keep_deleting(agent, feedback, settings, metrics))

    @app.before_server_stop
    async def stop_deleting(*_: object) -> None:
        app.ctx.deleting.cancel()

    return app


@dataclass(frozen=True)
class Reception:
    """Answers messages, and apologises for the ones that it can't answer or can't store."""

    agent: Agent
    metrics: Metrics
    feedback: FeedbackStore

    async def answer(self, message: UserMessage) -> bool:
        """Put the replies to a message in its output channel, or an apology; whether it could."""
        logs.conversation.set(message.sender_id)
        started = time.perf_counter()
        try:
            try:
                await self.agent.handle_message(message)
            except ConversationChangedError:  # by a message that another worker answered
                message.output_channel.messages.clear()
                await self.agent.handle_message(message)
        except Exception as error:
            await self._apologise(message, error)
            return False
        seconds = time.perf_counter() - started
        for reply in message.output_channel.messages:
            if custom := reply.get("custom"):
                self._note(message.sender_id, custom, seconds)
        return True

    def _note(self, conversation: str, custom: Mapping[str, Any], seconds: float) -> None:
        self.metrics.replied(custom, seconds)
        if custom.get("deleted"):
            self.metrics.deleted("visitor")
            self.feedback.forget_votes(conversation)
        told = {
            name: custom[name] for name in ("type", "rule", "verdict", "topic") if custom.get(name)
        }
        logger.info("Reply", extra={"details": {**told, "seconds": round(seconds, 3)}})

    async def _apologise(self, message: UserMessage, error: Exception) -> None:
        # Neither the error's message nor its traceback: they may quote the visitor.
        logger.error("Conversation %s failed: %s", message.sender_id, type(error).__name__)
        self.metrics.failed(error)
        # What was not stored has not been said.
        message.output_channel.messages.clear()
        apology = await self.agent.nlg.generate(
            ACTION_FAILED_RESPONSE,
            DialogueStateTracker(message.sender_id, slots=[]),
            message.output_channel.name(),
        )
        if apology:
            await message.output_channel.send_response(message.sender_id, apology)


async def _keep_deleting(
    agent: Agent, feedback: FeedbackStore, settings: Settings, metrics: Metrics
) -> None:
    """Deletes, once an hour, what has been kept for as long as the settings allow."""
    while True:
        oldest = time.time() - settings.keep_conversations_days * SECONDS_IN_A_DAY
        try:
            count = await agent.tracker_store.forget_older_than(oldest)
            feedback.forget_before(date.today() - timedelta(days=settings.keep_feedback_days))
        except (SQLAlchemyError, sqlite3.Error) as error:
            logger.error("What is old could not be deleted: %s", type(error).__name__)
        else:
            metrics.deleted("age", count)
            if count:
                logger.warning("Deleted %d old conversations", count)
        await asyncio.sleep(SECONDS_BETWEEN_DELETIONS)


async def understand(agent: Agent, text: str) -> tuple[Reading, str]:
    """What the bot reads in a text, and the intent it sees in it, without answering."""
    # A slash in front would make it a command of Rasa, not a sentence.
    text = without_endless_words(text)
    parsed = await agent.parse_message(f" {text[1:]}" if text.startswith("/") else text)
    reading = parsed.get("reading")
    return (
        Reading.from_json(reading) if reading else Reading(),
        (parsed.get("intent") or {}).get("name") or "",
    )


def _as_json(request: Request, error: Exception) -> HTTPResponse:
    if isinstance(error, SanicException):
        return json({"error": str(error)}, status=error.status_code)
    logger.error("%s %s failed: %s", request.method, request.path, type(error).__name__)
    return json({"error": "Er ging iets mis op de server."}, status=500)
