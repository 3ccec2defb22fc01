"""What the hub reads from and writes to Redis; the web has its own side of it."""

import json
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from inference.live.wanted import WantedSession, wanted_from_json

logger = logging.getLogger(__name__)

SEEN_SECONDS = 10


class BoardAway(Exception):  # noqa: N818 - a state of the board
    """Nothing can be read or written now."""


class Board(Protocol):
    """The wanted state of sessions, revocations, and what the hub sees."""

    async def read(self, session_id: str) -> WantedSession | None:
        """What is wanted. Raises BoardAway."""

    async def revoked(self, names: Sequence[str]) -> set[str]:
        """Which of `session:{id}` and `subject:{id}` are revoked. Raises BoardAway."""

    async def write_seen(self, hub: dict[str, Any], seen: dict[str, dict[str, Any]]) -> None:
        """That the hub is there, and what it sees of each session. Raises BoardAway."""

    def changes(self) -> AsyncIterator[str]:
        """Ids of sessions whose wanted state has changed, until the board is away."""

    async def close(self) -> None:
        """Let go of the connections."""


class RedisBoard:
    """The board of a whole site."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)
        # of its own: waiting for a change takes as long as it takes
        self._listening: Redis = Redis.from_url(url, socket_connect_timeout=3)

    async def read(self, session_id: str) -> WantedSession | None:
        """What is wanted. Raises BoardAway."""
        try:
            raw = await self._redis.get(f"live:session:{session_id}")
        except (RedisError, OSError) as error:
            raise BoardAway(str(error)) from error
        if raw is None:
            return None
        try:
            return wanted_from_json(raw)
        except ValueError:
            logger.exception("The wanted state of session %s cannot be read", session_id)
            return None

    async def revoked(self, names: Sequence[str]) -> set[str]:
        """Which of `session:{id}` and `subject:{id}` are revoked. Raises BoardAway."""
        if not names:
            return set()
        try:
            found = await self._redis.mget([f"live:revoked:{name}" for name in names])
        except (RedisError, OSError) as error:
            raise BoardAway(str(error)) from error
        return {name for name, value in zip(names, found, strict=True) if value is not None}

    async def write_seen(self, hub: dict[str, Any], seen: dict[str, dict[str, Any]]) -> None:
        """That the hub is there, and what it sees of each session. Raises BoardAway."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.set("live:hub", json.dumps(hub), ex=SEEN_SECONDS)
        for session_id, state in seen.items():
            pipe.set(f"live:seen:{session_id}", json.dumps(state), ex=SEEN_SECONDS)
        try:
            await pipe.execute()
        except (RedisError, OSError) as error:
            raise BoardAway(str(error)) from error

    async def changes(self) -> AsyncIterator[str]:
        """Ids of sessions whose wanted state has changed, until the board is away."""
        heard = self._listening.pubsub(ignore_subscribe_messages=True)
        try:
            await heard.subscribe("live:changed")
            async for message in heard.listen():
                if isinstance(message.get("data"), bytes):
                    yield message["data"].decode("ascii", "replace")
        except (RedisError, OSError):
            return
        finally:
            await heard.aclose()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose()
        await self._listening.aclose()
