"""Long work of this app: each handler takes ids from the Job and calls a service."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from celery import shared_task

from annotation.propagation_refiners import register_refiner
from fascicle.jobs.context import JobContext
from fascicle.jobs.registry import register

if TYPE_CHECKING:
    from annotation.propagation import Refiner


@shared_task(name="inference.tasks.settle")
def settle() -> None:
    """Beat calls this; see recordings_settle and sessions_refresh."""
    from inference.services.live.recording import recordings_settle  # noqa: PLC0415
    from inference.services.live.sessions_refresh import sessions_refresh  # noqa: PLC0415

    recordings_settle()
    sessions_refresh()


@shared_task(name="inference.tasks.measure_answers")
def measure_answers() -> None:
    """Beat calls this; see answers_settle."""
    from inference.services.answers_settle import answers_settle  # noqa: PLC0415

    answers_settle()


def register_handlers() -> None:
    """Called once when Django starts."""
    register_refiner(refiner)
    register("clip_preannotate", preannotate, after_failure=preannotate_failed)


def refiner(project_id: UUID, structure_code: str) -> "Refiner | None":
    """See shape_refiner; the engine loads with a worker's first shape."""
    from inference.services.shape_refiner import shape_refiner  # noqa: PLC0415

    return shape_refiner(project_id, structure_code)


def preannotate(context: JobContext) -> dict[str, Any]:
    """See clip_preannotate; imported when it runs, as web processes never need the engine."""
    from inference.services.clip_preannotate import clip_preannotate  # noqa: PLC0415

    return clip_preannotate(context)


def preannotate_failed(context: JobContext, error: str) -> None:
    """After a failed or cancelled Job: what it had seen is shown to nobody any more."""
    del error
    from inference.services.suggestion_stream import stream_clear  # noqa: PLC0415

    stream_clear(job_id=context.job_id)
