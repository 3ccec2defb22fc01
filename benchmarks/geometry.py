"""How long shapes take: interpolating and rasterising six structures through a clip.

`python -m benchmarks.geometry` prints one table and writes benchmarks/results/geometry.json. The
same clip goes through the browser's code in Node (the engine that Chromium has), and Pillow fills
the same outlines, already interpolated, as a reference. Processor time, so that other work on the
machine does not count.
"""

from __future__ import annotations

import json
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from annotation.geometry import (
    Contour,
    Keyframe,
    Mask,
    Track,
    contour,
    decode_shape,
    encode_shape,
    label_map,
    outline,
    shape_at,
    shape_mask,
    shape_to_json,
)

WIDTH, HEIGHT, FRAMES, STRUCTURES, KEYFRAME_EVERY = 640, 480, 600, 6, 25
RESULT = Path(__file__).parent / "results" / "geometry.json"


def spline(rng: np.random.Generator, structure: int) -> Contour:
    """A nerve-like closed spline of 12 points, about 80 pixels across."""
    angle = 2 * np.pi * np.arange(12) / 12
    radius = rng.uniform(30, 50, size=(12, 1))
    centre = np.array([100 + 85 * structure, 240]) + rng.normal(0, 6, size=2)
    return contour("spline", centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def tracks(*, as_masks: bool) -> list[Track]:
    """One track per structure with a keyframe every 25 frames."""
    rng = np.random.default_rng(0)
    made = []
    for structure in range(STRUCTURES):
        keyframes = []
        for frame in range(0, FRAMES + KEYFRAME_EVERY, KEYFRAME_EVERY):
            shape: Contour | Mask = spline(rng, structure)
            if as_masks:
                shape = shape_mask(shape, WIDTH, HEIGHT)
            keyframes.append(Keyframe(frame, shape))
        made.append(Track(keyframes))
    return made


def clip_through(*, as_masks: bool) -> Callable[[], None]:
    """Label images of the whole clip, from tracks that have prepared nothing."""

    def run() -> None:
        made = tracks(as_masks=as_masks)
        for frame in range(FRAMES):
            layers = [(1 + i, shape_at(track, frame)) for i, track in enumerate(made)]
            label_map(layers, WIDTH, HEIGHT)

    return run


def filled_by_pillow() -> Callable[[], None]:
    """Label images of the same spline tracks from outlines that are at hand."""
    made = tracks(as_masks=False)
    outlines = [
        [
            outline(shape).vertices / 256
            for track in made
            if isinstance(shape := shape_at(track, frame), Contour)
        ]
        for frame in range(FRAMES)
    ]

    def run() -> None:
        for lines in outlines:
            labels = Image.new("L", (WIDTH, HEIGHT))
            pen = ImageDraw.Draw(labels)
            for i, line in enumerate(lines):
                pen.polygon([(x, y) for x, y in line.tolist()], fill=i + 1)
            np.asarray(labels)

    return run


def in_the_browsers_code() -> dict[str, float]:
    """Milliseconds of each kind of track through `frontend/src/geometry`, run by Node."""
    cases = {
        kind: [
            [
                {"frame_index": one.frame_index, "shape": shape_to_json(one.shape)}
                for one in track.keyframes
            ]
            for track in tracks(as_masks=kind == "mask")
        ]
        for kind in ("spline", "mask")
    }
    asked = {"width": WIDTH, "height": HEIGHT, "frames": FRAMES, "cases": cases}
    source = Path(__file__).parent / "geometry_clip.ts"
    frontend = Path(__file__).parents[1] / "frontend"
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "geometry_clip.mjs"
        bundler = frontend / "node_modules" / ".bin" / "rolldown"
        subprocess.run(
            [bundler, source, "--platform", "node", "--format", "esm", "--file", bundle],
            check=True,
            capture_output=True,
            cwd=frontend,
        )
        answer = subprocess.run(
            ["node", bundle], input=json.dumps(asked), check=True, capture_output=True, text=True
        )
    found: dict[str, float] = json.loads(answer.stdout)
    return {f"the same {kind} tracks, browser's code": ms for kind, ms in found.items()}


def repeated(call: Callable[[], object], times: int) -> Callable[[], None]:
    """The call, `times` over."""

    def run() -> None:
        for _ in range(times):
            call()

    return run


def main() -> None:
    """Print and keep the processor time of each case, the best of three."""
    shape = spline(np.random.default_rng(1), 2)
    mask = shape_mask(shape, WIDTH, HEIGHT)
    stored = encode_shape(mask)
    cases: dict[str, tuple[int, Callable[[], None]]] = {
        "600 frames x 6 spline tracks to label maps": (1, clip_through(as_masks=False)),
        "600 frames x 6 mask tracks to label maps": (1, clip_through(as_masks=True)),
        "reference: Pillow fills the same outlines": (1, filled_by_pillow()),
        "spline of 12 points to mask": (200, repeated(lambda: shape_mask(shape, 640, 480), 200)),
        "mask to bytes": (200, repeated(lambda: encode_shape(mask), 200)),
        "bytes to mask": (200, repeated(lambda: decode_shape(stored), 200)),
    }
    results = {}
    print(f"{'case':<46}{'processor, ms':>14}")
    for name, (count, run) in cases.items():
        best = np.inf
        for _ in range(3):
            started = time.process_time()
            run()
            best = min(best, time.process_time() - started)
        results[name] = 1000 * best / count
        print(f"{name:<46}{results[name]:>14.3f}")
    for name, milliseconds in in_the_browsers_code().items():
        results[name] = milliseconds
        print(f"{name:<46}{milliseconds:>14.3f}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps({"machine": platform.processor() or platform.machine(), "ms": results}, indent=2)
        + "\n"
    )


if __name__ == "__main__":
    main()
