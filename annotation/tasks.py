"""Long work of this app: each handler takes ids from the Job and calls a service."""

from annotation.services.upload_receive import INGEST_KIND
from fascicle.jobs.registry import register


def register_handlers() -> None:
    """Called once when Django starts."""
    # the codecs load with the first clip, not with every command
    from annotation.services.clip_ingest import clip_ingest, ingest_failed  # noqa: PLC0415

    register(INGEST_KIND, clip_ingest, after_failure=ingest_failed)
