"""The command ``wegwijzer rules``: tools for the people who own the rules.

Each tool prints Dutch and returns an exit code: 0 all is well (or nothing changed), 1 something
is wrong (or changed), 2 the command itself could not be carried out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.eligibility.comparison import changed_texts, compare, conditions_named, span_in_words
from bot.eligibility.decision import Decision, Question, decide, known_case
from bot.eligibility.edited_file import EditedFile, FaultyFileError, Problem
from bot.eligibility.facts import Facts
from bot.eligibility.loader import (
    EDITIONS,
    EditionError,
    load_edition,
    load_editions,
    parse_edition,
)
from bot.eligibility.names import Names, identifiers
from bot.eligibility.overview import html, markdown
from bot.eligibility.review import (
    failing_scenarios,
    json_schema,
    missing_quotes,
    untouched_entries,
)
from bot.eligibility.scenarios import (
    SCENARIOS,
    ScenarioError,
    facts_of,
    load_scenarios,
)
from bot.eligibility.table import Edition

OK, WRONG, FAILED = 0, 1, 2


class ToolError(Exception):
    """The command cannot be carried out; the message says why."""


def add_commands(parser: ArgumentParser, names: Names = identifiers) -> None:
    """Give ``parser`` the tools as sub-commands; each sets ``run`` to its function.

    ``names`` says what identifiers are called on the screen.
    """
    parser.set_defaults(names=names)
    commands = parser.add_subparsers(required=True, metavar="opdracht")

    check = commands.add_parser("check", help="controleer alle edities en scenario's")
    check.add_argument("files", nargs="*", type=Path, help="alleen deze bestanden")
    check.set_defaults(run=run_check)

    explain = commands.add_parser("explain", help="laat zien hoe een besluit tot stand komt")
    explain.add_argument("edition", nargs="?", help="bijvoorbeeld 2014-2020")
    explain.add_argument("facts", nargs="*", help="bijvoorbeeld status=vet_student stay=P6W")
    explain.add_argument("--date", type=date.fromisoformat, default=None, help="de dag van de bot")
    explain.add_argument("--receipt", type=Path, help="bestand met het bewijs uit een antwoord")
    explain.set_defaults(run=run_explain)

    diff = commands.add_parser("diff", help="laat zien wat er verandert")
    for name in ("old", "new"):
        diff.add_argument(name, help="editie, bestand, of git-versie als HEAD~1:2014-2020")
    diff.set_defaults(run=run_diff)

    table = commands.add_parser("table", help="toon de regels als leesbare tabel")
    table.add_argument("editions", nargs="*", help="alleen deze edities")
    table.add_argument("--html", action="store_true", help="als webpagina")
    table.add_argument("--write", type=Path, metavar="MAP", help="schrijf alle pagina's in een map")
    table.set_defaults(run=run_table)

    schema = commands.add_parser("schema", help="toon het JSON-schema voor tekstverwerkers")
    schema.set_defaults(run=run_schema)

    quotes = commands.add_parser("quotes", help="controleer de citaten in een brontekst")
    quotes.add_argument("edition")
    quotes.add_argument("document", type=Path)
    quotes.add_argument("--source", help="de naam van de bron (standaard de eerste)")
    quotes.set_defaults(run=run_quotes)


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; faults of the user's become one line."""
    parser = ArgumentParser(prog="wegwijzer rules", description="Hulp voor wie de regels beheert.")
    add_commands(parser)
    return run(parser.parse_args(arguments))


def run(arguments: Namespace) -> int:
    """Carry out the chosen command and return its exit code."""
    try:
        code: int = arguments.run(arguments)
    except (ToolError, FaultyFileError) as error:
        print(error, file=sys.stderr)
        return FAILED
    return code


# ---------------------------------------------------------------- check


