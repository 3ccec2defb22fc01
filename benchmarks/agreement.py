"""How long agreement takes: 3 readers, 100 clips, 100 frames, 6 structures at 640x480.

`python -m benchmarks.agreement` prints one table and writes benchmarks/results/agreement.json. The
reference, in the same run, compares pairs one by one on whole frames with SciPy, as a script would
that knows of no box; it is run on a few clips, and its time is for as many frames. Wall clock.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from annotation.agreement import (
    ClipMeasures,
    ClipReadings,
    FrameTable,
    Reading,
    agreement_figures,
    disagreements,
    measure_clips,
    pack_table,
)
from annotation.geometry import (
    ChannelTrack,
    Keyframe,
    Track,
    contour,
    dense_from_mask,
    shape_mask,
)

WIDTH, HEIGHT, FRAMES, STRUCTURES, READERS, KEYFRAME_EVERY = 640, 480, 100, 6, 3, 10
CHANNELS = list(range(1, STRUCTURES + 1))
RESULT = Path(__file__).parent / "results" / "agreement.json"


def clip(number: int) -> ClipReadings:
    """Nerve-like splines of 12 points, about 80 pixels across, that readers draw some pixels
    apart; the last reader misses the last structure.
    """
    rng = np.random.default_rng(number)
    centres = np.array([[100 + 85 * each, 240] for each in range(STRUCTURES)], np.float64)
    radii = rng.uniform(36, 44, size=(STRUCTURES, 12, 1))
    angle = 2 * np.pi * np.arange(12) / 12
    around = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    readings = []
    for reader in range(READERS):
        tracks = []
        for place, channel in enumerate(CHANNELS):
            if reader == READERS - 1 and place == STRUCTURES - 1:
                continue
            keyframes = []
            for frame in range(0, FRAMES, KEYFRAME_EVERY):
                radius = radii[place] + rng.normal(0, 2, size=(12, 1))
                moved = centres[place] + rng.normal(0, 4, size=2)
                keyframes.append(Keyframe(frame, contour("spline", moved + radius * around)))
            keyframes.append(Keyframe(FRAMES - 1, keyframes[-1].shape))
            tracks.append(ChannelTrack(channel, f"s{channel}", Track(keyframes)))
        readings.append(Reading(reader, tuple(tracks)))
    subject = f"S-{number // 2:03d}"
    return ClipReadings(number, subject, WIDTH, HEIGHT, FRAMES, 80.0, tuple(readings))


def dense(one: ClipReadings, reader: int, channel: int, frame: int) -> NDArray[np.bool_]:
    """A reader's structure as a mask of the whole frame."""
    pixels = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    for track in one.readings[reader].tracks:
        if track.channel == channel:
            mask = shape_mask(track.shape_at(frame), WIDTH, HEIGHT)
            pixels |= dense_from_mask(mask, WIDTH, HEIGHT)
    return pixels


def naive(one: ClipReadings, frames: range) -> dict[tuple[int, int, int, int], tuple[float, ...]]:
    """Dice, HD95 and mean surface distance of each structure, frame and pair, on whole frames."""
    found = {}
    for frame in frames:
        for channel in CHANNELS:
            for first, second in combinations(range(READERS), 2):
                a, b = dense(one, first, channel, frame), dense(one, second, channel, frame)
                total = int(a.sum()) + int(b.sum())
                dice = 2.0 * int((a & b).sum()) / total if total else np.nan
                if a.any() and b.any():
                    to_a, to_b = (ndimage.distance_transform_edt(~edge(each)) for each in (a, b))
                    one_way, other_way = to_a[edge(b)], to_b[edge(a)]
                    hd95 = max(np.percentile(one_way, 95), np.percentile(other_way, 95))
                    mean = float(np.concatenate((one_way, other_way)).mean())
                    found[frame, channel, first, second] = (dice, float(hd95), mean)
                else:
                    found[frame, channel, first, second] = (dice, np.nan, np.nan)
    return found


def edge(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Its pixels with a 4-neighbour outside."""
    return np.asarray(mask & ~ndimage.binary_erosion(mask), np.bool_)


def largest_difference(
    measured: ClipMeasures, reference: dict[tuple[int, int, int, int], tuple[float, ...]]
) -> float:
    """Over every figure of every row that the reference has too; infinite where one lacks it."""
    table = FrameTable(measured.rows)
    worst = 0.0
    for row, dice in zip(table.rows, table.dice, strict=True):
        key = tuple(int(row[name]) for name in ("frame", "channel", "first", "second"))
        if key not in reference:
            continue
        mine = np.array([dice, row["hd95_px"], row["surface_distance_px"]])
        theirs = np.array(reference[key])
        if not (np.isnan(mine) == np.isnan(theirs)).all():
            return float("inf")
        worst = max(worst, float(np.nanmax(np.abs(mine - theirs), initial=0.0)))
    return worst


def main() -> None:
    """Print and keep the wall clock of the whole and of its reference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=100)
    parser.add_argument("--reference-frames", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    clips = [clip(number) for number in range(asked.clips)]
    started = time.perf_counter()
    measures = list(measure_clips(clips, CHANNELS, workers=asked.workers))
    compared = time.perf_counter() - started
    scale = {one.clip: one.microns_per_pixel for one in clips}
    agreement_figures(measures, CHANNELS, READERS, scale)
    summed = time.perf_counter() - started - compared
    table = FrameTable(np.concatenate([each.rows for each in measures]))
    stored = pack_table(table)
    started_worst = time.perf_counter()
    disagreements(table, 100)
    worst = time.perf_counter() - started_worst
    started_naive = time.perf_counter()
    reference = naive(clips[0], range(asked.reference_frames))
    naive_seconds = time.perf_counter() - started_naive
    rows = asked.clips * FRAMES
    per_frame = (compared + summed) / rows
    naive_per_frame = naive_seconds / asked.reference_frames
    results = {
        "clips": asked.clips,
        "workers": asked.workers,
        "frames": rows,
        "comparing_s": compared,
        "figures_with_intervals_s": summed,
        "whole_s": compared + summed,
        "worst_list_ms": 1000 * worst,
        "stored_mb": len(stored) / 1e6,
        "ms_a_frame": 1000 * per_frame,
        "reference_ms_a_frame": 1000 * naive_per_frame,
        "times_faster": naive_per_frame / per_frame,
        "largest_difference": largest_difference(measures[0], reference),
    }
    for name, value in results.items():
        print(f"{name:<28}{value:>14.4g}")
    RESULT.parent.mkdir(exist_ok=True)
    described = {"machine": platform.machine(), "cores": os.cpu_count(), **results}
    RESULT.write_text(json.dumps(described, indent=2) + "\n")


if __name__ == "__main__":
    main()
