"""The console command `wegwijzer`."""

from __future__ import annotations

import argparse
import gc
import socket
import subprocess
import sys
import time
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot import cli_ask, cli_operate
from bot.dialogue.wording import Wording
from bot.eligibility import tools
from bot.eligibility.loader import EditionError, load_editions
from bot.runtime.settings import SettingError, Settings, setting

if TYPE_CHECKING:
    from rasa.core.agent import Agent

PROJECT = Path()


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand; a mistake of the user gives one line and exit code 1."""
    options = _parser().parse_args(arguments)
    sys.path.insert(0, str(PROJECT.resolve()))  # where the actions are
    try:
        return int(getattr(options, "guard", options.run)(options))
    except (EditionError, SettingError) as error:
        return _refuse(error)
    except KeyboardInterrupt:
        print("\nGestopt.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="wegwijzer", description="De Erasmus+ Wegwijzer.")
    commands = parser.add_subparsers(required=True, metavar="COMMANDO")
    for name, run, about in (
        ("serve", serve, "train als het nodig is en start de bot met zijn webpagina"),
        ("train", train, "train het model als er geen past bij de gegevens van nu"),
    ):
        commands.add_parser(name, help=about, description=about).set_defaults(run=run)
    about = "controleer, verklaar en vergelijk de regels"
    rules = commands.add_parser("rules", help=about, description=about)
    tools.add_commands(rules, _in_dutch)
    rules.set_defaults(guard=tools.run)
    about = "exporteer of wis bewaarde gesprekken"
    cli_operate.add_commands(commands.add_parser("conversations", help=about, description=about))
    for name, run, about in (
        ("settings", cli_operate.settings_page, "toon alle instellingen"),
        ("fingerprint", show_fingerprint, "toon het kenmerk van regels, teksten, code en model"),
    ):
        commands.add_parser(name, help=about, description=about).set_defaults(run=run)
    about = "beantwoord een vraag of e-mail, of een CSV vol"
    question = commands.add_parser("ask", help=about, description=about)
    cli_ask.add_arguments(question)
    question.set_defaults(run=ask)
    for name, run, about in (
        ("password", cli_ask.password, "maak de hash van een wachtwoord voor de helpdesk"),
        ("token", cli_ask.token, "maak een token voor een programma dat de helpdesk gebruikt"),
    ):
        commands.add_parser(name, help=about, description=about).set_defaults(run=run)
    about = "meet de antwoorden op een verzameling gesprekken (JSONL)"
    measure = commands.add_parser("evaluate", help=about, description=about)
    measure.add_argument("set", type=Path, help="het bestand met gesprekken")
    measure.add_argument("--address", help="een bot die al loopt (anders start er een)")
    measure.add_argument("--typos", type=int, metavar="ZAAD", help="één tikfout in elk bericht")
    measure.set_defaults(run=evaluate)
    about = "meet alles wat de bot begrijpt en schrijf er een pagina over (duurt minuten)"
    page = commands.add_parser("report", help=about, description=about)
    page.add_argument("set", type=Path, help="het bestand met gesprekken")
    page.add_argument("--other", type=Path, help="een bestand met zinnen over iets anders")
    page.set_defaults(run=report)
    return parser


def _in_dutch(kind: str, value: str) -> str:
    """What the helpdesk's screen calls a fact or a value."""
    wording = Wording.load()
    label = f"label_{kind}_{value}"
    return wording.say(label) if wording.knows(label) else value


def show_fingerprint(options: argparse.Namespace) -> int:
    """Print what changes when a rule table, a text, the code or a library does."""
    from bot.runtime.model import fingerprint

    print(fingerprint(PROJECT))
    return 0


def evaluate(options: argparse.Namespace) -> int:
    """Measure a running bot, or one that is started for it with the set's own date."""
    from bot.evaluate import evaluate_set

    return evaluate_set(options.set, options.address, options.typos)


def report(options: argparse.Namespace) -> int:
    """Measure a bot that is started for it, and its classifier, and write a page of it."""
    _keep_logs_short()
    from bot.report import write_report

    return write_report(PROJECT, options.set, options.other)


def serve(options: argparse.Namespace) -> int:
    """Train if needed, then serve bot, actions and pages until Ctrl-C."""
    settings = Settings.from_environment()
    load_editions()
    listener = _listen(settings)
    agent = _load_agent(sys.stdout)
    if agent is None:
        return 1
    from bot.runtime import server

    server.serve(agent, listener, settings)
    print("Gestopt.")
    return 0


def _load_agent(console: TextIO) -> Agent | None:
    """The trained bot, trained now if need be; ``None`` after saying why there is none."""
    from bot.runtime.model import fingerprint, fitting_model

    expected = setting("model_fingerprint")
    if expected and expected != (found := fingerprint(PROJECT)):
        raise SettingError(f"MODEL_FINGERPRINT={expected}: de bestanden hebben kenmerk {found}.")
    while (model := fitting_model(PROJECT)) is None:
        # In its own process, so that the bot doesn't carry the memory of its training.
        training = subprocess.run(
            [sys.executable, "-m", "bot.cli", "train"], stdout=console, check=False
        )
        if training.returncode:
            return None
    print("De bot laden …", file=console, flush=True)
    _keep_logs_short()
    # The garbage collector would go through all that is loaded, which stays, again and again. Not
    # with `gc.disable`: spaCy's msgpack enables it after each file.
    thresholds = gc.get_threshold()
    gc.set_threshold(0)
    from bot.runtime import server
    from bot.runtime.project import ProjectError, faults_in_one_line

    try:
        with faults_in_one_line(PROJECT):
            return server.load_agent(model, PROJECT / "endpoints.yml")
    except ProjectError as error:
        _refuse(error)
        return None
    finally:
        gc.set_threshold(*thresholds)


def ask(options: argparse.Namespace) -> int:
    """Answer a question or a CSV of questions as the helpdesk's page does."""
    from bot.dialogue.conversation import Office

    settings = Settings.from_environment()
    office = Office(load_editions(), settings.edition, Wording.load())
    agent = _load_agent(sys.stderr)
    if agent is None:
        return 1
    from bot.runtime.clock import today
    from bot.runtime.server import understand

    try:
        return cli_ask.ask(options, office, partial(understand, agent), today())
    except (cli_ask.TableError, OSError) as error:
        return _refuse(error)


def train(options: argparse.Namespace) -> int:
    """Train the model, unless the one there is fits."""
    from bot.runtime.model import fitting_model

    load_editions()
    if fitting_model(PROJECT):
        print("Het model past bij de gegevens van nu.")
        return 0
    print("Het model trainen …", flush=True)
    started = time.monotonic()
    _keep_logs_short()
    from bot.runtime import model
    from bot.runtime.project import ProjectError

    try:
        model.train(PROJECT)
    except ProjectError as error:
        return _refuse(error)
    print(f"Het model is klaar ({time.monotonic() - started:.0f} s).", flush=True)
    return 0


def _listen(settings: Settings) -> socket.socket:
    """Take the address before anything slow happens; connections are accepted later."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        raise SettingError(
            f"HOST={settings.host} PORT={settings.port}: dit adres is niet te gebruiken "
            f"({error.strerror})."
        ) from error
    return listener


def _keep_logs_short() -> None:
    """Only errors and important notices on the console, unless LOG_LEVEL asks for more."""
    warnings.filterwarnings("ignore", category=UserWarning)  # Rasa's quote what a visitor typed
    from bot.runtime import logs

    logs.configure(setting("log_level"), setting("log_format"))


def _refuse(error: Exception) -> int:
    print(f"Fout: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
