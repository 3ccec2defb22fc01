"""Long work of this app: each handler takes ids from the Job and calls a service."""

import logging
from typing import Any

from celery import shared_task

from fascicle.jobs.context import JobContext
from fascicle.jobs.registry import Handler, register

logger = logging.getLogger(__name__)


def register_handlers() -> None:
    """Called once when Django starts."""
    from training.services.worker_leaving import watch_worker  # noqa: PLC0415  # see _fold_fit

    watch_worker()
    register("fold_fit", _on_disk(_fold_fit), after_failure=_settle)
    register("run_finalise", _on_disk(_run_finalise), after_failure=_settle)
    register("run_report", _on_disk(_run_report))
    register("model_export", _on_disk(_model_export))


def _on_disk(handler: Handler) -> Handler:
    """The same, telling a full disk in a sentence."""

    def told(context: JobContext) -> dict[str, Any]:
        from training.services.disk_refusal import disk_told  # noqa: PLC0415

        with disk_told():
            return handler(context)

    return told


# The services import models, which are not ready while Django is still starting.


def _fold_fit(context: JobContext) -> dict[str, Any]:
    from training.services.fold_fit import fold_fit  # noqa: PLC0415

    return fold_fit(context)


def _run_finalise(context: JobContext) -> dict[str, Any]:
    from training.services.run_finalise import run_finalise  # noqa: PLC0415

    return run_finalise(context)


def _run_report(context: JobContext) -> dict[str, Any]:
    from training.services.report_make import report_make  # noqa: PLC0415

    return report_make(context)


def _model_export(context: JobContext) -> dict[str, Any]:
    from training.services.model_export_make import model_export_make  # noqa: PLC0415

    return model_export_make(context)


@shared_task(name="training.tasks.sweep")
def sweep() -> None:
    """Beat calls this; see run_folders_sweep."""
    from training.services.work_folder import run_folders_sweep  # noqa: PLC0415

    removed = run_folders_sweep()
    if removed:
        logger.info("training: %s work folders removed", removed)


def _settle(context: JobContext, error: str) -> None:
    """The job has ended badly and says how; bring fold and run in line."""
    from training.services.run_settle import run_settle  # noqa: PLC0415
    from training.services.work_folder import run_folder_discard  # noqa: PLC0415

    del error
    if context.target_id is not None:
        run_settle(run_id=context.target_id)
        run_folder_discard(context.target_id)
