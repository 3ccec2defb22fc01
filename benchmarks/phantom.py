"""How many frames a second the phantom draws on one core.

    python benchmarks/phantom.py

Prints one table and writes `results/phantom.json` beside this file.
"""

from __future__ import annotations

import os

for _library in ("OMP", "OPENBLAS", "MKL"):
    # read when NumPy loads, so set before it is imported
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

# run as a script, this file's folder would come first and this file would be taken for the package
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

_FOLDER = Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _FOLDER]

import argparse  # noqa: E402
import json  # noqa: E402
import platform as machine  # noqa: E402
import statistics  # noqa: E402
import time  # noqa: E402

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from phantom import Scene  # noqa: E402

SIZES = ((512, 512), (480, 640), (256, 256))
ANATOMIES = ("axillary", "femoral", "brachial-plexus", "femoral-block")


def measure(anatomy: str, height: int, width: int, frames: int) -> dict[str, float | int | str]:
    """Return set-up time, per-frame times in milliseconds, and frames a second over all."""
    started = time.perf_counter()
    scene = Scene(anatomy, 3, height, width)
    ready = time.perf_counter()
    scene.frame(0)
    times = []
    processor = time.process_time()
    for index in range(frames):
        before = time.perf_counter()
        scene.frame(index)
        times.append(time.perf_counter() - before)
    processor = time.process_time() - processor
    return {
        "anatomy": anatomy,
        "height": height,
        "width": width,
        "frames": frames,
        "setup_ms": round(1000 * (ready - started), 1),
        "median_ms": round(1000 * statistics.median(times), 2),
        "p95_ms": round(1000 * float(np.percentile(times, 95)), 2),
        "frames_per_second": round(frames / sum(times), 1),
        "frames_per_cpu_second": round(frames / processor, 1),
    }


def main() -> None:
    """Measure every anatomy at every size, print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=150)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = [measure(name, *size, options.frames) for size in SIZES for name in ANATOMIES]
    print(f"{'anatomy':16} {'size':>9} {'setup ms':>9} {'median ms':>10} {'p95 ms':>7} "
          f"{'frames/s':>9} {'per cpu s':>10}")  # fmt: skip
    for row in rows:
        size = f"{row['width']}x{row['height']}"
        print(f"{row['anatomy']:16} {size:>9} {row['setup_ms']:>9} {row['median_ms']:>10} "
              f"{row['p95_ms']:>7} {row['frames_per_second']:>9} "
              f"{row['frames_per_cpu_second']:>10}")  # fmt: skip
    results = _FOLDER / "results"
    results.mkdir(exist_ok=True)
    report = {
        "benchmark": "phantom",
        "cores": 1,
        "python": machine.python_version(),
        "numpy": np.__version__,
        "opencv": cv2.__version__,
        "processor": machine.machine(),
        "rows": rows,
    }
    (results / "phantom.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
