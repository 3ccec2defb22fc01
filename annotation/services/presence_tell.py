"""Who else has a set open. A courtesy to people: nothing that is saved depends on it."""

import logging
import time
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import redis
from django.conf import settings

from annotation.models import AnnotationSet
from fascicle.accounts.models import User

logger = logging.getLogger(__name__)

PRESENT_SECONDS = 40  # after the last word of a page


@dataclass(frozen=True, slots=True)
class Presence:
    """A page on which someone has the set open."""

    page: UUID
    person_id: UUID
    name: str
    is_author: bool


@cache
def _store() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, decode_responses=True)


def presence_tell(
    *, annotation_set: AnnotationSet, actor: User, page: UUID, is_leaving: bool
) -> list[Presence]:
    """Say that `page` of the actor is still open, or is closing; returns the other open pages.

    Only pages on this very set are named, so readers of one clip stay blind to each other. Without
    the store nobody is named.
    """
    key = f"fascicle:presence:{annotation_set.pk}"
    now = time.time()
    own = f"{page} {actor.pk} {actor}"
    try:
        pipe = _store().pipeline(transaction=False)
        if is_leaving:
            pipe.zrem(key, own)
        else:
            pipe.zadd(key, {own: now})
        pipe.zremrangebyscore(key, 0, now - PRESENT_SECONDS)
        pipe.expire(key, PRESENT_SECONDS)
        pipe.zrange(key, 0, 49)
        members: list[str] = pipe.execute()[-1]
    except redis.RedisError:
        logger.warning("Presence is not known: the store does not answer.", exc_info=True)
        return []
    others: list[Presence] = []
    for member in members:
        other_page, person, name = member.split(" ", 2)
        if other_page != str(page):
            is_author = person == str(annotation_set.author_id)
            others.append(Presence(UUID(other_page), UUID(person), name, is_author))
    return others
