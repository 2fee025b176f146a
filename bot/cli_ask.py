"""The helpdesk's answers on the console: one question, or a CSV file of them."""

from __future__ import annotations

import argparse
import asyncio
import csv
import getpass
import io
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tqdm import tqdm

from bot.web.access import hash_password, hash_token

if TYPE_CHECKING:
    from bot.dialogue.assistant import Understand
    from bot.dialogue.conversation import Office

COLUMNS = (
    "question", "about", "role", "status", "edition", "verdict", "reason", "key_action", "stay_min",
    "stay_max", "requested_stay", "fits", "conditions", "rule", "asks", "reply",
)  # fmt: skip
STANDARD_INPUT = Path("-")
_QUESTION_COLUMNS = ("question", "vraag", "text", "tekst")


class TableError(ValueError):
    """A CSV file without questions; the message is one Dutch line that names it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `wegwijzer ask`."""
    parser.add_argument(
        "question", nargs="*", help="de vraag; zonder vraag wordt de standaardinvoer gelezen"
    )
    parser.add_argument(
        "--csv",
        type=Path,
        metavar="BESTAND",
        help="een CSV met een kolom `vraag`; `-` is de standaardinvoer",
    )
    parser.add_argument(
        "--output", type=Path, metavar="BESTAND", help="waar de CSV met antwoorden komt"
    )
    parser.add_argument(
        "--mail", action="store_true", help="het hele antwoord als e-mail, niet de korte tekst"
    )


def ask(options: argparse.Namespace, office: Office, understand: Understand, today: date) -> int:
    """Answer one question on the console, or every question of a CSV file.

    Raises:
        TableError: the file has no column of questions.
    """
    from bot.dialogue.assistant import read_letter  # imports spaCy, which takes seconds

    kind = "mail" if options.mail else "chat"

    def answer(question: str) -> dict[str, Any]:
        return asyncio.run(read_letter(question, understand, office, today)).to_json()

    if options.csv is None:
        question = " ".join(options.question) or sys.stdin.read()
        print(answer(question)["reply"][kind])
        return 0
    with ExitStack() as files:
        if options.csv == STANDARD_INPUT:
            source: TextIO = io.StringIO(sys.stdin.read().removeprefix("\ufeff"))
        else:
            source = files.enter_context(options.csv.open(encoding="utf-8-sig", newline=""))
        questions = _questions(source, options.csv)
        target: TextIO = sys.stdout
        if options.output is not None:
            target = files.enter_context(options.output.open("w", encoding="utf-8", newline=""))
        writer = csv.DictWriter(target, COLUMNS)
        writer.writeheader()
        for question in tqdm(questions, unit=" vraag", file=sys.stderr):
            writer.writerows(_rows(question, answer(question), kind))
    return 0


def _questions(source: TextIO, name: Path) -> list[str]:
    sample = source.read(4096)
    source.seek(0)
    delimiter = ";" if sample.partition("\n")[0].count(";") else ","
    table = csv.DictReader(source, delimiter=delimiter)
    columns = {column.strip().lower(): column for column in table.fieldnames or () if column}
    column = next((columns[name] for name in _QUESTION_COLUMNS if name in columns), None)
    if column is None:
        raise TableError(f"{name}: er is geen kolom `vraag`.")
    return [row[column] or "" for row in table]


def _rows(question: str, answer: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """A row for every answer to a question; one with only the reply if it needs no decision."""
    if not answer["answers"]:
        yield {"question": question, "reply": answer["reply"][kind]}
    for one in answer["answers"]:
        decision = one["decision"] or {}
        stay, wish = decision.get("stay") or {}, decision.get("requested_stay") or {}
        yield {
            "question": question,
            "about": one["label"],
            "role": one["facts"].get("role"),
            "status": decision.get("status") or one["facts"].get("status"),
            "edition": one["edition"],
            **{name: decision.get(name) for name in ("verdict", "reason", "key_action", "rule")},
            "stay_min": stay.get("min"),
            "stay_max": stay.get("max"),
            "requested_stay": wish.get("length"),
            "fits": wish.get("fits"),
            "conditions": " ".join(decision.get("conditions", ())),
            "asks": (one["question"] or {}).get("asks"),
            "reply": one["reply"][kind],
        }


def password(options: argparse.Namespace) -> int:
    """Print the hash of a password that is typed in, for `HELPDESK_PASSWORD_HASH`."""
    if sys.stdin.isatty():
        typed = getpass.getpass("Wachtwoord: ")
        if getpass.getpass("Nog een keer: ") != typed:
            print("Fout: de wachtwoorden zijn niet gelijk.", file=sys.stderr)
            return 1
    else:
        typed = sys.stdin.readline().rstrip("\n")
    if len(typed) < 12:
        print("Fout: neem een wachtwoord van minstens 12 tekens.", file=sys.stderr)
        return 1
    print(f"HELPDESK_PASSWORD_HASH={hash_password(typed)}")
    return 0


def token(options: argparse.Namespace) -> int:
    """Print a new token for a program, and its hash for `HELPDESK_TOKENS`."""
    made = secrets.token_urlsafe(32)
    print(f"Token, voor het programma: {made}")
    print(f"HELPDESK_TOKENS={hash_token(made)}")
    return 0
