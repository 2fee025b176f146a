"""The bot's idea of today."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.runtime.settings import Settings


def today() -> date:
    """The date in Brussels, or the one that the setting `BOT_TODAY` fixes.

    Raises:
        SettingError: `BOT_TODAY` is not a date.
    """
    return Settings.from_environment().bot_today or datetime.now(ZoneInfo("Europe/Brussels")).date()
