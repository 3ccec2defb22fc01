"""Which function does which kind of work. Apps register theirs when Django starts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fascicle.jobs.context import JobContext

Handler = Callable[["JobContext"], dict[str, Any]]
Failed = Callable[["JobContext", str], None]

_handlers: dict[str, Handler] = {}
_after_failure: dict[str, Failed] = {}


def register(kind: str, handler: Handler, *, after_failure: Failed | None = None) -> None:
    """Name the function that does `kind`.

    `after_failure` runs when the work has failed or was cancelled for good, with the sentence, to
    clean up what the attempt had begun. Registering a kind twice replaces it.
    """
    _handlers[kind] = handler
    if after_failure is not None:
        _after_failure[kind] = after_failure


def handler_of(kind: str) -> Handler:
    """The function for `kind`; KeyError when no app registered one."""
    return _handlers[kind]


def after_failure_of(kind: str) -> Failed | None:
    """What cleans up after `kind`, if anything."""
    return _after_failure.get(kind)
