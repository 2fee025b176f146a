"""The bot as an operator runs it: limits, supervision, privacy, restarts, and several workers."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import aio_pika
import pytest
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from real_servers import Postgres, RabbitMQ, Redis
from running_bot import ROOT, RunningBot, StartBot, start

from bot.runtime.conversations import ConversationStore
from bot.runtime.settings import SettingError, Settings, descriptions
from bot.web.access import hash_token

WEBHOOK = "/webhooks/rest/webhook"
SECRET = "web-3141592653-589793238-462643383-2795028841"
APOLOGY = "Sorry, dat lukte niet."


def body(sender: str, message: str = "hallo") -> str:
    return json.dumps({"sender": sender, "message": message})


def operate(project: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *command],
        cwd=project,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def strict_bot(
    trained_tiny_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningBot]:
    """The tiny bot with tight limits and a full log, on a database with an old conversation."""
    folder = tmp_path_factory.mktemp("strict")
    database_url = f"sqlite:///{folder}/conversations.db"
    old = DialogueStateTracker("oud", slots=[])
    old.update(ActionExecuted("action_listen", timestamp=1e9))
    asyncio.run(ConversationStore(host=database_url).save(old))
    bot = start(
        trained_tiny_project,
        folder / "bot.log",
        DATABASE_URL=database_url,
        REQUESTS_PER_MINUTE="20",
        MESSAGE_LENGTH="200",
        CONVERSATIONS_PER_CLIENT="2",
        METRICS_TOKENS=hash_token("geheim"),
        LOG_LEVEL="INFO",
        LOG_FORMAT="json",
    )
    try:
        bot.wait_until_ready()
        yield bot
    finally:
        bot.stop()


# --- limits -----------------------------------------------------------------------------------


def test_who_asks_too_much_must_wait(strict_bot: RunningBot) -> None:
    visitor = {"X_Forwarded_For": "203.0.113.77"}
    statuses = [strict_bot.request("GET", "/", **visitor)[0] for _ in range(12)]
    assert statuses[:10] == [200] * 10
    assert statuses[-1] == http.client.TOO_MANY_REQUESTS
    connection = http.client.HTTPConnection("127.0.0.1", strict_bot.port, timeout=60)
    with closing(connection):
        connection.request("GET", "/", headers={"X-Forwarded-For": "203.0.113.77"})
        response = connection.getresponse()
        assert int(response.headers["Retry-After"]) >= 1
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "error" in json.load(response)
    assert strict_bot.request("GET", "/", X_Forwarded_For="203.0.113.78")[0] == 200


def test_a_client_has_so_many_conversations(strict_bot: RunningBot) -> None:
    visitor = {"X_Forwarded_For": "203.0.113.79"}
    for name, status in (("een", 200), ("twee", 200), ("drie", 429), ("een", 200)):
        assert strict_bot.request("POST", WEBHOOK, body(name), **visitor)[0] == status


def test_programs_on_this_computer_are_not_counted(strict_bot: RunningBot) -> None:
    for number in range(30):
        assert strict_bot.say(f"tool-{number}", "hallo")


def test_a_message_has_a_longest_length(strict_bot: RunningBot) -> None:
    status, answer = strict_bot.request("POST", WEBHOOK, body("eva", "a" * 201))
    assert status == http.client.REQUEST_ENTITY_TOO_LARGE
    assert "200" in json.loads(answer)["error"]
    assert strict_bot.say("eva", "a" * 200)


# --- supervision ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_supervision_is_for_this_computer_or_a_token(strict_bot: RunningBot, path: str) -> None:
    # A visitor, as the proxy on this computer tells it.
    elsewhere = {"X_Forwarded_For": f"203.0.113.{len(path)}"}
    assert strict_bot.request("GET", path)[0] == 200
    assert strict_bot.request("GET", path, **elsewhere)[0] == 404
    for token, status in (("geheim", 200), ("anders", 404), ("", 404)):
        headers = {**elsewhere, "Authorization": f"Bearer {token}"}
        assert strict_bot.request("GET", path, **headers)[0] == status


def test_readiness_names_its_parts(strict_bot: RunningBot) -> None:
    ready = json.loads(strict_bot.request("GET", "/ready")[1])
    assert ready == {"status": "ok", "database": "ok", "locks": "ok"}


def test_metrics_count_replies_and_hold_no_text(strict_bot: RunningBot) -> None:
    def replies() -> float:
        figures = strict_bot.request("GET", "/metrics")[1]
        assert "onzegbaar" not in figures
        found = re.search(r'^wegwijzer_replies_total\{type="fallback"\} (\S+)$', figures, re.M)
        return float(found[1]) if found else 0.0

    strict_bot.say("mia", "maak iets stuk")
    before = replies()
    strict_bot.say("mia", "maak iets stuk, onzegbaar")
    assert replies() == before + 1


def test_the_log_is_json_with_the_conversation_and_without_its_words(
    strict_bot: RunningBot,
) -> None:
    strict_bot.say("nora", "maak iets stuk, onuitspreekbaar")
    lines = [json.loads(line) for line in strict_bot.log.splitlines() if line.startswith("{")]
    replies = [line for line in lines if line["event"] == "Reply"]
    assert {"nora"} <= {line["conversation"] for line in replies}
    assert replies[-1]["type"] == "fallback"
    assert "onuitspreekbaar" not in strict_bot.log


# --- whose conversation it is -----------------------------------------------------------------


def test_the_page_talks_under_a_secret_that_is_not_kept(strict_bot: RunningBot) -> None:
    visitor = {"X_Forwarded_For": "203.0.113.80"}
    [reply, _] = strict_bot.say(SECRET, "hoeveel vragen", **visitor)
    assert reply["recipient_id"] == SECRET
    conversation = reply["text"].split()[-1].strip(".")
    assert conversation.startswith("page-")
    assert SECRET not in strict_bot.log
    status, answer = strict_bot.request("POST", WEBHOOK, body(conversation))
    assert status == http.client.BAD_REQUEST
    assert "`sender`" in json.loads(answer)["error"]


def test_a_name_from_elsewhere_does_not_open_a_conversation_of_here(
    strict_bot: RunningBot,
) -> None:
    strict_bot.say("oma", "hoeveel vragen")
    [reply, _] = strict_bot.say("oma", "hoeveel vragen", X_Forwarded_For="203.0.113.81")
    assert reply["text"].startswith("Vraag 1 van tool-")


# --- what is too old --------------------------------------------------------------------------


def test_the_bot_deletes_old_conversations_by_itself(strict_bot: RunningBot) -> None:
    assert "Deleted 1 old conversations" in strict_bot.log
    url = f"sqlite:///{strict_bot.log_file.parent}/conversations.db"
    assert operate(ROOT, "conversations", "export", "oud", DATABASE_URL=url).returncode == 1


def test_old_conversations_can_be_deleted_by_hand(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/conversations.db"
    store = ConversationStore(host=url)
    for sender, moment in (("oud", 1e9), ("nieuw", time.time())):
        tracker = DialogueStateTracker(sender, slots=[])
        tracker.update(ActionExecuted("action_listen", timestamp=moment))
        asyncio.run(store.save(tracker))
    settings = {"DATABASE_URL": url, "FEEDBACK_FILE": f"{tmp_path}/feedback.db"}
    purged = operate(ROOT, "conversations", "purge", **settings)
    assert purged.stdout == "1 gesprekken gewist, van meer dan 30 dagen geleden.\n"
    assert operate(ROOT, "conversations", "export", "nieuw", **settings).returncode == 0


# --- nothing lost -----------------------------------------------------------------------------


def test_a_reply_that_can_not_be_stored_is_not_given(
    start_bot: StartBot, trained_tiny_project: Path, tmp_path: Path
) -> None:
    file = tmp_path / "conversations.db"
    bot = start_bot(trained_tiny_project, DATABASE_URL=f"sqlite:///{file}")
    bot.wait_until_ready()
    bot.say("piet", "hoeveel vragen")
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert [reply.get("text") for reply in bot.say("piet", "hoeveel vragen")] == [APOLOGY, None]
    assert bot.say("piet", "hoeveel vragen")[0]["text"] == "Vraag 2 van piet."
    bot.stop(signal.SIGKILL)

    restarted = start_bot(trained_tiny_project, DATABASE_URL=f"sqlite:///{file}")
    restarted.wait_until_ready()
    assert restarted.say("piet", "hoeveel vragen")[0]["text"] == "Vraag 3 van piet."


@pytest.fixture(scope="module")
def workers(
    trained_tiny_project: Path,
    postgres: Postgres,
    redis: Redis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[RunningBot, RunningBot]]:
    """Two tiny bots that share PostgreSQL and Redis."""
    folder = tmp_path_factory.mktemp("workers")
    bots = [
        start(
            trained_tiny_project,
            folder / f"{number}.log",
            DATABASE_URL=postgres.url,
            REDIS_URL=redis.url,
        )
        for number in (1, 2)
    ]
    try:
        for bot in bots:
            bot.wait_until_ready()
        yield bots[0], bots[1]
    finally:
        for bot in bots:
            bot.stop()


def test_workers_share_their_conversations(workers: tuple[RunningBot, RunningBot]) -> None:
    for count in range(1, 7):
        reply = workers[count % 2].say("quinten", "hoeveel vragen")[0]
        assert reply["text"] == f"Vraag {count} van quinten."


def test_messages_at_the_same_moment_are_all_counted_once(
    workers: tuple[RunningBot, RunningBot],
) -> None:
    with ThreadPoolExecutor(10) as tabs:
        replies = list(
            tabs.map(lambda n: workers[n % 2].say("rosa", "hoeveel vragen")[0]["text"], range(20))
        )
    assert sorted(replies) == sorted(f"Vraag {count} van rosa." for count in range(1, 21))


def test_conversations_go_on_after_a_restart_of_the_servers(
    workers: tuple[RunningBot, RunningBot], postgres: Postgres, redis: Redis
) -> None:
    workers[0].say("sam", "hoeveel vragen")
    postgres.stop()
    assert json.loads(workers[0].request("GET", "/ready")[1])["status"] == "not ready"
    assert workers[0].say("sam", "hoeveel vragen")[0]["text"] == APOLOGY
    postgres.start()
    assert workers[1].say("sam", "hoeveel vragen")[0]["text"] == "Vraag 2 van sam."
    redis.stop()
    assert workers[0].say("sam", "hoeveel vragen")[0]["text"] == "Vraag 3 van sam."
    redis.start()
    assert workers[1].say("sam", "hoeveel vragen")[0]["text"] == "Vraag 4 van sam."


def test_events_also_go_to_the_broker(
    start_bot: StartBot, trained_tiny_project: Path, rabbitmq: RabbitMQ, tmp_path: Path
) -> None:
    async def said() -> str:
        connection = await aio_pika.connect(rabbitmq.url.rpartition("/")[0])
        async with connection:
            channel = await connection.channel()
            queue = await channel.get_queue("wegwijzer")
            async with queue.iterator(timeout=30) as messages:
                async for message in messages:
                    event = json.loads(message.body)
                    await message.ack()
                    if event["event"] == "user":
                        return f"{event['sender_id']}: {event['text']}"
        raise AssertionError("nothing was said")

    bot = start_bot(
        trained_tiny_project,
        DATABASE_URL=f"sqlite:///{tmp_path}/conversations.db",
        EVENT_BROKER_URL=rabbitmq.url,
    )
    bot.wait_until_ready()
    bot.say("uma", "hoeveel vragen, mail uma@school.example")
    assert asyncio.run(said()) == "uma: hoeveel vragen, mail [e-mailadres]"


# --- what is kept -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_kept_is_masked_and_can_be_exported_and_deleted(
    kind: str, request: pytest.FixtureRequest, trained_tiny_project: Path
) -> None:
    if kind == "sqlite":
        bot: RunningBot = request.getfixturevalue("tiny_bot")
        settings = {}
    else:
        bot = request.getfixturevalue("workers")[0]
        settings = {"DATABASE_URL": request.getfixturevalue("postgres").url}
    bot.say("tess", "hoeveel vragen, mail tess@school.example of bel 06-12345678")
    exported = operate(trained_tiny_project, "conversations", "export", "tess", **settings)
    [message] = [event for event in json.loads(exported.stdout) if event["event"] == "user"]
    assert message["text"] == "hoeveel vragen, mail [e-mailadres] of bel [nummer]"
    assert "school.example" not in exported.stdout
    assert "12345678" not in exported.stdout

    deleted = operate(trained_tiny_project, "conversations", "delete", "tess", **settings)
    assert deleted.stdout.startswith("Gesprek tess is gewist")
    for command in ("export", "delete"):
        again = operate(trained_tiny_project, "conversations", command, "tess", **settings)
        assert (again.returncode, again.stderr) == (1, "Fout: er is geen gesprek tess.\n")
    assert bot.say("tess", "hoeveel vragen")[0]["text"] == "Vraag 1 van tess."


# --- settings ---------------------------------------------------------------------------------


def test_the_page_about_settings_is_in_step() -> None:
    assert operate(ROOT, "settings").stdout == (ROOT / "docs" / "instellingen.md").read_text()


def test_every_setting_has_a_default_that_it_accepts() -> None:
    assert Settings.from_environment({}) == Settings()
    assert len({each.name for each in descriptions()}) == len(descriptions())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://a:geheim@b/c"),
        ("DATABASE_URL", "postgresql://geheim:x@b:poort/c"),
        ("REDIS_URL", "geheim"),
        ("EVENT_BROKER_URL", "http://geheim"),
        ("METRICS_TOKENS", "geheim"),
    ],
)
def test_a_wrong_secret_is_refused_without_showing_it(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{name}: ") as refusal:
        Settings.from_environment({name: value})
    assert "geheim" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REQUESTS_PER_MINUTE", "0"),
        ("MESSAGE_LENGTH", "veel"),
        ("KEEP_CONVERSATIONS_DAYS", "-1"),
        ("TRUSTED_PROXIES", "nginx"),
        ("ACTION_SERVER", "localhost:5055"),
        ("LOG_LEVEL", "VEEL"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_senseless_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{name}={re.escape(value)}: "):
        Settings.from_environment({name: value})


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "database"
    file.write_text("sqlite:///elders.db\n")
    environment = {"DATABASE_URL_FILE": str(file)}
    assert Settings.from_environment(environment).database_url == "sqlite:///elders.db"
    with pytest.raises(SettingError, match=r"^DATABASE_URL_FILE="):
        Settings.from_environment({"DATABASE_URL_FILE": str(tmp_path / "niets")})


def test_a_bot_of_other_files_than_expected_does_not_start(trained_tiny_project: Path) -> None:
    right = operate(trained_tiny_project, "fingerprint").stdout.strip()
    assert re.fullmatch("[0-9a-f]{16}", right)
    refused = operate(trained_tiny_project, "serve", MODEL_FINGERPRINT="0" * 16)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"Fout: MODEL_FINGERPRINT={'0' * 16}: de bestanden hebben kenmerk {right}.\n"
    )


def test_endpoints_leave_the_stores_to_the_settings(tiny_project: Path) -> None:
    from bot.runtime.endpoints import read_endpoints
    from bot.runtime.project import ProjectError

    file = tiny_project / "endpoints.yml"
    file.write_text("tracker_store:\n  type: SQL\n")
    with pytest.raises(ProjectError, match="DATABASE_URL"):
        read_endpoints(str(file))
