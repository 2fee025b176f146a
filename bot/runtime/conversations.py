"""Where conversations are kept: Rasa's SQL tracker store, made safe for clocks, crashes and crowds.

Rasa's own store finds the current session by the clock, so that a clock that is put back makes a
conversation lose what was said since; it does not notice that somebody else has written to the same
conversation; and it works in the event loop, where a slow database stops everybody.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

_CONNECTIONS = 8
_PATIENCE = 5  # seconds until a connection or a lock of the database must be there
_T = TypeVar("_T")

# What every message asks, put together once: that takes longer than the database needs to answer.
_EVENT = SQLTrackerStore.SQLEvent
_ITS = _EVENT.sender_id == sa.bindparam("sender")
_EVENTS = sa.select(_EVENT.id, _EVENT.data).where(_ITS).order_by(_EVENT.id)
_SESSION_START = sa.select(sa.func.max(_EVENT.id)).where(
    _ITS, _EVENT.type_name == SessionStarted.type_name
)
_EVENTS_OF_SESSION = _EVENTS.where(
    _EVENT.id >= sa.func.coalesce(_SESSION_START.scalar_subquery(), 0)
)
_LAST_ID = sa.select(sa.func.max(_EVENT.id)).where(_ITS)
_INSERT = sa.insert(_EVENT.__table__)


class StoreError(RasaException):
    """The database can't be used; the message is one Dutch line."""


class ConversationChangedError(RasaException):
    """Somebody else has written to the conversation since it was read; nothing was saved."""


