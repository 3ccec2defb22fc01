"""Which function does which kind of work. Apps register theirs when Django starts."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils import timezone

if TYPE_CHECKING:
    from fascicle.jobs.context import JobContext

logger = logging.getLogger(__name__)
Handler = Callable[["JobContext"], dict[str, Any]]
Failed = Callable[["JobContext", str], None]

_handlers: dict[str, Handler] = {}
_after_failure: dict[str, Failed] = {}


def register(kind: str, handler: Handler, *, after_failure: Failed | None = None) -> None:
    """Name the function that does `kind`.

    `after_failure` runs when the work has failed or was cancelled for good, with the sentence, to
    clean up what the attempt had begun; it may run twice. Registering a kind twice replaces both.
    """
    _handlers[kind] = handler
    _after_failure.pop(kind, None)
    if after_failure is not None:
        _after_failure[kind] = after_failure


def handler_of(kind: str) -> Handler:
    """The function for `kind`; KeyError when no app registered one."""
    return _handlers[kind]


def after_failure_of(kind: str) -> Failed | None:
    """What cleans up after `kind`, if anything."""
    return _after_failure.get(kind)


def clean_up(kind: str, context: "JobContext", error: str) -> None:
    """Run what cleans up after `kind`, and note that it is done.

    Whoever ended the job calls this; the reaper does it again where they were killed in between, so
    what cleans up must bear being run twice. The job has ended whatever happens here, so a failure
    is logged and stops nobody.
    """
    from fascicle.jobs.models import Job  # noqa: PLC0415  # apps register before models are there

    after = after_failure_of(kind)
    try:
        if after is not None:
            after(context, error)
    except Exception:
        logger.exception("cleaning up after job %s (%s) failed", context.job_id, kind)
    else:
        Job.objects.filter(pk=context.job_id).update(cleaned_up_at=timezone.now())
