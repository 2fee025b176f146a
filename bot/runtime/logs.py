"""The log: one line for each thing, with the id of the conversation, and without what was said."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import MutableMapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import structlog

conversation: ContextVar[str | None] = ContextVar("conversation", default=None)


def configure(level: str, layout: str) -> None:
    """Log from ``level`` on; ``layout`` is `text`, or `json` for one object a line.

    Only DEBUG shows what visitors say and what errors quote. Rasa itself is heard from WARNING on.
    """
    tells_all = level == "DEBUG"
    handler = logging.StreamHandler()
    handler.setFormatter((_Json if layout == "json" else _Text)(tells_all))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for loud in ("apscheduler", "asyncio", "matplotlib", "rasa", "sanic", "urllib3"):
        logging.getLogger(loud).setLevel(level if tells_all else max_level(level, "WARNING"))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            _in_one_line if tells_all else _without_details,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def max_level(one: str, other: str) -> str:
    """The quieter of two levels."""
    return max(one, other, key=logging.getLevelName)


def _in_one_line(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return " ".join((str(event.pop("event", "")), *(f"{k}={v!r}" for k, v in event.items())))


def _without_details(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return str(event.get("event", ""))


class _Text(logging.Formatter):
    def __init__(self, tells_all: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._tells_all = tells_all

    def format(self, record: logging.LogRecord) -> str:
        details = getattr(record, "details", {})
        spoken = conversation.get()
        parts = {**({"conversation": spoken} if spoken and details else {}), **details}
        line = super().format(record)
        return " ".join((line, *(f"{name}={value}" for name, value in parts.items())))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        if self._tells_all:
            return super().formatException(ei)
        place = traceback.extract_tb(ei[2])[-1:]
        return f"{ei[0].__name__} in {place[0].filename}:{place[0].lineno}" if place else str(ei[0])


class _Json(_Text):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            "conversation": conversation.get(),
            **getattr(record, "details", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        kept = {name: value for name, value in line.items() if value is not None}
        return json.dumps(kept, ensure_ascii=False)