def run_check(arguments: Namespace) -> int:
    """All faults of all editions at once, failing scenarios, and rows without a scenario."""
    faults: list[str] = []
    warnings: list[str] = []
    editions = []
    for path in arguments.files or sorted(EDITIONS.glob("*.yml")):
        try:
            edition = load_edition(path)
        except EditionError as error:
            faults += map(str, error.faults)
            continue
        editions.append(edition.edition)
        folder = path.parent / SCENARIOS.name
        if not (folder / f"{edition.edition}.yml").exists():
            warnings.append(f"{path.name}: er zijn geen scenario's in {folder}.")
            continue
        try:
            scenarios = load_scenarios(edition.edition, folder)
        except ScenarioError as error:
            faults += map(str, error.faults)
            continue
        faults += map(str, failing_scenarios(edition, scenarios))
        edited = EditedFile(path.read_bytes(), path.name)
        remedy = f"Voeg een scenario toe in {SCENARIOS.name}/{edition.edition}.yml"
        warnings += [
            str(edited.fault(Problem(place, "geen scenario raakt deze rij", remedy)))
            for place in untouched_entries(edition, scenarios)
        ]
    if not arguments.files and not faults:
        try:
            load_editions()
        except EditionError as error:
            faults += map(str, error.faults)
    for line in faults:
        print(f"fout: {line}")
    for line in warnings:
        print(f"let op: {line}")
    print(f"Fouten: {len(faults)}, waarschuwingen: {len(warnings)}.")
    return WRONG if faults else OK


# ---------------------------------------------------------------- explain


def run_explain(arguments: Namespace) -> int:
    """The decision on some facts, with every row that was considered."""
    if arguments.receipt:
        return _replay(_read_receipt(arguments.receipt))
    if not arguments.edition:
        raise ToolError("Noem een editie, of geef een bewijs met --receipt.")
    edition = _edition(arguments.edition)
    try:
        facts = facts_of(dict(_pair(word) for word in arguments.facts))
        lines = explanation(edition, facts, arguments.date or date.today())
    except ValueError as error:
        raise ToolError(f"Deze feiten zijn niet te lezen: {error}.") from error
    print("\n".join(lines))
    return OK


def explanation(edition: Edition, facts: Facts, today: date) -> list[str]:
    """The path to a decision: each row of the role, and why it did not apply."""
    lines = [f"{edition.title}, op {today}", f"Feiten: {json.dumps(facts.to_json())}", ""]
    case = known_case(edition, facts, today)
    role = facts.status.role if facts.status else facts.role
    for row in edition.rows:
        if row.who.role is not role:
            continue
        against = [
            f"{name} is {case[name]}, niet {' of '.join(row.when.values()[name])}"
            for name in row.when.differs(case)
        ]
        if facts.status and facts.status not in row.who.statuses:
            against = [f"geldt voor {', '.join(row.who.statuses)}"]
        open_names = [name for name in row.when.values() if name not in case]
        if facts.status is None:
            open_names = ["status", *open_names]
        mark, why = "past  ", ""
        if against:
            mark, why = "niet  ", ": " + "; ".join(against)
        elif open_names:
            mark, why = "open  ", ": nog niet bekend: " + ", ".join(open_names)
        lines.append(f"{mark}{row.id}{why}")
    return [*lines, "", *_outcome(decide(edition, facts, today))]


def _outcome(found: Decision | Question) -> list[str]:
    if isinstance(found, Question):
        return [f"De bot vraagt eerst: {found.asks}"]
    lines = [
        f"Besluit: {found.verdict}" + (f" ({found.reason})" if found.reason else ""),
        f"Status: {found.reported_status}",
        f"Kernactie: {found.key_action or 'geen'}",
        f"Verblijf: {span_in_words(found.stay_row) if found.stay_row else 'geen'}",
        f"Project: {span_in_words(found.row.project) if found.row.project else 'geen'}",
    ]
    if found.requested_stay:
        fits = found.fits or "er is geen verblijf"
        lines.append(f"Gewenst: {found.requested_stay.iso()}, past: {fits}")
    lines += [f"Voorwaarde: {condition.text}" for condition in found.conditions]
    return [*lines, f"Bron: “{found.source.quote}”"]


def _replay(receipt: dict[str, Any]) -> int:
    try:
        edition = _edition(receipt["edition"])
        facts = Facts.from_json(receipt["facts"])
        today = date.fromisoformat(receipt["date"])
        rule, fingerprint = receipt["rule"], receipt["hash"]
    except (KeyError, TypeError, ValueError) as error:
        raise ToolError(f"Dit bewijs is niet volledig: {error}.") from error
    print("\n".join(explanation(edition, facts, today)))
    found = decide(edition, facts, today)
    same = isinstance(found, Decision) and found.rule == rule
    changed = edition.fingerprint != fingerprint
    print("\nHet regelbestand is " + ("sindsdien gewijzigd." if changed else "nog hetzelfde."))
    print("Het besluit is " + ("hetzelfde." if same else f"nu anders; toen gold {rule}."))
    return OK if same else WRONG


