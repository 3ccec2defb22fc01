"""Make the shipped models of public images, and their cards, from folds that have been run.

    python scripts/make_starters_of_images.py femoral --folds RUN/fold-* --data DIR --work DIR
    python scripts/make_starters_of_images.py usgra --folds RUN/fold-0

With --data, one more model is trained on every image in `DIR/NAME/{images,masks}` (about 20 minutes
for the femoral ones; it goes on from its checkpoint in --work). No image is left to measure or to
calibrate it on: its card has the figures of the folds, and their temperature goes into it. Without
--data the model of the one fold is taken as it is. Folds: folders that `python -m training fit
--folds` or `python -m benchmarks.evidence run` left.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inference.engine.modelfile import read_spec, write_spec
from training.datasets.pairs import parse_classes
from training.evaluate.report import evaluate_images
from training.evaluate.scores import score_from_json
from training.fit.carried import calibrate_like


@dataclass(frozen=True, slots=True)
class Starter:
    """What makes one model of a public data set; credit is shown wherever the model is.

    classes: structures by the codes of the procedure whose projects it is for. Folds that called
    them otherwise are renamed, in the same order.
    """

    stem: str
    name: str
    procedure: str
    recipe: str
    classes: str
    epochs: int
    credit: str
    licence: str


STARTERS = (
    Starter(
        "femoral",
        "Femoral nerve block region",
        "femoral-block",
        "fascicle",
        "1=block-region:Femoral nerve block region",
        110,
        "C. Huang et al., Ann. Transl. Med. 7(18):453, 2019, training and development images",
        "MIT",
    ),
    Starter(
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
    parser.add_argument("starter", choices=[each.stem for each in STARTERS])
    parser.add_argument("--folds", type=Path, nargs="+", required=True, metavar="DIR")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the public sets lie")
    parser.add_argument("--work", type=Path, metavar="DIR", help="with --data: for its checkpoints")
    parser.add_argument("--out", type=Path, default=Path("inference/starter"))
    options = parser.parse_args()
    if (options.data is None) != (options.work is None):
        parser.error("--data and --work belong together.")
    if options.data is None and len(options.folds) != 1:
        parser.error("Without --data one fold's model is taken: name one.")
    (starter,) = (each for each in STARTERS if each.stem == options.starter)
    options.out.mkdir(parents=True, exist_ok=True)
    model = options.out / f"{starter.stem}.keras"
    measured = [json.loads((each / "metrics.json").read_text("utf-8")) for each in options.folds]
    with tempfile.TemporaryDirectory(prefix="starter-") as drafts:
        folds = renamed(starter, options.folds, Path(drafts))
        if options.data is None:
            shutil.copyfile(folds[0], model)
        else:
            trained = train(starter, options.data, options.work)
            draft = Path(drafts) / model.name
            shutil.copyfile(trained, draft)
            calibrate_like(draft, folds)
            shutil.copyfile(draft, model)
    card = card_of(starter, model, measured, is_of_all=options.data is not None)
    text = json.dumps(card, indent=2) + "\n"
    model.with_suffix(".json").write_text(text, encoding="utf-8")
    print(f"{model}: {model.stat().st_size / 1e6:.2f} MB", flush=True)


def train(starter: Starter, data: Path, work: Path) -> Path:
    """Train on every image of a public set, or go on with it; returns the model file."""
    root, out = data / starter.stem, work / starter.stem
    command = [sys.executable, "-m", "training", "fit", "--recipe", starter.recipe]
    command += ["--images", str(root / "images"), "--masks", str(root / "masks")]
    command += ["--classes", starter.classes, "--epochs", str(starter.epochs), "--out", str(out)]
    subprocess.run(command, check=True)
    return out / "model.keras"


def renamed(starter: Starter, folds: Sequence[Path], folder: Path) -> list[Path]:
    """Copies of the folds' models that call the structures as the procedure does."""
    wanted = parse_classes(starter.classes).classes
    copies = []
    for number, fold in enumerate(folds):
        copy = folder / f"fold-{number}.keras"
        shutil.copyfile(fold / "model.keras", copy)
        spec = read_spec(copy)
        classes = tuple(
            replace(each, code=now.code, name=now.name)
            for each, now in zip(spec.classes, wanted, strict=True)
        )
        write_spec(copy, replace(spec, classes=classes))
        copies.append(copy)
    return copies


def card_of(
    starter: Starter, model: Path, measured: Sequence[dict[str, Any]], *, is_of_all: bool
) -> dict[str, Any]:
    """What the model was made of, and how its folds did on images that they had not seen."""
    trained_on = read_spec(model).trained_on
    held_out = [
        score_from_json(image) for fold in measured for image in fold["evaluation"]["images"]
    ]
    codes = list(measured[0]["evaluation"]["structures"])
    evaluation = evaluate_images(held_out, codes).to_json()
    del evaluation["images"]
    now = [each.code for each in parse_classes(starter.classes).classes]
    structures = evaluation["structures"]
    evaluation["structures"] = {new: structures[old] for new, old in zip(now, codes, strict=True)}
    numbers = sorted(fold["fold"] for fold in measured)
    of = f"fold{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))} of "
    of += str(measured[0]["folds"])
    count = f"{len(held_out)} images in {evaluation['groups']} groups"
    seen_by = f"{count}, {of}: each by a model of the same recipe that had not seen its group; "
    seen_by += "this one was trained on all of them"
    recipe = f"--recipe {starter.recipe} --epochs {measured[0]['epochs']}"
    return {
        "name": starter.name,
        "recipe": starter.recipe,
        "procedure": starter.procedure,
        "intended_use": "Research use only: to try Fascicle out on ultrasound of this kind.",
        "not_for": "Not for diagnosis, not for guiding a needle.",
        "data": {
            "source": starter.credit,
            "licence": starter.licence,
            "images": trained_on["images"],
            "epochs": trained_on["epochs"],
        },
        "command": f"python scripts/make_starters_of_images.py {starter.stem} --folds RUN/fold-* "
        + ("--data DIR --work DIR" if is_of_all else ""),
        "command_of_folds": f"python -m training fit {recipe} --images {starter.stem}/images "
        f'--masks {starter.stem}/masks --classes "{starter.classes}" '
        f"--folds {measured[0]['folds']} --out RUN",
        "metrics": evaluation,
        "metrics_are_of": seen_by if is_of_all else f"{count} that it has not seen, {of}",
    }


if __name__ == "__main__":
    main()
