"""What web and hub tell each other through Redis: wanted state, seen state, revocations.

    live:session:{id}          JSON the hub follows: project, structures, model, recording, is_ended
    live:seen:{id}             JSON the hub writes every second, gone 10 s after its last word
    live:revoked:session:{id}  the hub closes every connection of the session
    live:revoked:subject:{id}  ... of the person or device
    live:changed               channel: the id of a session whose wanted state has changed

The wanted state is a whole, never a command, so a hub that was away reads it again and is right.
"""

import json
from dataclasses import asdict
from functools import cache
from typing import Any, cast

import redis
from django.conf import settings

from inference.live.wanted import WantedSession, wanted_from_json

SESSION_KEPT_SECONDS = 24 * 3600
REVOKED_SECONDS = 3600  # longer than any ticket lives


@cache
def store() -> "redis.Redis":
    """The connection pool of this process."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3)


def publish_wanted(wanted: WantedSession) -> None:
    """Let the hub follow."""
    pipe = store().pipeline()
    pipe.set(f"live:session:{wanted.id}", json.dumps(asdict(wanted)), ex=SESSION_KEPT_SECONDS)
    pipe.publish("live:changed", wanted.id)
    pipe.execute()


def read_wanted(session_id: str) -> WantedSession | None:
    """What was last published of a session."""
    raw = store().get(f"live:session:{session_id}")
    return wanted_from_json(raw) if isinstance(raw, bytes) else None


def revoke_session(session_id: str) -> None:
    """Close all that is connected to a session."""
    store().set(f"live:revoked:session:{session_id}", "1", ex=REVOKED_SECONDS)


def revoke_subject(subject_id: str) -> None:
    """Close all that a person or device has open."""
    store().set(f"live:revoked:subject:{subject_id}", "1", ex=REVOKED_SECONDS)


def seen_states(session_ids: list[str]) -> dict[str, dict[str, Any]]:
    """What the hub last said of each session, none older than ten seconds; empty without Redis."""
    return seen_if_readable(session_ids) or {}


def seen_if_readable(session_ids: list[str]) -> dict[str, dict[str, Any]] | None:
    """As `seen_states`, but None without Redis: for who must tell a silent hub from not knowing."""
    if not session_ids:
        return {}
    try:
        rows = cast("list[bytes | None]", store().mget([f"live:seen:{i}" for i in session_ids]))
    except redis.RedisError:
        return None
    return {
        session_id: json.loads(row)
        for session_id, row in zip(session_ids, rows, strict=True)
        if row is not None
    }


def keep_wanted(session_ids: list[str]) -> None:
    """What was published of these sessions is kept on, as if it were published now."""
    pipe = store().pipeline(transaction=False)
    for session_id in session_ids:
        pipe.expire(f"live:session:{session_id}", SESSION_KEPT_SECONDS)
    pipe.execute()