def _read_receipt(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ToolError(f"{path} is niet te lezen als JSON: {error}.") from error
    receipt = _receipt_in(found)
    if receipt is None:
        raise ToolError(f"{path}: hier staat geen bewijs. Bewaar het hele antwoord van de bot.")
    return receipt


def _receipt_in(found: Any) -> dict[str, Any] | None:
    """A receipt, or the first one in an answer or in all the messages of a reply."""
    if isinstance(found, dict) and "rule" in found and "hash" in found:
        return found
    if isinstance(found, dict) and isinstance(found.get("receipt"), dict):
        receipt: dict[str, Any] = found["receipt"]
        return receipt
    inside = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return next(filter(None, map(_receipt_in, inside)), None)


def _pair(word: str) -> tuple[str, str]:
    name, sign, value = word.partition("=")
    if not sign:
        raise ToolError(f"{word!r} is geen feit; schrijf bijvoorbeeld status=vet_student.")
    return name, value


# ---------------------------------------------------------------- diff


def run_diff(arguments: Namespace) -> int:
    """Which cases change between two tables, as a Markdown table."""
    old, new = _edition(arguments.old), _edition(arguments.new)
    changes = compare(old, new, arguments.names)
    texts = changed_texts(old, new) if old.edition == new.edition else []
    if changes:
        print(_table(("wie", "wanneer", "wat", "was", "wordt"), map(_cells, changes)))
    if conditions := conditions_named(old, new, changes):
        print("\nDe voorwaarden in deze lijst:\n")
        print("\n".join(f"- {name}: {text}" for name, text in conditions.items()))
    if texts:
        print("\nGewijzigde teksten:\n")
        print(_table(("waar", "was", "wordt"), texts))
    print(f"\nWijzigingen in de regels: {len(changes)}, in de teksten: {len(texts)}.")
    return WRONG if changes or texts else OK


def _cells(change: Any) -> tuple[str, ...]:
    return (change.who, change.when, change.what, change.old, change.new)


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(headings)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _edition(name: str) -> Edition:
    """An edition by name, by file, or by git revision and name ("HEAD~1:2014-2020")."""
    revision, colon, rest = name.partition(":")
    if colon:
        path = EDITIONS / f"{rest}.yml"
        command = ["git", "-C", str(EDITIONS), "show", f"{revision}:./{path.name}"]
        shown = subprocess.run(command, capture_output=True)
        if shown.returncode:
            raise ToolError(f"Git kent {name} niet: {shown.stderr.decode().strip()}.")
        return parse_edition(shown.stdout, path)
    if name.endswith(".yml"):
        return load_edition(Path(name))
    known = sorted(path.stem for path in EDITIONS.glob("*.yml"))
    if name not in known:
        raise ToolError(f"Editie {name!r} bestaat niet. Kies uit: {', '.join(known)}.")
    return load_edition(EDITIONS / f"{name}.yml")


# ---------------------------------------------------------------- table, schema, quotes


def run_table(arguments: Namespace) -> int:
    """The rules as a page to read."""
    names = arguments.editions or sorted(path.stem for path in EDITIONS.glob("*.yml"))
    editions = [_edition(name) for name in names]
    pages = {f"{edition.edition}.md": markdown(edition, arguments.names) for edition in editions}
    page = html(editions, arguments.names)
    if arguments.write:
        arguments.write.mkdir(parents=True, exist_ok=True)
        for name, content in {**pages, "index.html": page}.items():
            (arguments.write / name).write_text(content, encoding="utf-8")
            print(arguments.write / name)
    else:
        print(page if arguments.html else "\n".join(pages.values()), end="")
    return OK


def run_schema(arguments: Namespace) -> int:
    """The JSON Schema of an edition's file."""
    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
    return OK


def run_quotes(arguments: Namespace) -> int:
    """Whether every quote from a source stands in its document word for word."""
    edition = _edition(arguments.edition)
    source = arguments.source or edition.sources[0].id
    names = [name for name, quote in edition.quotes.items() if quote.source == source]
    if not names:
        raise ToolError(f"Geen citaat komt uit de bron {source!r}.")
    try:
        document = arguments.document.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(f"{arguments.document} is niet te lezen: {error}.") from error
    missing = missing_quotes(edition, source, document)
    for name in missing:
        print(f"fout: het citaat {name} staat niet letterlijk in de tekst.")
    print(f"Citaten uit {source}: {len(names)}, niet gevonden: {len(missing)}.")
    return WRONG if missing else OK


if __name__ == "__main__":
    sys.exit(main())
