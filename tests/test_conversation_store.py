"""How conversations are kept: nothing lost, nothing mixed, and gone when they must be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from real_servers import Postgres, Redis

from bot.runtime.conversations import ConversationChangedError, ConversationStore, StoreError
from bot.runtime.locks import LocalLocks, SharedLocks

DOMAIN = Domain.from_dict(
    {"slots": {"count": {"type": "any", "mappings": [{"type": "custom"}]}}, "intents": ["tell"]}
)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/conversations.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.url


@pytest.fixture
def open_store(address: str) -> Iterator[Callable[[], ConversationStore]]:
    """Opens the same database anew, as another worker or a restarted one does."""
    stores = []

    def open_one() -> ConversationStore:
        stores.append(ConversationStore(DOMAIN, address))
        return stores[-1]

    yield open_one
    store = open_one()
    for sender in run(store.keys()):
        run(store.forget(sender))
    for store in stores:
        store.engine.dispose()


@pytest.fixture
def store(open_store: Callable[[], ConversationStore]) -> ConversationStore:
    return open_store()


def run(work: Any) -> Any:
    return asyncio.run(work)


def read(store: ConversationStore, sender: str) -> DialogueStateTracker:
    return run(store.get_or_create_tracker(sender))


def say(tracker: DialogueStateTracker, text: str, at: float) -> None:
    """A message, a reply and one more on the count, with the clock at a moment."""
    count = (tracker.get_slot("count") or 0) + 1
    for event in (
        UserUttered(text, intent={"name": "tell"}, timestamp=at),
        BotUttered("Goed.", timestamp=at),
        SlotSet("count", count, timestamp=at),
        ActionExecuted("action_listen", timestamp=at),
    ):
        tracker.update(event, DOMAIN)


def keep(store: ConversationStore, sender: str, text: str, at: float = 1e9) -> None:
    tracker = read(store, sender)
    say(tracker, text, at)
    run(store.save(tracker))


def test_a_conversation_goes_on_after_a_restart(
    open_store: Callable[[], ConversationStore],
) -> None:
    keep(open_store(), "anna", "een")
    keep(open_store(), "anna", "twee")
    assert read(open_store(), "anna").get_slot("count") == 2
    assert read(open_store(), "bert").get_slot("count") is None


def test_a_clock_that_is_put_back_loses_nothing(store: ConversationStore) -> None:
    tracker = read(store, "anna")
    tracker.update(SessionStarted(timestamp=2e9), DOMAIN)
    run(store.save(tracker))
    keep(store, "anna", "een", at=1e9)
    keep(store, "anna", "twee", at=1e9 + 1)
    assert read(store, "anna").get_slot("count") == 2


def test_only_the_current_session_is_read(store: ConversationStore) -> None:
    keep(store, "anna", "een")
    tracker = read(store, "anna")
    tracker.update(SessionStarted(), DOMAIN)
    run(store.save(tracker))
    keep(store, "anna", "twee")
    texts = [event.text for event in read(store, "anna").events if isinstance(event, UserUttered)]
    assert texts == ["twee"]
    assert sum(event["event"] == "user" for event in run(store.export("anna"))) == 2


def test_of_two_that_write_at_once_the_later_is_refused(
    open_store: Callable[[], ConversationStore],
) -> None:
    one, other = open_store(), open_store()
    keep(one, "anna", "een")
    first, second = read(one, "anna"), read(other, "anna")
    say(first, "twee", 1e9)
    say(second, "drie", 1e9)
    run(one.save(first))
    with pytest.raises(ConversationChangedError):
        run(other.save(second))
    said = [event["text"] for event in run(one.export("anna")) if event["event"] == "user"]
    assert said == ["een", "twee"]


def test_saving_again_stores_nothing_twice(store: ConversationStore) -> None:
    tracker = read(store, "anna")
    say(tracker, "een", 1e9)
    run(store.save(tracker))
    run(store.save(tracker))
    say(tracker, "twee", 1e9)
    run(store.save(tracker))
    assert read(store, "anna").get_slot("count") == 2
    assert sum(event["event"] == "user" for event in run(store.export("anna"))) == 2


@pytest.mark.parametrize(
    "text", ["\x00\x07", "'; DROP TABLE events; --", "👩‍🏫 مرحبا", "x" * 20_000]
)
def test_any_text_is_kept_as_it_is(store: ConversationStore, text: str) -> None:
    keep(store, "anna", text)
    assert run(store.export("anna"))[1]["text"] == text


def test_a_deleted_conversation_is_gone_and_others_stay(store: ConversationStore) -> None:
    keep(store, "anna", "een")
    keep(store, "bert", "een")
    assert run(store.forget("anna")) > 0
    assert run(store.export("anna")) == []
    assert read(store, "anna").get_slot("count") is None
    assert read(store, "bert").get_slot("count") == 1
    assert run(store.forget("niemand")) == 0


def test_a_conversation_that_the_bot_says_to_have_deleted_is_gone(store: ConversationStore) -> None:
    keep(store, "anna", "een")
    tracker = read(store, "anna")
    tracker.update(UserUttered("verwijder mijn gesprek"), DOMAIN)
    tracker.update(BotUttered(data={"custom": {"type": "smalltalk", "deleted": True}}), DOMAIN)
    run(store.save(tracker))
    assert run(store.export("anna")) == []


def test_old_conversations_are_deleted_and_those_that_go_on_stay(store: ConversationStore) -> None:
    for sender, times in (("oud", (1000.0, 1001.0)), ("bezig", (1000.0, 3000.0))):
        run(store.save(_listening(sender, *times)))
    assert run(store.forget_older_than(2000)) == 1
    assert run(store.export("oud")) == []
    assert len(run(store.export("bezig"))) == 2


def _listening(sender: str, *times: float) -> DialogueStateTracker:
    tracker = DialogueStateTracker(sender, DOMAIN.slots)
    for at in times:
        tracker.update(ActionExecuted("action_listen", timestamp=at), DOMAIN)
    return tracker


def test_nothing_of_a_deleted_conversation_stays_in_the_files_of_sqlite(tmp_path: Path) -> None:
    store = ConversationStore(DOMAIN, f"sqlite:///{tmp_path}/conversations.db")
    keep(store, "anna", "een heel herkenbare zin")
    assert any(b"herkenbare" in file.read_bytes() for file in tmp_path.iterdir())
    run(store.forget("anna"))
    assert not any(b"herkenbare" in file.read_bytes() for file in tmp_path.iterdir())


def test_a_database_that_is_away_is_said_in_one_line() -> None:
    with pytest.raises(
        StoreError, match=r"^DATABASE_URL: de database is niet te gebruiken"
    ) as error:
        ConversationStore(DOMAIN, "postgresql://a:geheim@127.0.0.1:1/b")
    assert "\n" not in str(error.value)
    assert "geheim" not in str(error.value)


# --- one message at a time --------------------------------------------------------------------


async def _take_turns(*locks: Any) -> list[str]:
    """What happens when as many messages come at once in one conversation."""
    events = []

    async def message(number: int, lock: Any) -> None:
        async with lock.lock("anna"):
            events.append(f"{number} in")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            events.append(f"{number} out")

    await asyncio.gather(*(message(number, lock) for number, lock in enumerate(locks)))
    return events


def _never_two_at_once(events: list[str]) -> bool:
    return all(
        entered == f"{number} in" and left == f"{number} out"
        for entered, left in zip(events[::2], events[1::2], strict=True)
        for number in [entered.split()[0]]
    )


def test_messages_of_one_conversation_take_turns_in_a_process() -> None:
    locks = LocalLocks()
    events = run(_take_turns(locks, locks, locks))
    assert events[0::2] == ["0 in", "1 in", "2 in"]
    assert _never_two_at_once(events)


class _Endpoint:
    def __init__(self, url: str) -> None:
        self.url = url


def test_messages_of_one_conversation_take_turns_in_several_processes(redis: Redis) -> None:
    async def work() -> list[str]:
        return await _take_turns(*(SharedLocks(_Endpoint(redis.url)) for _ in range(4)))

    events = run(work())
    assert len(events) == 8
    assert _never_two_at_once(events)


def test_conversations_go_on_without_redis(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> list[str]:
        return await _take_turns(SharedLocks(_Endpoint("redis://127.0.0.1:1/0")))

    assert run(work()) == ["0 in", "0 out"]
    assert "Redis does not answer: ConnectionError" in caplog.text
