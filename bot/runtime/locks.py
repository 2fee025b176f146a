"""One message at a time in each conversation, in one process or in several.

Rasa's own lock stores look once a second whether it is their turn, and the one in Redis can hand
the same turn to two workers that ask at the same moment.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.lock_store import InMemoryLockStore, LockError

LONGEST_TURN = 10  # seconds; after them the lock of a worker that died is free again
_LONGEST_WAIT = 12  # seconds
_LOOK_AGAIN = 0.05  # seconds

logger = logging.getLogger(__name__)


class LocalLocks(InMemoryLockStore):
    """Locks within this process, first come, first served."""

    def __init__(self, **_: Any) -> None:
        super().__init__()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_: Any, **__: Any) -> AsyncIterator[None]:
        """Wait for the turn of this conversation."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            yield

    async def check(self) -> None:
        """Nothing can be wrong here."""


class SharedLocks(LocalLocks):
    """Locks in Redis, for several workers.

    Without Redis the conversations go on: the store of the conversations refuses the later of two
    simultaneous messages, so that nothing gets mixed.
    """

    def __init__(self, endpoint_config: Any) -> None:
        super().__init__()
        from redis import asyncio as redis

        self._redis = redis.from_url(
            endpoint_config.url, socket_timeout=2, socket_connect_timeout=1
        )

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_: Any, **__: Any) -> AsyncIterator[None]:
        """Wait for the turn of this conversation; raises ``LockError`` if it does not come."""
        from redis.exceptions import LockError as NotOurs
        from redis.exceptions import RedisError

        lock = self._redis.lock(
            f"wegwijzer:{conversation_id}",
            timeout=LONGEST_TURN,
            sleep=_LOOK_AGAIN,
            blocking_timeout=_LONGEST_WAIT,
        )
        async with super().lock(conversation_id):
            try:
                ours = await lock.acquire()
            except (RedisError, OSError) as error:
                logger.error("Redis does not answer: %s", type(error).__name__)
                yield
                return
            if not ours:
                raise LockError(f"Conversation {conversation_id} is still busy.")
            try:
                yield
            finally:
                try:
                    await lock.release()
                except NotOurs:
                    logger.warning("Conversation %s took too long", conversation_id)
                except (RedisError, OSError) as error:
                    logger.error("Redis does not answer: %s", type(error).__name__)

    async def check(self) -> None:
        """Raises ``RedisError`` or ``OSError`` if Redis does not answer."""
        await self._redis.ping()
