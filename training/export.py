"""A model in the formats of other runtimes, with the report of what each costs in accuracy."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.engine.bundle import GATE_FILE, GOLDEN_FILE, Bundle, convert
from inference.engine.choose import CHOICE_FILE, INT8_DICE_LOSS, load_kind
from inference.engine.engine import Engine
from inference.engine.errors import ConversionError, EngineError
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
from training.export_readme import (
    CARD_FILE,
    README_FILE,
    card_beside,
    is_readme_of_export,
    readme_text,
)
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


def _with_weights(names: Iterable[str]) -> tuple[str, ...]:
    """The files named, and the .bin in which OpenVINO keeps a .xml's weights."""
    weights = [str(Path(name).with_suffix(".bin")) for name in names if name.endswith(".xml")]
    return (*weights, *names)


# all that an exported folder can hold; no frame but the drawn ones of golden.npz
EXPORTED: tuple[str, ...] = (
    *_with_weights([*(name for names in FORMATS.values() for name in names), *INT8.values()]),
    *(GOLDEN_FILE, ENTRY, REPORT, CARD_FILE, README_FILE),
)
_DRAFT = ".draft-"


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

    A file that is refused is not written. What int8 is calibrated and judged on is not either: the
    folder goes to other people, the frames do not. Files of an earlier export are removed first.
    """
    if masks is not None and images is None:
        raise BadInputError("--masks needs the --images they belong to.")
    spec = read_spec(model)
    card = card_beside(model)
    frames, truths = _examples(spec, images, masks, limit, warn)
    calibrating = _read(calibration, None) if calibration is not None else []
    names = [name for each in formats for name in FORMATS[each]]
    if calibrating:
        names += [INT8[each] for each in formats if each in INT8]
    out.mkdir(parents=True, exist_ok=True)
    _clear(out)
    with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=out) as draft:
        bundle = Bundle(Path(draft), spec, model)
        failures = convert(bundle, names, calibrating)
        if GOLDEN_FILE in failures:
            raise ConversionError(failures[GOLDEN_FILE])  # nothing to prove the others by
        reference = Engine.load(model)
        expected = [reference.segment(frame) for frame in frames]
        if calibrating and truths:
            _gate(reference, frames, truths).save(bundle.folder / GATE_FILE)
        labels = [each.labels[0] for each in expected]
        made = [name for name in names if name not in failures]
        runtimes, files = _proven(bundle, made, frames, labels, truths)
        spec = _calibrated(spec, [each.confidence[0] for each in expected], truths)
        described: dict[str, Any] = {
            "model": str(model),
            "recipe": spec.recipe,
            "images": len(frames),
            "files": files,
            "failed": failures,
            "runtimes": runtimes,
        }
        title = f"{(card or {}).get('name') or model.stem} ({model.name})"
        readme = readme_text(title, files, card)
        (bundle.folder / README_FILE).write_text(readme, encoding="utf-8")
        if card is not None:
            _write(bundle.folder / CARD_FILE, card)
        _write(bundle.folder / ENTRY, spec.to_json())
        _write(bundle.folder / REPORT, described)
        # no model without its notice, and the report once all else is there
        for name in (README_FILE, CARD_FILE, *_with_weights(files), GOLDEN_FILE, ENTRY, REPORT):
            if (bundle.folder / name).is_file():
                (bundle.folder / name).replace(out / name)
    return described


def _clear(out: Path) -> None:
    """Remove what an earlier export left, so that no other model's files lie beside this one's.

    Raises BadInputError for a README or card that somebody else wrote.
    """
    is_ours = is_readme_of_export(out / README_FILE)
    for name in (README_FILE, CARD_FILE):
        if (out / name).exists() and not is_ours:
            raise BadInputError(
                f"{out} holds a {name} that no export wrote: name another folder with --out."
            )
    for draft in out.glob(f"{_DRAFT}*"):
        if draft.is_dir():
            shutil.rmtree(draft)  # of an export that was killed: it holds frames
    # the README last: it tells that the others are ours
    for name in (GATE_FILE, CHOICE_FILE, *EXPORTED):
        (out / name).unlink(missing_ok=True)


def _proven(
    bundle: Bundle, made: Sequence[str], frames: Frames, labels: Frames, truths: Frames
) -> tuple[dict[str, Any], list[str]]:
    """What each runtime makes of these files, and the files that are handed on.

    Left out is a file that every runtime refuses, and int8 that no runtime here can judge.
    """
    runtimes: dict[str, Any] = {}
    passed: dict[str, list[bool]] = {}
    for kind in KINDS:
        # OpenVINO reads ONNX too: its own format would never be tried
        file = kind.also if kind.also in made else kind.file
        if file is None or file not in made:
            continue
        own = replace(kind, file=file, also=None)
        runtimes[kind.name] = _parity(bundle, own, frames, labels, truths)
        if kind.is_installed:
            passed.setdefault(file, []).append(runtimes[kind.name]["refused"] is None)
    untried = {name: [name not in INT8.values()] for name in made}
    return runtimes, [name for name in made if any(passed.get(name, untried[name]))]


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
    path.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
