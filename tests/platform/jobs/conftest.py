"""Kinds of work that exist for one test only, and a broker that notes instead of sending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from fascicle.jobs import registry, tasks
from fascicle.jobs.context import JobContext
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[UUID, str]]:
    """The wake-up messages that would have gone to the broker, as (job, queue)."""
    messages: list[tuple[UUID, str]] = []
    monkeypatch.setattr(
        tasks.run,
        "apply_async",
        lambda *, args, queue: messages.append((UUID(args[0]), queue)),
    )
    return messages


@pytest.fixture
def cleaned() -> list[tuple[UUID, str]]:
    """Each clean-up of a failed or cancelled test job, as (job, sentence)."""
    return []


Handler = Callable[[JobContext], dict[str, Any]]


@pytest.fixture
def work(cleaned: list[tuple[UUID, str]]) -> Iterator[Callable[..., Job]]:
    """`work(handler)` makes a waiting job that the handler will do."""
    kinds: list[str] = []

    def make(handler: Handler = lambda _: {}, **more: Any) -> Job:
        kind = f"test_{len(kinds)}"
        kinds.append(kind)
        registry.register(
            kind, handler, after_failure=lambda c, error: cleaned.append((c.job_id, error))
        )
        given: dict[str, Any] = {"queue": "default", "owner": None, "project": None, **more}
        return job_create(kind=kind, **given)

    yield make
    for kind in kinds:
        registry._handlers.pop(kind, None)
        registry._after_failure.pop(kind, None)
