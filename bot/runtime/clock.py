"""The bot's idea of today."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.runtime.settings import setting


def today() -> date:
    """The date in Brussels, or the one that the setting `BOT_TODAY` fixes.

    Raises:
        SettingError: `BOT_TODAY` is not a date.
    """
    fixed: date | None = setting("bot_today")
    return fixed or datetime.now(ZoneInfo("Europe/Brussels")).date()
