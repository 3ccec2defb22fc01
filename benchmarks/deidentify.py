"""What de-identification finds and what it costs.

    python benchmarks/deidentify.py [--screens 40] [--stills 60]

Screens are made of the phantom, rectangle and sector by turns, with three lines of text each at
random places, sizes (9 to 33 px), fonts and grey levels (150 to 255), as stills and as clips of 8
frames. Counted: lines wholly gone (98 % of their ink), and the share of the picture kept, away from
text. Real stills without text count what is blanked for nothing. Timed, on one core: a proposal of
16 frames 640x480, and applying a redaction to a 640x480 frame beside copying it. Prints one table
and writes `results/deidentify.json`.
"""

from __future__ import annotations

import sys
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent
# run as a script, this file's folder would come first and its files be taken for packages
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _FOLDER]
sys.path[:0] = [str(_FOLDER.parent), str(_FOLDER.parent / "tests" / "annotation" / "deidentify")]

import argparse  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import platform as machine  # noqa: E402
import statistics  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from annotation.deidentify import Box, Redaction, propose  # noqa: E402

_WORDS = ("DOE, JANE", "1998-04-12", "ID 4471-22", "St. Mary Hospital", "ATA", "R FEM N", "MI 1.1")
HEIGHT, WIDTH = 480, 640


def drawn_text(count: int) -> dict[str, float]:
    """Lines found on made-up screens, by where they stand, and what is kept of the picture."""
    from screens import Label, covered, kept_pixels, linear_screen, sector_screen

    random = np.random.default_rng(0)
    gone = {"outside": [0, 0], "inside": [0, 0]}
    kept_shares = []
    for index in range(count):
        labels = tuple(
            Label(
                str(random.choice(_WORDS)),
                int(random.integers(2, 470)),
                int(random.integers(2, 440)),
                int(random.integers(9, 34)),
                int(random.integers(150, 256)),
                str(random.choice(["pillow", "cv2"])),
            )
            for _ in range(3)
        )
        frames = int(random.choice([1, 8]))
        if index % 2:
            high, wide = int(random.integers(180, 340)), int(random.integers(150, 420))
            corner = int(random.integers(20, 470 - high)), int(random.integers(20, 630 - wide))
            ground = int(random.choice([0, 0, 18]))
            screen = linear_screen(
                labels,
                frames=frames,
                place=corner,
                picture=(high, wide),
                ground=ground,
                seed=index,
            )
        else:
            angle = float(random.uniform(0.35, 0.75))
            screen = sector_screen(labels, frames=frames, half_angle=angle, seed=index)
        kept = kept_pixels(propose(screen.frames).redaction, HEIGHT, WIDTH)
        ink = np.any(screen.text, axis=0).astype(np.uint8)
        rim = cv2.dilate(ink, np.ones((31, 31), np.uint8)) > 0
        kept_shares.append(float(kept[screen.picture & ~rim].mean()))
        for text in screen.text:
            where = "inside" if screen.picture[text].mean() > 0.3 else "outside"
            gone[where][0] += covered(kept, text) >= 0.98
            gone[where][1] += 1
    return {
        "lines_outside": gone["outside"][1],
        "lines_outside_gone": gone["outside"][0],
        "lines_inside": gone["inside"][1],
        "lines_inside_gone": gone["inside"][0],
        "picture_kept_median": statistics.median(kept_shares),
        "picture_kept_lowest": min(kept_shares),
        "screens_keeping_97_percent": sum(share >= 0.97 for share in kept_shares),
        "screens": count,
    }


def real_stills(folder: Path, count: int) -> dict[str, float]:
    """How many real stills without burned-in names have text blanked inside the picture."""
    files = sorted((folder / "femoral" / "images").glob("*"))
    files += sorted((folder / "usgra" / "images").glob("*"))
    files = files[:: max(len(files) // count, 1)]
    wrongly = 0
    for file in files:
        found = propose([np.asarray(Image.open(file).convert("L"))]).findings
        wrongly += any(one.reason == "Text inside the picture." for one in found)
    return {"stills": len(files), "stills_with_text_inside": wrongly}


def times() -> dict[str, float]:
    """Processor seconds of a proposal, and milliseconds of applying a redaction."""
    from screens import Label, linear_screen

    screen = linear_screen((Label("DOE, JANE", 20, 20, 16), Label("ID 7", 400, 440, 14)), frames=16)
    start = time.process_time()
    propose(screen.frames)
    first = time.process_time() - start
    start = time.process_time()
    propose(screen.frames)
    again = time.process_time() - start
    frame = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
    sector = tuple(
        (320 + 300 * np.sin(a), 30 + 430 * np.cos(a)) for a in np.linspace(-0.9, 0.9, 40)
    )
    redactions = {
        "crop_and_blanks": Redaction(Box(40, 30, 600, 470), (Box(50, 40, 150, 60),) * 6),
        "sector": Redaction(Box(10, 20, 630, 470), (Box(50, 40, 150, 60),) * 6, sector),
        "blanks_of_whole_frame": Redaction(None, (Box(0, 0, 640, 40),)),
    }
    figures = {"proposal_first_s": first, "proposal_s": again, "copy_ms": _median(frame.copy)}
    for name, redaction in redactions.items():
        figures[f"apply_{name}_ms"] = _median(lambda one=redaction: one.apply(frame))
    return figures


def _median(work: Callable[[], object]) -> float:
    """Median milliseconds of 500 calls."""
    taken = []
    for _ in range(500):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=40)
    parser.add_argument("--stills", type=int, default=60)
    options = parser.parse_args()
    named = os.environ.get("FASCICLE_SHARED_DATA")
    real = Path(named) if named else _FOLDER.parents[1] / "shared" / "data"
    cv2.setNumThreads(1)
    figures = times() | drawn_text(options.screens)
    if real.is_dir():
        figures |= real_stills(real, options.stills)
    for name, value in figures.items():
        print(f"{name:32} {value:10.3f}")
    results = _FOLDER / "results"
    results.mkdir(exist_ok=True)
    (results / "deidentify.json").write_text(
        json.dumps({"machine": machine.machine(), **figures}, indent=2) + "\n"
    )


if __name__ == "__main__":
    main()
