"""The one family of errors that a person can act on.

Services raise these; `fascicle.api.errors` maps them once to `{detail, code, fields}`.
"""

from typing import Any

CSRF_SENTENCE = "The page is out of date. Load it again."


class FascicleError(Exception):
    """What was wrong, where, and what to do, in a sentence for the person who can act."""

    code = "error"

    def __init__(self, detail: str, *, code: str | None = None, **fields: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.fields = fields


class InvalidInput(FascicleError):  # noqa: N818  # reads better where it is raised
    """What was sent cannot be used as it is."""

    code = "invalid"


class NotAllowed(FascicleError):  # noqa: N818
    """The person may see the thing but not do this to it."""

    code = "not_allowed"


class Conflict(FascicleError):  # noqa: N818
    """The thing has moved on, or is in a state that does not allow this."""

    code = "conflict"
