"""A disk that is full, said to the person who can make room."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from fascicle.errors import InvalidInput

_REFUSALS = {
    errno.ENOSPC: "is full",
    errno.EDQUOT: "has reached its quota",
    errno.EROFS: "is read-only",
}


@contextmanager
def disk_told() -> Iterator[None]:
    """Within it, a disk that refuses to be written raises InvalidInput; other errors pass."""
    try:
        yield
    except OSError as refusal:
        how = _REFUSALS.get(refusal.errno or 0)
        if how is None:
            raise
        raise InvalidInput(
            f"A disk of the worker {how}, so nothing more could be written. Make room there or in "
            "the storage, and try again.",
            code="disk_refused",
        ) from refusal
