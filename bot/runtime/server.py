"""The one process that serves the bot: REST channel, actions and web pages."""

from __future__ import annotations

import logging
import socket
from functools import partial
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.dialogue.conversation import Office
from bot.dialogue.wording import Wording
from bot.eligibility.loader import load_editions
from bot.language.reading import Reading
from bot.runtime.actions import ACTION_FAILED_RESPONSE, read_endpoints
from bot.runtime.clock import today
from bot.runtime.processor import QuickAgent
from bot.runtime.rest import RestChannel
from bot.runtime.settings import Settings
from bot.web import pages
from bot.web.access import Access
from bot.web.feedback import FeedbackStore
from bot.web.helpdesk import Helpdesk

LARGEST_REQUEST_IN_BYTES = 256 * 1024

logger = logging.getLogger(__name__)


def load_agent(model: Path, endpoints_file: Path) -> Agent:
    """The bot of a trained model, with its conversations and its actions.

    Raises:
        RasaException: the endpoints or the model can't be used.
    """
    endpoints = read_endpoints(str(endpoints_file))
    if endpoints.tracker_store and "db" in endpoints.tracker_store.kwargs:
        Path(endpoints.tracker_store.kwargs["db"]).parent.mkdir(parents=True, exist_ok=True)
    agent = QuickAgent(
        generator=endpoints.nlg,
        tracker_store=TrackerStore.create(endpoints.tracker_store),
        lock_store=LockStore.create(endpoints.lock_store),
        action_endpoint=endpoints.action,
    )
    agent.load_model(model)
    return agent


def serve(agent: Agent, listener: socket.socket, settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM; prints the address when the bot is ready."""
    app = create_app(agent, settings)

    @app.after_server_start
    async def announce(*_: object) -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        print(f"Klaar: http://{host}:{settings.port} (stoppen: Ctrl-C)", flush=True)

    app.run(sock=listener, access_log=False, motd=False)


def create_app(agent: Agent, settings: Settings) -> Sanic:
    """The web application around a loaded bot."""
    app = Sanic("wegwijzer", configure_logging=False)
    app.ctx.agent = agent
    app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST_IN_BYTES

    async def answer(message: UserMessage) -> None:
        try:
            await agent.handle_message(message)
        except Exception as error:
            # Neither the error's message nor its traceback: they may quote the visitor.
            logger.error("Conversation %s failed: %s", message.sender_id, type(error).__name__)
            await _apologise(agent, message)

    app.blueprint(RestChannel().blueprint(answer), url_prefix="/webhooks/rest")
    pages.register(app, settings.allowed_origins)
    Helpdesk(
        office=Office(load_editions(), settings.edition, Wording.load()),
        understand=partial(understand, agent),
        today=today,
        access=Access(settings.helpdesk_password_hash, settings.helpdesk_tokens),
        store=FeedbackStore(settings.feedback_file),
    ).register(app)
    app.error_handler.add(Exception, _as_json)
    return app


async def understand(agent: Agent, text: str) -> tuple[Reading, str]:
    """What the bot reads in a text, and the intent it sees in it, without answering."""
    # A slash in front would make it a command of Rasa, not a sentence.
    parsed = await agent.parse_message(f" {text[1:]}" if text.startswith("/") else text)
    reading = parsed.get("reading")
    return (
        Reading.from_json(reading) if reading else Reading(),
        (parsed.get("intent") or {}).get("name") or "",
    )


async def _apologise(agent: Agent, message: UserMessage) -> None:
    apology = await agent.nlg.generate(
        ACTION_FAILED_RESPONSE,
        DialogueStateTracker(message.sender_id, slots=[]),
        message.output_channel.name(),
    )
    if apology:
        await message.output_channel.send_response(message.sender_id, apology)


def _as_json(request: Request, error: Exception) -> HTTPResponse:
    if isinstance(error, SanicException):
        return json({"error": str(error)}, status=error.status_code)
    logger.error("%s %s failed: %s", request.method, request.path, type(error).__name__)
    return json({"error": "Er ging iets mis op de server."}, status=500)
