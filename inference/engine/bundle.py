"""A folder with one model in several formats, and its golden answers.

    fascicle.json        what the model says about itself (as inside the model file)
    golden.npz           golden inputs and the trained network's answers to them
    model.onnx           the network, rewritten for speed, outputs by channel
    model.tflite ...     the same for LiteRT
    model-int8.xml/.bin  int8 for OpenVINO, calibrated on given frames
    gate.npz             frames on which int8 is judged: calibration frames and the trained
                         network's answers, or held-out frames with their truth besides; people's
                         pictures, so only the cache of this machine keeps it, to judge again at
                         each load, and an exported folder holds int8 that was judged and no gate

Conversions run in a child process: the one that serves frames need not import TensorFlow.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import ConversionError, ModelFileError
from inference.engine.golden import GoldenSet, read_golden
from inference.engine.modelfile import ENTRY, ModelSpec, read_spec, spec_from_json
from inference.engine.preprocess import prepare

GOLDEN_FILE = "golden.npz"
GATE_FILE = "gate.npz"
# part of the folder's name: files of another way of converting are not taken for these
CONVERSION = 1
CONVERSION_SECONDS = 900
# calibration learns ranges; more frames cost time and change little
CALIBRATION_FRAMES = 64


@dataclass(frozen=True, slots=True)
class Bundle:
    """folder: where the converted files lie. model: the Keras file they came from, if at hand.

    has_conversions False: there is no such folder, only the model file as it is.
    """

    folder: Path
    spec: ModelSpec
    model: Path | None = None
    has_conversions: bool = True

    def path(self, name: str) -> Path | None:
        """The file of this name, or None where it has not been made."""
        path = self.folder / name
        return path if self.has_conversions and path.is_file() else None

    def golden(self) -> GoldenSet | None:
        path = self.path(GOLDEN_FILE)
        return None if path is None else read_golden(path)

    def gate(self) -> GoldenSet | None:
        """The frames on which an int8 network is judged; None where it was before an export."""
        path = self.path(GATE_FILE)
        return None if path is None else read_golden(path)


def open_bundle(folder: Path) -> Bundle:
    """A folder as `export` writes it. Raises ModelFileError where it describes no model."""
    description = folder / ENTRY
    try:
        spec = spec_from_json(json.loads(description.read_text(encoding="utf-8")))
    except OSError:
        raise ModelFileError(
            f"{folder} holds no {ENTRY}: it is no folder of an exported model."
        ) from None
    except ValueError as damage:
        raise ModelFileError(f"{description} is damaged ({damage}).") from damage
    return Bundle(folder, spec)


def cached_bundle(model: Path, cache: Path) -> Bundle:
    """The folder of this very file's conversions inside the cache; made empty where it is new.

    Known by the file's content: another file of the same name never meets its conversions.
    """
    spec = read_spec(model)
    with model.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    folder = cache / f"{digest[:32]}-{CONVERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    return Bundle(folder, spec, model)


def convert(
    bundle: Bundle, names: Iterable[str], calibration: Sequence[NDArray[np.uint8]] = ()
) -> dict[str, str]:
    """Make the files of these names that are missing; returns the failures, name to sentence.

    calibration: grey frames (H, W) uint8 of any size, needed for int8 and otherwise unused.
    Raises ConversionError where there is nothing to convert from, or the conversion as such fails.
    """
    wanted = [name for name in names if bundle.path(name) is None]
    if bundle.path(GOLDEN_FILE) is None:
        wanted.append(GOLDEN_FILE)
    if not wanted:
        return {}
    if not bundle.has_conversions:
        raise ConversionError("Give a cache folder: this runtime reads a converted file.")
    if bundle.model is None:
        raise ConversionError(
            f"{bundle.folder} has no {wanted[0]}, and no Keras model to make it from."
        )
    with (bundle.folder / ".lock").open("w") as lock:
        flock(lock, LOCK_EX)  # two workers with the same new model convert it once
        missing = [name for name in wanted if bundle.path(name) is None]
        return _convert(bundle, bundle.model, missing, calibration) if missing else {}


def _convert(
    bundle: Bundle, model: Path, names: Sequence[str], calibration: Sequence[NDArray[np.uint8]]
) -> dict[str, str]:
    with tempfile.TemporaryDirectory(dir=bundle.folder, prefix=".draft-") as draft:
        arguments = [str(model), draft, *names]
        if len(calibration):
            frames = Path(draft) / "calibration.npy"
            step = max(1, len(calibration) // CALIBRATION_FRAMES)
            chosen = list(calibration)[::step][:CALIBRATION_FRAMES]
            np.save(frames, np.concatenate([prepare(f, bundle.spec.preprocessing) for f in chosen]))
            arguments += ["--calibration", str(frames)]
        failures = _run_child(arguments)
        for name in sorted(Path(draft).iterdir(), key=_weights_first):
            if name.name != "calibration.npy":
                name.replace(bundle.folder / name.name)
    description = bundle.folder / ENTRY
    if not description.exists():
        draft_file = bundle.folder / f".{ENTRY}.{os.getpid()}"
        draft_file.write_text(json.dumps(bundle.spec.to_json(), indent=2), encoding="utf-8")
        draft_file.replace(description)
    return failures


def _weights_first(path: Path) -> tuple[bool, str]:
    """The .xml that names a .bin appears after it."""
    return path.suffix == ".xml", path.name


def _run_child(arguments: Sequence[str]) -> dict[str, str]:
    environment = os.environ | {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",  # converting needs no card, and live may be using it
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    command = [sys.executable, "-m", "inference.engine.conversion", *arguments]
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=CONVERSION_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise ConversionError(
            f"Converting the model took more than {CONVERSION_SECONDS // 60} minutes."
        ) from None
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        said = done.stderr.strip().splitlines()
        reason = said[-1] if said else f"status {done.returncode}"
        raise ConversionError(f"The model could not be converted: {reason}")
    failures: dict[str, str] = json.loads(lines[-1])
    return failures
