"""A model in the formats of other runtimes, with the report of what each costs in accuracy."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.engine.bundle import GATE_FILE, Bundle, convert
from inference.engine.choose import INT8_DICE_LOSS, load_kind
from inference.engine.engine import Engine
from inference.engine.errors import EngineError
from inference.engine.framefile import frame_paths, read_frame
from inference.engine.golden import GoldenSet
from inference.engine.modelfile import ENTRY, ModelSpec, read_spec
from inference.engine.preprocess import place_labels
from inference.engine.presence import calibrate_threshold
from inference.engine.runtimes import (
    IR_FILE,
    IR_INT8_FILE,
    KINDS,
    ONNX_FILE,
    TFLITE_DYNAMIC_FILE,
    TFLITE_FILE,
    TFLITE_INT8_FILE,
    RuntimeKind,
)
from training.datasets.pairs import ClassMap, MaskClass, read_pair
from training.datasets.problem import BadInputError
from training.folder_split import folder_pairs

REPORT = "parity.json"
FORMATS: dict[str, tuple[str, ...]] = {
    "onnx": (ONNX_FILE,),
    "openvino": (IR_FILE,),
    "tflite": (TFLITE_FILE, TFLITE_DYNAMIC_FILE),
}
# held-out frames on which int8 is judged
GATE_FRAMES = 64
INT8: dict[str, str] = {"openvino": IR_INT8_FILE, "tflite": TFLITE_INT8_FILE}

Frames = Sequence[NDArray[np.uint8]]


def parse_formats(text: str) -> tuple[str, ...]:
    """The formats of `--format`, as "onnx,tflite"; BadInputError names the ones there are."""
    formats = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    for each in formats:
        if each not in FORMATS:
            raise BadInputError(
                f"There is no format {each!r}; the formats are {', '.join(FORMATS)}."
            )
    if not formats:
        raise BadInputError(f"Name at least one format of {', '.join(FORMATS)}.")
    return formats


def export_model(
    *,
    model: Path,
    formats: Sequence[str],
    out: Path,
    images: Path | None = None,
    masks: Path | None = None,
    calibration: Path | None = None,
    limit: int | None = None,
    warn: Callable[[str], None],
) -> dict[str, Any]:
    """Write the model in these formats into `out`, which `Engine.load` takes as it is.

    images: frames on which every runtime is compared with Keras, besides the golden ones; with
    masks also by Dice against the truth, and presence thresholds are calibrated on them.
    calibration: training images; with them int8 is made as well, judged on the images where they
    have masks, and left out where it loses too much there. Returns the report, which is also
    `out/parity.json`: per runtime the largest and mean difference of probabilities and the Dice of
    its label maps with Keras', or the sentence that says why it is not used.
    """
    if masks is not None and images is None:
        raise BadInputError("--masks needs the --images they belong to.")
    spec = read_spec(model)
    frames, truths = _examples(spec, images, masks, limit, warn)
    calibrating = _read(calibration, None) if calibration is not None else []
    names = [name for each in formats for name in FORMATS[each]]
    if calibrating:
        names += [INT8[each] for each in formats if each in INT8]
    out.mkdir(parents=True, exist_ok=True)
    for name in [*names, "golden.npz", GATE_FILE, ENTRY]:
        (out / name).unlink(missing_ok=True)  # never another model's, from an earlier export
    bundle = Bundle(out, spec, model)
    failures = convert(bundle, names, calibrating)
    reference = Engine.load(model)
    expected = [reference.segment(frame) for frame in frames]
    if calibrating and truths:
        _gate(reference, frames, truths).save(out / GATE_FILE)
    spec = _calibrated(spec, [each.confidence[0] for each in expected], truths)
    described: dict[str, Any] = {
        "model": str(model),
        "recipe": spec.recipe,
        "images": len(frames),
        "files": [name for name in names if name not in failures],
        "failed": failures,
        "runtimes": {},
    }
    labels = [each.labels[0] for each in expected]
    for kind in KINDS:
        if {kind.file, kind.also} & set(described["files"]):
            described["runtimes"][kind.name] = _parity(bundle, kind, frames, labels, truths)
    described["files"] = [name for name in described["files"] if (out / name).is_file()]
    _write(out / ENTRY, spec.to_json())
    _write(out / REPORT, described)
    return described


def _gate(reference: Engine, frames: Frames, truths: Frames) -> GoldenSet:
    """Held-out frames with their truth, at the network's size."""
    step = max(1, len(frames) // GATE_FRAMES)
    chosen = list(zip(frames, truths, strict=True))[::step][:GATE_FRAMES]
    inputs = np.concatenate([reference.prepare(frame) for frame, _ in chosen])
    answers = np.concatenate([np.array(reference.infer(each[None])) for each in inputs])
    placed = [place_labels(truth, reference.spec.preprocessing) for _, truth in chosen]
    return GoldenSet(inputs, answers, np.stack(placed))


def parity_table(described: dict[str, Any]) -> str:
    """The report as lines of text."""
    lines = [f"{'runtime':<22}{'largest':>10}{'mean':>10}{'Dice':>9}{'on images':>11}{'loss':>9}"]
    for name, each in described["runtimes"].items():
        if each["refused"] is not None:
            lines.append(f"{name:<22}{each['refused']}")
            continue
        cells = [each[key] for key in ("largest", "mean")]
        dice = [each[key] for key in ("golden_dice", "images_dice", "dice_loss")]
        lines.append(
            f"{name:<22}"
            + "".join(f"{cell:>10.1e}" for cell in cells)
            + "".join(
                f"{'-':>{width}}" if cell is None else f"{cell:>{width}.4f}"
                for cell, width in zip(dice, (9, 11, 9), strict=True)
            )
        )
    return "\n".join([*lines, *described["failed"].values()])


def _parity(
    bundle: Bundle, kind: RuntimeKind, frames: Frames, labels: Frames, truths: Frames
) -> dict[str, Any]:
    runtime, verdict = load_kind(bundle, kind)
    if runtime is None or verdict.parity is None:
        return {"refused": verdict.refusal}
    try:
        engine = Engine(bundle.spec, [runtime])
        found = [engine.segment(frame).labels[0] for frame in frames]
    except EngineError as refusal:
        return {"refused": str(refusal)}
    loss = None
    if truths:
        loss = pooled_dice(truths, labels) - pooled_dice(truths, found)
    # the gate judged at the network's size; this is what a person would see
    if kind.is_int8 and loss is not None and loss >= INT8_DICE_LOSS:
        path = bundle.path(kind.file or "")
        if path is not None:
            path.unlink()
            path.with_suffix(".bin").unlink(missing_ok=True)  # OpenVINO keeps its weights beside
        return {
            "refused": f"The {kind.name} runtime loses {loss:.4f} Dice on these images "
            f"({INT8_DICE_LOSS} is allowed): it is left out."
        }
    return {
        "refused": None,
        "largest": verdict.parity.largest,
        "mean": verdict.parity.mean,
        "golden_dice": verdict.parity.dice,
        "images_dice": pooled_dice(labels, found) if frames else None,
        "dice_loss": loss,
    }


def pooled_dice(truth: Frames, found: Frames) -> float:
    """Dice over all pixels of all structures of all frames; 1 where neither holds any."""
    shared = sum(int(((a == b) & (a > 0)).sum()) for a, b in zip(truth, found, strict=True))
    total = sum(int((a > 0).sum() + (b > 0).sum()) for a, b in zip(truth, found, strict=True))
    return 2 * shared / total if total else 1.0


def _examples(
    spec: ModelSpec,
    images: Path | None,
    masks: Path | None,
    limit: int | None,
    warn: Callable[[str], None],
) -> tuple[Frames, Frames]:
    if images is None:
        return [], []
    if masks is None:
        return _read(images, limit), []
    classes = ClassMap(tuple(MaskClass(each.index, each.code, each.name) for each in spec.classes))
    pairs = [read_pair(pair, classes) for pair in folder_pairs(images, masks, None, limit, warn)]
    return [image for image, _ in pairs], [truth for _, truth in pairs]


def _read(folder: Path, limit: int | None) -> list[NDArray[np.uint8]]:
    return [read_frame(path) for path in frame_paths(folder)[:limit]]


def _calibrated(
    spec: ModelSpec, confidence: Sequence[NDArray[np.float32]], truths: Frames
) -> ModelSpec:
    """Presence thresholds for the structures that the masks show in some frames and not in all."""
    classes = []
    for position, each in enumerate(spec.classes):
        there = [bool((truth == each.index).any()) for truth in truths]
        if any(there) and not all(there):
            scores = [float(frame[position]) for frame in confidence]
            each = replace(each, presence_threshold=calibrate_threshold(scores, there))  # noqa: PLW2901
        classes.append(each)
    return replace(spec, classes=tuple(classes))


def _write(path: Path, described: dict[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)
