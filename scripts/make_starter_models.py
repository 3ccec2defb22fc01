"""Make the models that ship with the demo project, and their cards.

    .venv/bin/python scripts/make_starter_models.py --out inference/starter
    .venv/bin/python scripts/make_starter_models.py --data DIR --only femoral
    .venv/bin/python scripts/make_starter_models.py --data DIR --only usgra

The first trains on drawn subjects (`phantom`, anatomy "axillary") and measures on subjects that
neither model nor demo project has seen. The others train on all images of a public data set in
`DIR/NAME/{images,masks}`; such a model has no image left to be measured on, so its card takes the
figures of a cross-validation of the same recipe (`--cross-validation summary.json`, written by
`python -m training fit --folds K`), or says that there are none. Takes minutes, or an hour.

    .venv/bin/python scripts/make_starter_models.py --only femoral --fold RUN/fold-0

takes the model of a finished fold instead, with the figures of the images it has not seen.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from inference.engine.modelfile import read_spec, write_spec
from phantom import write_pairs
from training.datasets.pairs import parse_classes

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


@dataclass(frozen=True, slots=True)
class RealStarter:
    """What makes one model of a public data set; credit is shown wherever the model is.

    classes: structures by the codes of the procedure whose projects it is for. A fold that called
    them otherwise is renamed, in the same order.
    """

    stem: str
    name: str
    procedure: str
    recipe: str
    classes: str
    epochs: int
    credit: str
    licence: str


REAL_STARTERS = (
    RealStarter(
        "femoral",
        "Femoral nerve block region",
        "femoral-block",
        "fascicle",
        "1=block-region:Femoral nerve block region",
        110,
        "C. Huang et al., Ann. Transl. Med. 7(18):453, 2019, training and development images",
        "MIT",
    ),
    RealStarter(
        "usgra",
        "Nerve and vessel",
        "brachial-plexus",
        "fascicle",
        "1=nerve:Nerve,2=vessel:Blood vessel",
        260,
        "usgra-seg data set by tmkand",
        "CC BY 4.0",
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("inference/starter"))
    parser.add_argument("--only", choices=[starter.stem for starter in (*STARTERS, *REAL_STARTERS)])
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the public sets lie")
    parser.add_argument("--cross-validation", type=Path, metavar="FILE")
    parser.add_argument("--epochs", type=int, metavar="N", help="of models of public sets")
    parser.add_argument("--fold", type=Path, metavar="DIR", help="folder of a finished fold")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    chosen = [starter for starter in REAL_STARTERS if starter.stem == options.only]
    for real in chosen:
        if options.fold is not None:
            take_fold(real, options.fold, options.out)
            continue
        if options.data is None:
            parser.error(f"{real.stem} needs --data, the folder that holds {real.stem}/images")
        make_real(real, options.data, options.out, options.cross_validation, options.epochs)
    if chosen:
        return
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


def make_real(
    starter: RealStarter, data: Path, out: Path, cross_validation: Path | None, epochs: int | None
) -> None:
    """Train on every image of a public set; write `STEM.keras` and `STEM.json`."""
    root = data / starter.stem
    images, masks = root / "images", root / "masks"
    count = epochs or starter.epochs
    with tempfile.TemporaryDirectory(prefix="starter-") as folder:
        training(
            "fit", "--images", images, "--masks", masks, "--recipe", starter.recipe,
            "--classes", starter.classes, "--epochs", count, "--out", folder,
        )  # fmt: skip
        model = out / f"{starter.stem}.keras"
        model.write_bytes((Path(folder) / "model.keras").read_bytes())
    measured = None
    if cross_validation is not None:
        measured = json.loads(cross_validation.read_text(encoding="utf-8"))
    write_real_card(
        starter,
        out,
        images=len(list(images.iterdir())),
        epochs=count,
        command=f"python scripts/make_starter_models.py --data DIR --only {starter.stem}",
        metrics=None if measured is None else measured["evaluation"],
        metrics_are_of="no images: all were trained on, and no cross-validation was given"
        if measured is None
        else f"grouped cross-validation of the same recipe, {measured['epochs']} epochs a fold",
    )


def take_fold(starter: RealStarter, fold: Path, out: Path) -> None:
    """Copy a finished fold's model; write its card with the figures of its held-out images."""
    measured = json.loads((fold / "metrics.json").read_text(encoding="utf-8"))
    evaluation = measured["evaluation"]
    held_out = len(evaluation.pop("images"))
    model = out / f"{starter.stem}.keras"
    model.write_bytes((fold / "model.keras").read_bytes())
    former = rename_structures(model, starter.classes)
    now = [each.code for each in parse_classes(starter.classes).classes]
    structures = evaluation["structures"]
    evaluation["structures"] = {
        code: structures[name] for code, name in zip(now, former, strict=True)
    }
    write_real_card(
        starter,
        out,
        images=measured["images"],
        epochs=measured["epochs"],
        command=f"python -m training fit --recipe {starter.recipe} "
        f"--images {starter.stem}/images --masks {starter.stem}/masks "
        f'--classes "{starter.classes}" --folds {measured["folds"]} --fold {measured["fold"]} '
        f"--epochs {measured['epochs']} --out RUN",
        metrics=evaluation,
        metrics_are_of=f"{held_out} images in {evaluation['groups']} groups that it has not seen, "
        f"fold {measured['fold']} of {measured['folds']}",
    )


def rename_structures(model: Path, classes: str) -> list[str]:
    """Give a model file's structures these codes and names, in order; returns the codes it had."""
    spec = read_spec(model)
    wanted = parse_classes(classes).classes
    renamed = tuple(
        replace(each, code=now.code, name=now.name)
        for each, now in zip(spec.classes, wanted, strict=True)
    )
    write_spec(model, replace(spec, classes=renamed))
    return list(spec.codes)


def write_real_card(
    starter: RealStarter,
    out: Path,
    *,
    images: int,
    epochs: int,
    command: str,
    metrics: dict[str, Any] | None,
    metrics_are_of: str,
) -> None:
    model = out / f"{starter.stem}.keras"
    card = {
        "name": starter.name,
        "recipe": starter.recipe,
        "procedure": starter.procedure,
        "intended_use": "Research use only: to try Fascicle out on ultrasound of this kind.",
        "not_for": "Not for diagnosis, not for guiding a needle.",
        "data": {
            "source": starter.credit,
            "licence": starter.licence,
            "images": images,
            "epochs": epochs,
        },
        "command": command,
        "metrics": metrics,
        "metrics_are_of": metrics_are_of,
    }
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
