"""Make the models that ship with the demo project, and their cards. Takes minutes.

    .venv/bin/python scripts/make_starter_models.py --out inference/starter

They train on drawn subjects (`phantom`, anatomy "axillary") and are measured on subjects that
neither model nor demo project has seen. `scripts/make_starters_of_images.py` makes the others.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from phantom import write_pairs

ANATOMY = "axillary"
SIDE = 384  # pixels, as the demo project's clips
RECIPE = "smistad-small"
CLASSES = (
    "1=vessel:Blood vessel,2=bone:Bone,3=musculocutaneous:Musculocutaneous nerve,"
    "4=median:Median nerve,5=ulnar:Ulnar nerve"
)
HELD_OUT_SEEDS = range(900, 916)
HELD_OUT_FRAMES = 4


@dataclass(frozen=True, slots=True)
class Starter:
    """What makes one model: seeds of its subjects (the demo's are below 100), frames of each."""

    stem: str
    name: str
    first_subject: int
    subjects: int
    frames: int
    epochs: int
    seed: int


STARTERS = (
    Starter("starter-1", "Starter 1 (12 phantom subjects)", 100, 12, 6, 100, 1),
    Starter("starter-2", "Starter 2 (48 phantom subjects)", 200, 48, 6, 80, 2),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("inference/starter"))
    parser.add_argument("--only", choices=[starter.stem for starter in STARTERS])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="starter-") as folder:
        held_out = Path(folder) / "held-out"
        write_pairs(held_out, ANATOMY, HELD_OUT_SEEDS, HELD_OUT_FRAMES, SIDE, SIDE)
        for starter in STARTERS:
            if options.only in {None, starter.stem}:
                make(starter, Path(folder) / starter.stem, held_out, options.out)


def make(starter: Starter, work: Path, held_out: Path, out: Path) -> None:
    """Train one model, measure it, and write `STEM.keras` and `STEM.json`."""
    seeds = range(starter.first_subject, starter.first_subject + starter.subjects)
    write_pairs(work, ANATOMY, seeds, starter.frames, SIDE, SIDE)
    training(
        "fit", *folders(work), "--recipe", RECIPE, "--classes", CLASSES,
        "--epochs", starter.epochs, "--seed", starter.seed, "--out", work / "fit",
    )  # fmt: skip
    measured = work / "measured.json"
    training(
        "evaluate", "--model", work / "fit" / "model.keras", *folders(held_out),
        "--classes", CLASSES, "--json", measured,
    )  # fmt: skip
    model = out / f"{starter.stem}.keras"
    model.write_bytes((work / "fit" / "model.keras").read_bytes())
    card = card_of(starter, json.loads(measured.read_text(encoding="utf-8")))
    text = json.dumps(card, indent=2) + "\n"
    (out / f"{starter.stem}.json").write_text(text, encoding="utf-8")
    print(f"{model}: {model.stat().st_size / 1e6:.2f} MB", flush=True)


def card_of(starter: Starter, measured: dict[str, Any]) -> dict[str, Any]:
    """What the model was made of, and how it did on subjects it had not seen."""
    del measured["images"], measured["models"]
    return {
        "name": starter.name,
        "recipe": RECIPE,
        "intended_use": "To try Fascicle out on its own phantom.",
        "not_for": "Not for diagnosis, not for guiding a needle. Useless on real ultrasound.",
        "data": {
            "source": "phantom",
            "anatomy": ANATOMY,
            "side_px": SIDE,
            **{name: value for name, value in asdict(starter).items() if name != "name"},
            "held_out_subjects": [HELD_OUT_SEEDS.start, HELD_OUT_SEEDS.stop - 1],
            "held_out_frames": HELD_OUT_FRAMES,
        },
        "command": f"python scripts/make_starter_models.py --only {starter.stem}",
        "metrics": measured,
    }


def folders(root: Path) -> tuple[str | Path, ...]:
    return (
        *("--images", root / "images", "--masks", root / "masks"),
        *("--groups", root / "groups.json"),
    )


def training(*arguments: object) -> None:
    subprocess.run([sys.executable, "-m", "training", *map(str, arguments)], check=True)


if __name__ == "__main__":
    main()
