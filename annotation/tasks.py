"""Long work of this app: each handler takes ids from the Job and calls a service."""

from typing import Any

from annotation.services.upload_receive import INGEST_KIND
from annotation.services.waiting_upload import waiting_clear
from fascicle.jobs.context import JobContext
from fascicle.jobs.registry import register


def ingest(context: JobContext) -> dict[str, Any]:
    """See `clip_ingest`; the codecs load with a worker's first clip, not with every command."""
    from annotation.services.clip_ingest import clip_ingest  # noqa: PLC0415

    return clip_ingest(context)


def ingest_failed(context: JobContext, error: str) -> None:
    """After a failed or cancelled Job: the waiting file and what attempts stored go away."""
    del error
    if context.target_id is not None:
        waiting_clear(clip_id=context.target_id)


def register_handlers() -> None:
    """Called once when Django starts."""
    register(INGEST_KIND, ingest, after_failure=ingest_failed)
