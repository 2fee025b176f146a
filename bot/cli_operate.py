"""The subcommands for whoever runs the bot: its settings, and the conversations that it keeps."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from bot.runtime.settings import SettingError, descriptions, setting

if TYPE_CHECKING:
    from bot.runtime.conversations import ConversationStore

_T = TypeVar("_T")

_PAGE = """# Instellingen

Elke instelling is een omgevingsvariabele. Geen ervan is verplicht. Wat niet klopt, stopt de start
met één regel die zegt wat er mis is. Deze bladzijde komt uit `wegwijzer settings`; de waarden staan
in `bot/runtime/settings.py`.

Bij een geheim (🔑) kan de waarde ook in een bestand staan:
`DATABASE_URL_FILE=/run/secrets/database` leest `DATABASE_URL` uit dat bestand. Zet een geheim nooit
in een bestand van het project.
"""


def add_commands(conversations: argparse.ArgumentParser) -> None:
    """Add what can be done with kept conversations to its parser."""
    commands = conversations.add_subparsers(required=True, metavar="COMMANDO")
    for name, run, about in (
        ("export", _export, "geef alles wat van een gesprek bewaard is, als JSON"),
        ("delete", _delete, "wis een gesprek en de stemmen die erin zijn gegeven"),
    ):
        command = commands.add_parser(name, help=about, description=about)
        command.add_argument("id", help="het kenmerk van het gesprek, zoals in het logboek")
        command.set_defaults(run=run)
    about = "wis wat te oud is om te bewaren (de bot doet dit elk uur zelf)"
    command = commands.add_parser("purge", help=about, description=about)
    command.set_defaults(run=_purge)


def settings_page(options: argparse.Namespace) -> int:
    """Print the page about all settings, as Markdown."""
    print(_PAGE)
    for group, members in groupby(descriptions(), key=lambda each: each.group):
        print(f"## {group}\n\n| naam | standaard | betekenis |\n| --- | --- | --- |")
        for each in members:
            default = f"`{each.default}`" if each.default else "–"
            print(f"| `{each.name}`{' 🔑' * each.secret} | {default} | {each.about} |")
        print()
    print(
        "Rasa kan zelf meer (zie `endpoints.yml`), maar waar gesprekken, sloten en gebeurtenissen "
        "staan,\nis hier een instelling."
    )
    return 0


def _export(options: argparse.Namespace) -> int:
    events = _with_store(lambda store: store.export(options.id))
    if not events:
        return _unknown(options.id)
    json.dump(events, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0


def _delete(options: argparse.Namespace) -> int:
    from bot.web.feedback import FeedbackStore

    count = _with_store(lambda store: store.forget(options.id))
    FeedbackStore(setting("feedback_file")).forget_votes(options.id)
    if not count:
        return _unknown(options.id)
    print(f"Gesprek {options.id} is gewist ({count} gebeurtenissen).")
    return 0


def _purge(options: argparse.Namespace) -> int:
    from bot.web.feedback import FeedbackStore

    days = setting("keep_conversations_days")
    oldest = time.time() - days * 24 * 3600
    count = _with_store(lambda store: store.forget_older_than(oldest))
    of_feedback = timedelta(days=setting("keep_feedback_days"))
    FeedbackStore(setting("feedback_file")).forget_before(date.today() - of_feedback)
    print(f"{count} gesprekken gewist, van meer dan {days} dagen geleden.")
    return 0


def _with_store(work: Callable[[ConversationStore], Coroutine[Any, Any, _T]]) -> _T:
    from bot.runtime.conversations import ConversationStore, StoreError

    try:
        store = ConversationStore(host=setting("database_url"))
    except StoreError as error:
        raise SettingError(str(error)) from error
    return asyncio.run(work(store))


def _unknown(conversation: str) -> int:
    print(f"Fout: er is geen gesprek {conversation}.", file=sys.stderr)
    return 1
