"""The published network as one would have it: trained, and as Keras itself exports it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phantom import Scene, write_pairs

RECIPE = "smistad-axillary"
CLASSES = (
    "1=vessel:Vessel,2=bone:Bone,3=musculocutaneous:Musculocutaneous nerve,"
    "4=median:Median nerve,5=ulnar:Ulnar nerve"
)
ANATOMY = "axillary"
# enough to outline the structures of a subject that it has not seen; minutes on two cores
SUBJECTS = range(300, 324)
FRAMES_PER_SUBJECT = 6
EPOCHS = 40
BATCH_SIZE = 8
SIDE = 384
UNSEEN_SUBJECT = 900


def published_model(folder: Path) -> Path:
    """The six-level U-Net of Smistad et al. (256x256, six channels), trained on drawn subjects.

    Kept in the folder: made once.
    """
    path = folder / f"{RECIPE}-phantom.keras"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    print("Training the published network on drawn subjects, once ...", flush=True)
    with tempfile.TemporaryDirectory(prefix="published-") as work:
        write_pairs(work, ANATOMY, SUBJECTS, FRAMES_PER_SUBJECT, SIDE, SIDE)
        command = [sys.executable, "-m", "benchmarks._published", work]
        subprocess.run(command, check=True, capture_output=True)
        draft = path.with_suffix(".draft")
        draft.write_bytes((Path(work) / "fit" / "model.keras").read_bytes())
    return draft.rename(path)


def unseen_frame(height: int, width: int) -> NDArray[np.uint8]:
    """A frame (height, width) of a drawn subject that the network was not trained on."""
    return Scene(ANATOMY, UNSEEN_SUBJECT, height, width).frame(0).image


def as_keras_exports(model: Path, target: Path) -> Path:
    """The network in ONNX by Keras' own export, one frame at a time, channels last."""
    code = (
        "import sys, keras; model = keras.saving.load_model(sys.argv[1], compile=False); "
        "frame = keras.InputSpec(shape=(1, *model.input_shape[1:]), dtype='float32', name='frame');"
        "model.export(sys.argv[2], format='onnx', input_signature=[frame], verbose=False)"
    )
    command = [sys.executable, "-c", code, str(model), str(target)]
    subprocess.run(command, check=True, capture_output=True)
    return target


def train(folder: Path) -> None:
    """Fit the pairs of the folder into its `fit/model.keras`.

    The published network, and the loss, schedule and batch normalisation of `smistad-small`, which
    outline these structures in a fraction of the steps. Conversion folds the normalisation away.
    """
    from training import recipes
    from training.datasets.pairs import parse_classes, scan_pairs
    from training.fit.loop import fit_fold
    from training.fit.plan import FitPlan

    network = recipes.get(RECIPE)
    recipe = replace(
        recipes.get("smistad-small"),
        name=RECIPE,
        height=network.height,
        width=network.width,
        filters=network.filters,
        normalisation=network.normalisation,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
    )
    pairs = scan_pairs(folder / "images", folder / "masks").pairs
    fit_fold(FitPlan(recipe, parse_classes(CLASSES), pairs, (), folder / "fit"))


if __name__ == "__main__":
    train(Path(sys.argv[1]))
