"""Long work of this app: each handler takes ids from the Job and calls a service."""

import logging
from typing import Any

from celery import shared_task

from annotation.models import AgreementReport
from annotation.services.agreement_start import KIND as AGREEMENT_KIND
from annotation.services.assignments_sweep import assignments_sweep
from annotation.services.checks_start import KIND as CHECKS_KIND
from annotation.services.export_remove import export_tidy, exports_sweep
from annotation.services.export_start import CLIP_KIND, PROJECT_KIND
from annotation.services.notices_digest import notices_digest
from annotation.services.propagation_start import KIND as PROPAGATE_KIND
from annotation.services.upload_complete import INSPECT_KIND
from annotation.services.upload_release import INGEST_KIND
from annotation.services.uploads_sweep import job_ended, uploads_sweep
from fascicle.jobs.context import JobContext
from fascicle.jobs.models import Job
from fascicle.jobs.registry import register

logger = logging.getLogger(__name__)


def inspect(context: JobContext) -> dict[str, Any]:
    """See `upload_inspect`; the codecs load with a worker's first clip, not with every command."""
    from annotation.services.upload_inspect import upload_inspect  # noqa: PLC0415

    return upload_inspect(context)


def ingest(context: JobContext) -> dict[str, Any]:
    """See `clip_ingest`."""
    from annotation.services.clip_ingest import clip_ingest  # noqa: PLC0415

    return clip_ingest(context)


def export(context: JobContext) -> dict[str, Any]:
    """See `export_make`."""
    from annotation.services.export_make import export_make  # noqa: PLC0415

    return export_make(context)


def export_failed(context: JobContext, error: str) -> None:
    """After a failed or cancelled Job: no part of a zip is left."""
    del error
    if context.target_id is not None:
        export_tidy(export_id=context.target_id)


def propagate(context: JobContext) -> dict[str, Any]:
    """See `track_propagate`; optical flow loads with a worker's first shape."""
    from annotation.services.track_propagate import track_propagate  # noqa: PLC0415

    return track_propagate(context)


def agreement(context: JobContext) -> dict[str, Any]:
    """See `agreement_make`; distances load with a worker's first report."""
    from annotation.services.agreement_make import agreement_make  # noqa: PLC0415

    return agreement_make(context)


def agreement_failed(context: JobContext, error: str) -> None:
    """After a failed or cancelled Job: no report without numbers is left in the list."""
    del error
    AgreementReport.objects.filter(pk__in=[context.target_id], made_at__isnull=True).delete()


def checks(context: JobContext) -> dict[str, Any]:
    """See `checks_measure`."""
    from annotation.services.checks_measure import checks_measure  # noqa: PLC0415

    return checks_measure(context)


def upload_failed(context: JobContext, error: str) -> None:
    """After a failed or cancelled Job: the waiting file and what attempts stored go away."""
    if context.target_id is not None:
        job = Job.objects.get(pk=context.job_id)
        job_ended(upload_id=context.target_id, job=job, error=error)


@shared_task(name="annotation.tasks.sweep")
def sweep() -> None:
    """Beat calls this; see uploads_sweep and exports_sweep."""
    swept = uploads_sweep()
    if swept.expired or swept.settled or swept.strays:
        logger.info(
            "uploads: %s expired, %s settled, %s stray files",
            swept.expired, swept.settled, swept.strays,
        )  # fmt: skip
    removed = exports_sweep()
    if removed:
        logger.info("exports: %s removed", removed)


@shared_task(name="annotation.tasks.assign")
def assign() -> None:
    """Beat calls this; see assignments_sweep."""
    swept = assignments_sweep()
    if swept.released or swept.assigned:
        logger.info("assignments: %s released, %s by rule", swept.released, swept.assigned)


@shared_task(name="annotation.tasks.digest")
def digest() -> None:
    """Beat calls this once a day; see notices_digest."""
    sent = notices_digest()
    if sent:
        logger.info("notices: %s digests sent", sent)


def register_handlers() -> None:
    """Called once when Django starts."""
    register(INSPECT_KIND, inspect, after_failure=upload_failed)
    register(INGEST_KIND, ingest, after_failure=upload_failed)
    register(CLIP_KIND, export, after_failure=export_failed)
    register(PROJECT_KIND, export, after_failure=export_failed)
    register(PROPAGATE_KIND, propagate)
    register(AGREEMENT_KIND, agreement, after_failure=agreement_failed)
    register(CHECKS_KIND, checks)
