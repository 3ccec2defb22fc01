"""What one frame costs, stage by stage and runtime by runtime, one at a time as live sees it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.engine.engine import Engine
from inference.engine.errors import EngineError
from inference.engine.golden import golden_frame
from inference.engine.regions import find_regions
from inference.engine.runtimes import RUNTIME_NAMES

WARM_UP_FRAMES = 5
STAGES = ("preprocess", "network", "labels", "regions", "total")


def tiled_frame(height: int, width: int) -> NDArray[np.uint8]:
    """The golden frame repeated to fill (height, width)."""
    tile = golden_frame()
    repeats = (-(-height // tile.shape[0]), -(-width // tile.shape[1]))
    return np.ascontiguousarray(np.tile(tile, repeats)[:height, :width])


def stage_times(engine: Engine, frame: NDArray[np.uint8]) -> list[float]:
    """Seconds of each of STAGES for one frame (H, W)."""
    marks = [time.perf_counter()]
    batch = engine.prepare(frame[None])
    marks.append(time.perf_counter())
    probabilities = engine.infer(batch)
    marks.append(time.perf_counter())
    labels, _ = engine.place_back(probabilities, *frame.shape)
    marks.append(time.perf_counter())
    find_regions(labels[0])
    marks.append(time.perf_counter())
    return [*np.diff(marks), marks[-1] - marks[0]]


def summarised(seconds: NDArray[np.float64]) -> dict[str, dict[str, float]]:
    """(frames, stages) seconds -> median and 95th percentile of each stage in milliseconds."""
    medians, tails = np.percentile(seconds * 1000.0, (50, 95), axis=0)
    return {
        stage: {"p50_ms": float(median), "p95_ms": float(tail)}
        for stage, median, tail in zip(STAGES, medians, tails, strict=True)
    }


def bench_engine(engine: Engine, height: int, width: int, frames: int) -> dict[str, Any]:
    """Median and 95th percentile in milliseconds of each stage for frames of (height, width)."""
    seconds = _timed({"": engine}, tiled_frame(height, width), frames)[""]
    return {
        "recipe": engine.spec.recipe,
        "runtimes": list(engine.runtime_names),
        "frame": {"height": height, "width": width},
        "input": {
            "height": engine.spec.preprocessing.height,
            "width": engine.spec.preprocessing.width,
        },
        "frames": frames,
        "stages": summarised(seconds),
    }


def bench_runtimes(
    models: Sequence[Path],
    *,
    cache: Path,
    names: Sequence[str],
    height: int,
    width: int,
    frames: int,
    threads: int | None,
    calibration: Sequence[NDArray[np.uint8]] = (),
) -> dict[str, Any]:
    """All these runtimes in turns, frame by frame, and why each other one is not among them.

    The report is the fastest one's, with every runtime's stages under "by_runtime" and the
    refusals' sentences under "refused".
    """
    engines: dict[str, Engine] = {}
    refused: dict[str, str] = {}
    for name in names:
        try:
            engines[name] = Engine.load(
                models, runtime=name, cache=cache, threads=threads, calibration=calibration
            )
        except EngineError as refusal:
            refused[name] = str(refusal)
    if not engines:
        raise EngineError(" ".join(refused.values()))
    times = _timed(engines, tiled_frame(height, width), frames)
    by_runtime = {name: summarised(seconds) for name, seconds in times.items()}
    best = min(by_runtime, key=lambda name: by_runtime[name]["total"]["p50_ms"])
    engine = engines[best]
    return {
        "recipe": engine.spec.recipe,
        "runtimes": list(engine.runtime_names),
        "frame": {"height": height, "width": width},
        "input": {
            "height": engine.spec.preprocessing.height,
            "width": engine.spec.preprocessing.width,
        },
        "frames": frames,
        "stages": by_runtime[best],
        "by_runtime": by_runtime,
        "parity": {
            name: {"largest": each.parity.largest, "dice": each.parity.dice}
            for name, engine in engines.items()
            for each in engine.verdicts
            if each.parity is not None
        },
        "refused": refused,
    }


def _timed(
    engines: dict[str, Engine], frame: NDArray[np.uint8], frames: int
) -> dict[str, NDArray[np.float64]]:
    seconds = {name: np.zeros((frames, len(STAGES))) for name in engines}
    for number in range(-WARM_UP_FRAMES, frames):
        for name, engine in engines.items():
            stages = stage_times(engine, frame)
            if number >= 0:
                seconds[name][number] = stages
    return seconds


def all_names(chosen: str | None) -> tuple[str, ...]:
    """The runtimes to look at: the one asked for, or all."""
    return RUNTIME_NAMES if chosen is None else (chosen,)