class ConversationStore(SQLTrackerStore):
    """Keeps every event of every conversation in SQLite or PostgreSQL.

    What `save` returned from survives a crash of the process, and with it of the machine. The
    current session begins at the last `SessionStarted` that was stored, whatever the clock said.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str = "sqlite:///var/conversations.db",
        event_broker: EventBroker | None = None,
        **_: Any,
    ) -> None:
        self.engine = _engine(host)
        self.sessionmaker = sa.orm.sessionmaker(bind=self.engine, expire_on_commit=False)
        self._threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="conversations")
        try:
            self._create_tables()
        except SQLAlchemyError as error:
            raise StoreError(
                f"DATABASE_URL: de database is niet te gebruiken ({_cause(error)})."
            ) from error
        TrackerStore.__init__(self, domain, event_broker)
        SerializedTrackerAsText.__init__(self)

    def _create_tables(self) -> None:
        try:
            self.Base.metadata.create_all(self.engine)
        except DBAPIError:  # another worker was just as early
            self.Base.metadata.create_all(self.engine)

    # --- what Rasa asks -----------------------------------------------------------------------

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        query = _EVENTS if fetch_events_from_all_sessions else _EVENTS_OF_SESSION

        def read() -> list[tuple[int, str]]:
            with self.engine.connect() as connection:
                return connection.execute(query, {"sender": sender_id}).all()

        rows = await self._in_thread(read)
        if not rows:
            return None
        events = [json.loads(data) for _, data in rows]
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        _remember(tracker, rows[-1][0])
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the events that came since the conversation was read or saved.

        If the bot says among them that it deleted the conversation, that is done instead.

        Raises:
            ConversationChangedError: somebody else stored events meanwhile.
            SQLAlchemyError: the database can't.
        """
        stored, last_id = getattr(tracker, "_stored", (0, None))
        fresh = list(tracker.events)[stored:]
        if not fresh:
            return
        if any(_says_deleted(event) for event in fresh):
            await self.forget(tracker.sender_id)
            return
        rows = [self._row(tracker.sender_id, event) for event in fresh]

        def write() -> int:
            with self._writing(tracker.sender_id) as connection:
                if self._last_id(connection, tracker.sender_id) != last_id:
                    raise ConversationChangedError(
                        f"Conversation {tracker.sender_id} was changed by somebody else."
                    )
                connection.execute(_INSERT, rows)
                return self._last_id(connection, tracker.sender_id) or 0

        _remember(tracker, await self._in_thread(write))
        if self.event_broker:
            await self._stream_new_events(self.event_broker, fresh, tracker.sender_id)

    def _row(self, sender_id: str, event: Event) -> dict[str, Any]:
        data = event.as_dict()
        return {
            "sender_id": sender_id,
            "type_name": event.type_name,
            "timestamp": data.get("timestamp"),
            "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
            "action_name": data.get("name"),
            "data": json.dumps(data),
        }

    def _last_id(self, connection: Connection, sender_id: str) -> int | None:
        return connection.execute(_LAST_ID, {"sender": sender_id}).scalar()

    @contextmanager
    def _writing(self, sender_id: str) -> Iterator[Connection]:
        """A transaction in which nobody else writes to this conversation."""
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(
                    sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 0))"),
                    {"id": sender_id},
                )
            try:
                yield connection
                connection.connection.commit()
            except BaseException:
                connection.connection.rollback()
                raise

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    # --- what whoever runs the bot asks -------------------------------------------------------

    async def check(self) -> None:
        """Raises ``SQLAlchemyError`` if the database does not answer."""

        def look() -> None:
            with self.engine.connect() as connection:
                connection.execute(sa.select(self.SQLEvent.id).limit(1)).all()

        await self._in_thread(look)

    async def export(self, sender_id: str) -> list[dict[str, Any]]:
        """Everything that is stored of a conversation, oldest first."""

        def read() -> list[dict[str, Any]]:
            with self.engine.connect() as connection:
                rows = connection.execute(_EVENTS, {"sender": sender_id})
                return [json.loads(data) for _, data in rows]

        return await self._in_thread(read)

    async def forget(self, sender_id: str) -> int:
        """Delete a conversation, and tell how many events it had."""

        def delete() -> int:
            with self._writing(sender_id) as connection:
                deleted = connection.execute(
                    sa.delete(self.SQLEvent).where(self.SQLEvent.sender_id == sender_id)
                ).rowcount
            self._wipe()
            return deleted

        return await self._in_thread(delete)

    async def forget_older_than(self, moment: float) -> int:
        """Delete the conversations without an event since a moment (Unix time), and count them."""
        event = self.SQLEvent
        last = sa.func.max(event.timestamp)

        def delete() -> int:
            with self.engine.begin() as connection:
                if self.engine.dialect.name != "sqlite":
                    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # it reads all
                old = sa.select(event.sender_id).group_by(event.sender_id).having(last < moment)
                senders = connection.execute(old).scalars().all()
            count = 0
            for sender in senders:
                its = event.sender_id == sender
                with self._writing(sender) as connection:
                    # Looked at again: its visitor may just have come back, or another worker
                    # may have deleted it.
                    newest = connection.execute(sa.select(last).where(its)).scalar()
                    if newest is not None and newest < moment:
                        connection.execute(sa.delete(event).where(its))
                        count += 1
            if count:
                self._wipe()
            return count

        return await self._in_thread(delete)

    async def since(self, moment: float, most: int) -> list[tuple[str, dict[str, Any]]]:
        """What was said by visitors and bot since a moment (Unix time), by conversation.

        No more than the latest ``most`` events. Each comes with the id of its conversation.
        """
        event = self.SQLEvent

        def read() -> list[tuple[str, dict[str, Any]]]:
            with self.engine.connect() as connection:
                latest = (
                    sa.select(event.id, event.sender_id, event.data)
                    .where(event.type_name.in_(("user", "bot")), event.timestamp >= moment)
                    .order_by(event.id.desc())
                    .limit(most)
                )
                rows = connection.execute(latest).all()
            rows.sort(key=lambda row: (row[1], row[0]))
            return [(sender, json.loads(data)) for _, sender, data in rows]

        return await self._in_thread(read)

    def _wipe(self) -> None:
        """Leave nothing of what was deleted in SQLite's log; PostgreSQL sweeps by itself."""
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _says_deleted(event: Event) -> bool:
    said = (event.data or {}).get("custom") if isinstance(event, BotUttered) else None
    return bool(said and said.get("deleted"))


def _remember(tracker: DialogueStateTracker, last_id: int) -> None:
    tracker._stored = (len(tracker.events), last_id)


def _engine(address: str) -> Engine:
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(
            url,
            hide_parameters=True,  # an error must not quote what a visitor said
            pool_size=_CONNECTIONS,
            pool_pre_ping=True,  # else the first messages after its restart fail
            pool_timeout=_PATIENCE,
            connect_args={
                "connect_timeout": _PATIENCE,
                "options": f"-c statement_timeout={_PATIENCE}s -c lock_timeout={_PATIENCE}s",
            },
        )
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=_CONNECTIONS,
        connect_args={"timeout": _PATIENCE, "check_same_thread": False},
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where this module says so
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _cause(error: SQLAlchemyError) -> str:
    return " ".join(str(getattr(error, "orig", None) or error).split())
