"""The precision of a network's arithmetic; weights and model files are float32 in any case."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.recipes.recipe import Recipe


@contextmanager
def arithmetic(recipe: Recipe) -> Iterator[str]:
    """While entered, networks are built with the recipe's precision; yields Keras' name for it.

    "bfloat16-where-native" is bfloat16 products with float32 weights on processors that multiply
    so, and on GPUs; elsewhere it would be emulated, slower than float32.
    """
    import keras  # noqa: PLC0415 - brings its backend along

    former = keras.config.dtype_policy()
    is_wanted = recipe.precision == "bfloat16-where-native"
    name = "mixed_bfloat16" if is_wanted and has_native_bfloat16() else "float32"
    keras.config.set_dtype_policy(name)
    try:
        yield name
    finally:
        keras.config.set_dtype_policy(former)


def device() -> str:
    """What this machine trains on, in words: "1 GPU", "2 cores"."""
    import keras  # noqa: PLC0415 - brings its backend along

    gpus = len(keras.distribution.list_devices("gpu"))
    count = gpus or os.cpu_count() or 1
    return f"{count} {'GPU' if gpus else 'core'}{'' if count == 1 else 's'}"


def has_native_bfloat16() -> bool:
    """Whether what this machine would train on multiplies bfloat16 in hardware.

    GPUs are taken to: those that do not are older than every TensorFlow that this code runs with
    supports well.
    """
    import keras  # noqa: PLC0415 - brings its backend along

    if keras.distribution.list_devices("gpu"):
        return True
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
