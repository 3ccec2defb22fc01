"""Tells that memory ran out, of the host or of a GPU, whichever backend says so."""

from __future__ import annotations

_NAMES = frozenset({"MemoryError", "ResourceExhaustedError", "OutOfMemoryError"})
_SIGNS = ("RESOURCE_EXHAUSTED", "out of memory", "OOM when allocating")


def is_out_of_memory(problem: BaseException) -> bool:
    """Whether this exception of TensorFlow, JAX, PyTorch or Python means that memory ran out."""
    if any(kind.__name__ in _NAMES for kind in type(problem).__mro__):
        return True
    return isinstance(problem, RuntimeError) and any(sign in str(problem) for sign in _SIGNS)
