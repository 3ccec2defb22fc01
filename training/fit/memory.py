"""Tells that memory ran out, of the host or of a GPU, whichever backend says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from training.fit.plan import FitError

_NAMES = frozenset({"MemoryError", "ResourceExhaustedError", "OutOfMemoryError"})
_SIGNS = ("RESOURCE_EXHAUSTED", "out of memory", "OOM when allocating")


def is_out_of_memory(problem: BaseException) -> bool:
    """Whether this exception of TensorFlow, JAX, PyTorch or Python means that memory ran out."""
    if any(kind.__name__ in _NAMES for kind in type(problem).__mro__):
        return True
    return isinstance(problem, RuntimeError) and any(sign in str(problem) for sign in _SIGNS)


@contextmanager
def memory_told(what: str) -> Iterator[None]:
    """Within it, memory that runs out raises FitError, which says what needed it."""
    try:
        yield
    except Exception as problem:
        if not is_out_of_memory(problem):
            raise
        raise FitError(
            f"{what} ran out of memory. What was trained is kept in the checkpoint: make memory "
            "free on this machine, or take one that has more, and try again; it goes on from there."
        ) from problem
