"""What the bot is connected to: the settings say where to, `endpoints.yml` what runs the actions.

`action_endpoint` decides where those run:

* `{actions_module: actions}`: in this process, unless the setting `ACTION_SERVER` names another;
* `{url: …}`: on a separate action server, as in any Rasa project.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig

from bot.runtime.actions import ActionServer, ActionsInProcess
from bot.runtime.project import ProjectError
from bot.runtime.settings import Settings

_SETTINGS_INSTEAD = {
    "tracker_store": "DATABASE_URL",
    "lock_store": "REDIS_URL",
    "event_broker": "EVENT_BROKER_URL",
}


def use_our_endpoints() -> None:
    """Make every `AvailableEndpoints.read_endpoints` of Rasa return ours."""
    AvailableEndpoints.read_endpoints = read_endpoints


def read_endpoints(endpoints_file: str) -> AvailableEndpoints:
    """The endpoints of `endpoints_file` and of the settings, with actions that never fail.

    Raises:
        ProjectError: the file is broken, or its actions can't be imported.
        SettingError: a setting is wrong.
    """
    settings = Settings.from_environment()
    endpoints = _read_endpoints_of_rasa(endpoints_file)
    for name, instead in _SETTINGS_INSTEAD.items():
        if getattr(endpoints, name):
            raise ProjectError(f"{endpoints_file}: {name} is hier een instelling: {instead}.")
    endpoints.tracker_store = EndpointConfig(
        type="bot.runtime.conversations.ConversationStore", url=settings.database_url
    )
    endpoints.lock_store = EndpointConfig(
        type=f"bot.runtime.locks.{'SharedLocks' if settings.redis_url else 'LocalLocks'}",
        url=settings.redis_url,
    )
    if settings.event_broker_url:
        endpoints.event_broker = event_broker(settings.event_broker_url)
    if endpoints.action:
        actions_module = endpoints.action.kwargs.pop("actions_module", None)
        if bool(actions_module) == bool(endpoints.action.url):
            raise ProjectError(
                f"{endpoints_file}: action_endpoint heeft `actions_module` of `url` nodig."
            )
        if actions_module and settings.action_server:
            endpoints.action = ActionServer(settings.action_server)
        elif actions_module:
            endpoints.action = ActionsInProcess(actions_module)
        else:
            endpoints.action = ActionServer.like(endpoints.action)
    return endpoints


_read_endpoints_of_rasa = AvailableEndpoints.read_endpoints


def event_broker(address: str) -> EndpointConfig:
    """Rasa's own RabbitMQ or Kafka broker at an address such as `amqp://user:word@host/queue`."""
    parts = urlsplit(address)
    name = parts.path.strip("/") or "wegwijzer"
    if parts.scheme == "kafka":
        return EndpointConfig(type="kafka", url=parts.netloc, topic=name)
    return EndpointConfig(
        type="pika",
        url=f"{parts.scheme}://{parts.hostname}",
        port=parts.port or 5672,
        username=unquote(parts.username or "guest"),
        password=unquote(parts.password or "guest"),
        queues=[name],
        connection_attempts=3,
        retry_delay_in_seconds=2,
    )
