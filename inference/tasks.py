"""Long work of this app: each handler takes ids from the Job and calls a service."""

from typing import Any

from celery import shared_task

from fascicle.jobs.context import JobContext
from fascicle.jobs.registry import register


@shared_task(name="inference.tasks.settle")
def settle() -> None:
    """Beat calls this; see recordings_settle."""
    from inference.services.live.recording import recordings_settle  # noqa: PLC0415

    recordings_settle()


def register_handlers() -> None:
    """Called once when Django starts."""
    register("clip_preannotate", preannotate)


def preannotate(context: JobContext) -> dict[str, Any]:
    """See clip_preannotate; imported when it runs, as web processes never need the engine."""
    from inference.services.clip_preannotate import clip_preannotate  # noqa: PLC0415

    return clip_preannotate(context)
