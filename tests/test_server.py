"""The bot as one process: REST channel, actions, pages, start and stop."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from running_bot import ROOT, RunningBot, StartBot, free_port

from bot import cli
from bot.eligibility.loader import load_editions
from bot.runtime.processor import LONGEST_SESSION_IN_EVENTS

WEBHOOK = "/webhooks/rest/webhook"
APOLOGY = [
    {"recipient_id": "eva", "text": "Sorry, dat lukte niet."},
    {"recipient_id": "eva", "custom": {"type": "fallback"}},
]


def test_it_tells_what_it_does_and_where_it_is(tiny_bot: RunningBot) -> None:
    assert tiny_bot.log.splitlines()[:2] == [
        "De bot laden …",
        f"Klaar: http://127.0.0.1:{tiny_bot.port} (stoppen: Ctrl-C)",
    ]


def test_it_answers_over_rest(tiny_bot: RunningBot) -> None:
    assert tiny_bot.say("anna", "hallo") == [{"recipient_id": "anna", "text": "Dag!"}]


def test_conversations_are_kept_apart(tiny_bot: RunningBot) -> None:
    tiny_bot.say("bert", "hoeveel vragen")
    assert tiny_bot.say("bert", "hoeveel vragen")[0]["text"] == "Vraag 2 van bert."
    assert tiny_bot.say("carla", "hoeveel vragen")[0]["text"] == "Vraag 1 van carla."


def test_a_message_that_is_sent_again_is_heard_once(tiny_bot: RunningBot) -> None:
    first = tiny_bot.say("hans", "hoeveel vragen", metadata={"id": 1})
    assert tiny_bot.say("hans", "hoeveel vragen", metadata={"id": 1}) == first
    assert tiny_bot.say("hans", "hoeveel vragen", metadata={"id": 2})[0]["text"] == (
        "Vraag 2 van hans."
    )
    assert tiny_bot.say("iris", "hoeveel vragen", metadata={"id": 1})[0]["text"] == (
        "Vraag 1 van iris."
    )


def test_a_long_conversation_is_remembered_without_all_its_events(tiny_bot: RunningBot) -> None:
    for count in range(1, 101):
        text, custom = tiny_bot.say("ella", "hoeveel vragen")
        assert text["text"] == f"Vraag {count} van ella."
        assert custom["custom"]["events"] < 1.5 * LONGEST_SESSION_IN_EVENTS


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   ",
        pytest.param("a" * 10_000, id="10,000 letters"),
        pytest.param("🙂" * 10_000, id="10,000 emoji"),
        "👩‍🏫🇧🇪",
        "<script>alert(1)</script>",
        "'; DROP TABLE events; --",
        "/",
        "/onbekend",
        "/restart",
        "/session_start",
        "/back",
        '/greet{"kapot',
        "\x00\x07",
        "مرحبا",
    ],
)
def test_every_text_is_answered(tiny_bot: RunningBot, message: str) -> None:
    assert tiny_bot.say("dirk", message)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("", "JSON-object"),
        ("hallo", "geen JSON"),
        ("[]", "JSON-object"),
        ('"hallo"', "JSON-object"),
        pytest.param("[" * 100_000, "geen JSON", id="deep"),
        ('{"sender": "eva"}', "`message`"),
        ('{"message": "hallo"}', "`sender`"),
        ('{"sender": "eva", "message": null}', "`message`"),
        ('{"sender": "eva", "message": ["hallo"]}', "`message`"),
        ('{"sender": 7, "message": "hallo"}', "`sender`"),
        ('{"sender": " ", "message": "hallo"}', "`sender`"),
        pytest.param(
            json.dumps({"sender": "e" * 256, "message": "hallo"}), "`sender`", id="long sender"
        ),
        (r'{"sender": "eva", "message": "\ud83d"}', "`message`"),
        ('{"sender": "eva", "message": "hallo", "metadata": 1}', "`metadata`"),
        ('{"sender": "eva", "message": "hallo", "input_channel": 1}', "`input_channel`"),
    ],
)
def test_a_malformed_request_is_refused(tiny_bot: RunningBot, body: str, word: str) -> None:
    status, answer = tiny_bot.request("POST", WEBHOOK, body)
    assert status == http.client.BAD_REQUEST
    assert word in json.loads(answer)["error"]


def test_bytes_that_are_no_text_are_refused(tiny_bot: RunningBot) -> None:
    status, answer = tiny_bot.request("POST", WEBHOOK, b"\xff\xfe\x00")
    assert status == http.client.BAD_REQUEST
    assert "error" in json.loads(answer)


def test_a_request_that_is_too_large_is_refused(tiny_bot: RunningBot) -> None:
    body = json.dumps({"sender": "eva", "message": "a" * 300_000})
    status, answer = tiny_bot.request("POST", WEBHOOK, body)
    assert status == http.client.REQUEST_ENTITY_TOO_LARGE
    assert "error" in json.loads(answer)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/webhooks/rest/", 200),
        ("PUT", WEBHOOK, 405),
        ("GET", "/status", 404),
        ("GET", "/domain", 404),
        ("PUT", "/model", 404),
        ("POST", "/model/parse", 404),
        ("GET", "/conversations/anna/tracker", 404),
        ("GET", "/%2e%2e/%2e%2e/domain.yml", 404),
    ],
)
def test_only_what_visitors_need_is_served(
    tiny_bot: RunningBot, method: str, path: str, status: int
) -> None:
    assert tiny_bot.request(method, path)[0] == status


def test_a_failing_action_apologises_and_logs_no_words_of_the_visitor(
    tiny_bot: RunningBot,
) -> None:
    assert tiny_bot.say("eva", "maak iets stuk") == APOLOGY
    assert "action_in_trouble failed in conversation eva: ValueError" in tiny_bot.log
    assert "maak iets stuk" not in tiny_bot.log
    assert tiny_bot.say("eva", "hoeveel vragen")[0]["text"] == "Vraag 1 van eva."


def test_an_unreachable_action_server_apologises(
    start_bot: StartBot, trained_tiny_project: Path
) -> None:
    endpoints = trained_tiny_project / "elsewhere.yml"
    endpoints.write_text(
        f"action_endpoint:\n  url: http://127.0.0.1:{free_port()}/webhook\n", encoding="utf-8"
    )
    bot = start_bot(
        trained_tiny_project,
        *(sys.executable, "-m", "rasa", "run", "--port", "{port}", "--endpoints", endpoints.name),
        *("--credentials", str(ROOT / "credentials.yml")),
    )
    bot.wait_until_ready()
    assert bot.say("eva", "hoeveel vragen") == APOLOGY


def test_rasa_run_has_the_actions_in_its_own_process(
    start_bot: StartBot, trained_tiny_project: Path
) -> None:
    bot = start_bot(
        trained_tiny_project,
        *(sys.executable, "-m", "rasa", "run", "--port", "{port}"),
        *("--credentials", str(ROOT / "credentials.yml")),
    )
    bot.wait_until_ready()
    assert bot.say("fien", "hoeveel vragen")[0]["text"] == "Vraag 1 van fien."
    assert bot.say("eva", "maak iets stuk") == APOLOGY
    assert bot.request("POST", WEBHOOK, "hallo")[0] == http.client.BAD_REQUEST


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_remembers_its_conversations(
    start_bot: StartBot, trained_tiny_project: Path, how: signal.Signals
) -> None:
    sender = f"gert-{how.name}"
    first = start_bot(trained_tiny_project)
    first.wait_until_ready()
    first.say(sender, "hoeveel vragen")
    assert first.stop(how) == 0
    assert first.log.splitlines()[-1] == "Gestopt."
    assert "Traceback" not in first.log

    second = start_bot(trained_tiny_project)
    second.wait_until_ready()
    assert second.say(sender, "hoeveel vragen")[0]["text"] == f"Vraag 2 van {sender}."


def test_a_port_in_use_is_said_before_anything_slow(tiny_bot: RunningBot) -> None:
    assert start_and_fail(ROOT, PORT=str(tiny_bot.port)) == (
        f"Fout: HOST=127.0.0.1 PORT={tiny_bot.port}: dit adres is niet te gebruiken "
        "(Address already in use).\n"
    )


@pytest.mark.parametrize(
    "setting",
    [
        {"PORT": "0"},
        {"PORT": "65536"},
        {"PORT": "vijfduizend"},
        {"HOST": "niet-bestaand.invalid"},
        {"BOT_TODAY": "2026-02-30"},
        {"BOT_TODAY": "1 maart"},
        {"EDITION": "1999-2005"},
        {"ALLOWED_ORIGINS": "voorbeeld.nl"},
    ],
)
def test_a_senseless_setting_stops_the_start_with_one_line(
    setting: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["serve"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    [(name, value)] = setting.items()
    assert re.fullmatch(f"Fout: .*{name}={re.escape(value)}.+\n", output.err)


def test_a_broken_rule_table_stops_the_start_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "2014-2020.yml").write_text("edition: [", encoding="utf-8")
    monkeypatch.setattr(cli, "load_editions", partial(load_editions, tmp_path))
    assert cli.main(["serve"]) == 1
    assert re.fullmatch(r"Fout: 2014-2020\.yml, regel \d+.+\n", capsys.readouterr().err)


def test_a_broken_story_stops_the_start_with_one_line(tiny_project: Path) -> None:
    rules = tiny_project / "data" / "rules.yml"
    rules.write_text(rules.read_text().replace("utter_greet", "utter_groet"))
    assert start_and_fail(tiny_project) == (
        "Fout: data/rules.yml, regel 6: action utter_groet staat niet in domain.yml\n"
    )


def start_and_fail(project: Path, **environment: str) -> str:
    """What `wegwijzer serve` prints as its error."""
    result = subprocess.run(
        [sys.executable, "-m", "bot.cli", "serve"],
        cwd=project,
        env={**os.environ, "PORT": str(free_port()), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 1
    return result.stderr
