"""What one frame costs, stage by stage, one frame at a time as live sees it."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from inference.engine.engine import Engine
from inference.engine.regions import find_regions, minimum_region_area
from inference.engine.runtime import golden_frame

WARM_UP_FRAMES = 5
STAGES = ("preprocess", "network", "labels", "regions", "total")


def bench_engine(engine: Engine, height: int, width: int, frames: int) -> dict[str, Any]:
    """Median and 95th percentile in milliseconds of each stage for frames of (height, width)."""
    tile = golden_frame()
    repeats = (-(-height // tile.shape[0]), -(-width // tile.shape[1]))
    frame = np.ascontiguousarray(np.tile(tile, repeats)[:height, :width])
    minimum_area = minimum_region_area(height, width)
    seconds = np.zeros((frames, len(STAGES)))
    for number in range(-WARM_UP_FRAMES, frames):
        marks = [time.perf_counter()]
        batch = engine.prepare(frame[None])
        marks.append(time.perf_counter())
        probabilities = engine.infer(batch)
        marks.append(time.perf_counter())
        labels, _ = engine.place_back(probabilities, height, width)
        marks.append(time.perf_counter())
        find_regions(labels[0], minimum_area)
        marks.append(time.perf_counter())
        if number >= 0:
            seconds[number] = [*np.diff(marks), marks[-1] - marks[0]]
    medians, tails = np.percentile(seconds * 1000.0, (50, 95), axis=0)
    return {
        "recipe": engine.spec.recipe,
        "runtimes": list(engine.runtime_names),
        "frame": {"height": height, "width": width},
        "input": {
            "height": engine.spec.preprocessing.height,
            "width": engine.spec.preprocessing.width,
        },
        "frames": frames,
        "stages": {
            stage: {"p50_ms": float(median), "p95_ms": float(tail)}
            for stage, median, tail in zip(STAGES, medians, tails, strict=True)
        },
    }
