"""The file of a finished fold: scores of every held-out frame, and how they came about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from benchmarks.evidence.plan import Fold
from training.datasets.problem import BadInputError
from training.evaluate.scores import ImageScore, score_from_json

FORMAT = 1
_FRAMES = ("frames", "frames_mirrored")
_DISTANCES = ("hd95_px", "surface_distance_px")


@dataclass(frozen=True, slots=True)
class FoldRecord:
    """A finished fold. Names no path and holds no picture.

    frames: scores at the frames' own size; frames_mirrored: of the same model averaged over
    mirrored frames, None where it was not trained with such. seconds: of all epochs together,
    fastest_epoch_seconds: of the least disturbed. precision: of the arithmetic, in Keras' words.
    code: version, and the commit where it is known. machine: in plain words.
    """

    data: str
    data_digest: str
    recipe: str
    recipe_digest: str
    fold: int
    folds: int
    training_images: int
    epochs: int | None
    steps: int | None
    batch_size: int | None
    input: tuple[int, int] | None
    precision: str | None
    seconds: float
    fastest_epoch_seconds: float | None
    code: dict[str, str]
    machine: str
    frames: tuple[ImageScore, ...]
    frames_mirrored: tuple[ImageScore, ...] | None = None

    def why_stale(self, fold: Fold) -> str | None:
        """Why these figures are not of what the plan asks for today; None where they are."""
        if self.recipe_digest != fold.recipe_digest:
            return "the recipe or its epochs have changed"
        if self.data_digest != fold.data.digest or self.folds != fold.data.folds:
            return "the data set has changed"
        return None


def write_record(path: Path, record: FoldRecord) -> None:
    """Write the file whole or not at all; one line a frame, so that a change shows in a diff."""
    described = {"format": FORMAT, **asdict(record)}
    lines = []
    for name, value in described.items():
        if name in _FRAMES and value is not None:
            rows = ",\n".join(
                "    " + json.dumps(_short(each), separators=(",", ":"))
                for each in getattr(record, name)
            )
            lines.append(f'  "{name}": [\n{rows}\n  ]')
        else:
            lines.append(f'  "{name}": {json.dumps(value)}')
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    draft.replace(path)


def read_record(path: Path) -> FoldRecord | None:
    """The record in a file, None where there is none; BadInputError for a damaged one."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told.pop("format") != FORMAT:
            raise BadInputError(f"{path} is of another format.")
        for name in _FRAMES:
            if told[name] is not None:
                told[name] = tuple(score_from_json(each) for each in told[name])
        if told["input"] is not None:
            told["input"] = tuple(told["input"])
        return FoldRecord(**{field.name: told[field.name] for field in fields(FoldRecord)})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as damage:
        if isinstance(damage, BadInputError):
            raise
        raise BadInputError(f"{path} is damaged ({damage!r}).") from damage


def valid_record(fold: Fold, records: Path) -> FoldRecord | None:
    """The record of this fold if there is one and it is not stale."""
    record = read_record(fold.record_file(records))
    return None if record is None or record.why_stale(fold) else record


def stems_of(frames: Sequence[ImageScore]) -> list[str]:
    return sorted(each.stem for each in frames)


def _short(score: ImageScore) -> dict[str, Any]:
    """A frame's score without what follows from it, distances to a thousandth of a pixel."""
    described = score.to_json()
    del described["iou"]
    for each in described["structures"].values():
        del each["dice"], each["iou"]
        for name in _DISTANCES:
            if each[name] is not None:
                each[name] = round(each[name], 3)
    return described
