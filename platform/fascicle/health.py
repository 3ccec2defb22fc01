"""Whether the parts that every room needs are well."""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta

import redis
from django.conf import settings
from django.db import Error as StoreError
from django.db import connection
from django.utils import timezone

from fascicle.jobs.models import WorkerPulse

# beat asks every queue each 10 s; three missed answers mean nobody is there
PULSE_IS_STALE_AFTER = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part and what is wrong with it, for the person who runs the site."""

    ok: bool
    detail: str


def check_database() -> PartHealth:
    """One trivial query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except StoreError as error:
        return PartHealth(ok=False, detail=f"PostgreSQL does not answer: {type(error).__name__}.")
    return PartHealth(ok=True, detail="PostgreSQL answers.")


def check_redis() -> PartHealth:
    """One ping."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.RedisError as error:
        return PartHealth(ok=False, detail=f"Redis does not answer: {type(error).__name__}.")
    finally:
        client.close()
    return PartHealth(ok=True, detail="Redis answers.")


def check_worker() -> PartHealth:
    """A sign of life of some worker within the last 40 seconds."""
    since = timezone.now() - PULSE_IS_STALE_AFTER
    try:
        alive = sorted(WorkerPulse.objects.filter(at__gte=since).values_list("queue", flat=True))
    except StoreError:
        return PartHealth(ok=False, detail="Unknown while the database is away.")
    if not alive:
        return PartHealth(ok=False, detail="No worker has shown a sign of life for 40 seconds.")
    return PartHealth(ok=True, detail=f"Workers answer on: {', '.join(alive)}.")


def check_hub() -> PartHealth:
    """What the live hub last said of itself, within ten seconds."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        said = client.get("live:hub")
    except redis.RedisError:
        return PartHealth(ok=False, detail="Unknown while Redis is away.")
    finally:
        client.close()
    if not isinstance(said, bytes):
        return PartHealth(ok=False, detail="The live hub has said nothing for ten seconds.")
    hub = json.loads(said)
    detail = f"The live hub runs: {hub['sessions']} live sessions, {hub['viewers']} viewers."
    return PartHealth(ok=True, detail=detail)


def check_all() -> dict[str, dict[str, object]]:
    """Every part by name, as JSON."""
    parts = {
        "web": PartHealth(ok=True, detail="This answer."),
        "database": check_database(),
        "redis": check_redis(),
        "worker": check_worker(),
        "hub": check_hub(),
    }
    return {name: asdict(part) for name, part in parts.items()}
