"""The same answers on the console, and the hashes that the settings need."""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path

import pytest
from desk import TODAY, office, understand

from bot import cli_ask
from bot.language.reading import Reading
from bot.runtime.settings import Settings
from bot.web.access import Access


async def understand_later(text: str) -> tuple[Reading, str]:
    return understand(text)


def ask(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    cli_ask.add_arguments(parser)
    return cli_ask.ask(parser.parse_args(arguments), office(), understand_later, TODAY)


def test_a_question_is_answered_on_the_console(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("Ik doe mbo en wil zes weken weg.") == 0
    assert "(6 weken) past binnen die duur" in capsys.readouterr().out


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_csv_gets_a_row_for_every_answer(tmp_path: Path, delimiter: str) -> None:
    questions = tmp_path / "vragen.csv"
    rows = [
        ["nr", "vraag"],
        ["1", "Mijn zoon doet hbo en mijn dochter doet mbo. Mogen ze allebei zes weken weg?"],
        ["2", "Hoeveel geld krijg je?"],
        ["3", "Ik ben leerling."],
    ]
    with questions.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    answers = tmp_path / "antwoorden.csv"
    assert ask("--csv", str(questions), "--output", str(answers)) == 0
    got = list(csv.DictReader(io.StringIO(answers.read_text("utf-8"))))
    assert [(row["about"], row["rule"], row["asks"]) for row in got] == [
        ("Over: zoon", "learner-higher-education", ""),
        ("Over: dochter", "ka1-learner-vet-student", ""),
        ("", "", ""),
        ("Over uzelf", "", "status"),
    ]
    assert (got[1]["stay_min"], got[1]["requested_stay"], got[1]["fits"]) == ("P2W", "P6W", "yes")
    assert got[2]["reply"]


def test_a_csv_may_be_piped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\ufeffvraag\nIk doe mbo en wil zes weken weg.\n"))
    assert ask("--csv", "-") == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["rule"] == "ka1-learner-vet-student"


def test_a_csv_without_questions_is_named(tmp_path: Path) -> None:
    file = tmp_path / "leeg.csv"
    file.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(cli_ask.TableError, match=r"leeg\.csv: er is geen kolom `vraag`"):
        ask("--csv", str(file))


def printed_setting(text: str) -> dict[str, str]:
    name, _, value = text.strip().splitlines()[-1].partition("=")
    return {name: value}


def test_a_made_password_hash_opens_the_door(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("een lang wachtwoord\n"))
    assert cli_ask.password(argparse.Namespace()) == 0
    settings = Settings.from_environment(printed_setting(capsys.readouterr().out))
    assert Access(settings.helpdesk_password_hash).log_in("een lang wachtwoord", "10.0.0.1")


def test_a_short_password_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("kort\n"))
    assert cli_ask.password(argparse.Namespace()) == 1
    assert "minstens 12 tekens" in capsys.readouterr().err


def test_a_made_token_opens_the_door(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_ask.token(argparse.Namespace()) == 0
    out = capsys.readouterr().out
    token = out.splitlines()[0].rpartition(" ")[2]
    settings = Settings.from_environment(printed_setting(out))
    assert Access(None, settings.helpdesk_tokens).allows(None, f"Bearer {token}")
