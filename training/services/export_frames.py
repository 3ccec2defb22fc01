"""Frames for an export: some to calibrate int8 on, others to measure what each format costs."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
from django.core.files.storage import default_storage
from PIL import Image

from annotation.models import Clip
from annotation.selectors import clip_frames
from inference.engine.labelfile import write_label_png
from inference.models import ModelVersion
from training.models import Fold
from training.services.fold_record import TRUTH
from training.services.label_maps import as_model_labels, read_labels
from training.services.manifest import learnt_structures, manifest_frames

CALIBRATION_FRAMES = 64
MEASURED_FRAMES = 24

Places = list[tuple[UUID, int]]


def export_frames_write(version: ModelVersion, member: int, folder: Path) -> list[str]:
    """Write frames into folders of `folder`; return the options of `training export` for them.

    Calibration takes frames that this network was trained on, the measuring frames that it held
    out, with their truth. Of a version from elsewhere neither is known: then frames of the project
    calibrate, and nothing is measured against a truth.
    """
    fold = (
        Fold.objects.filter(
            run_id=version.training_run_id, weights_sha256=version.members[member]["sha256"]
        )
        .select_related("run__snapshot")
        .first()
    )
    if fold is None:
        places = _any_frames(version)
        return _written(places, folder / "calibration", "--calibration")
    manifest = fold.run.snapshot.manifest
    frames = {frame.stem: frame for frame in manifest_frames(manifest)}
    held_out = set(fold.run.split["folds"][fold.index]["stems"])
    trained = [stem for stem in sorted(frames) if stem not in held_out]
    measured = _spread(sorted(held_out), MEASURED_FRAMES)
    channels = [each.channel for each in learnt_structures(manifest)]
    _write_truth(fold, measured, channels, folder / "masks")

    def places_of(stems: Sequence[str]) -> Places:
        return [(frames[stem].clip_id, frames[stem].frame_index) for stem in stems]

    options = _written(
        places_of(_spread(trained, CALIBRATION_FRAMES)), folder / "calibration", "--calibration"
    )
    options += _written(places_of(measured), folder / "images", "--images")
    return [*options, "--masks", str(folder / "masks")]


def _spread(stems: Sequence[str], most: int) -> list[str]:
    """At most so many, evenly over all: frames that follow each other say the same."""
    places = np.linspace(0, len(stems) - 1, min(most, len(stems))).round().astype(int)
    return [stems[place] for place in places]


def _any_frames(version: ModelVersion) -> Places:
    clips = Clip.objects.filter(project_id=version.project_id, deleted_at__isnull=True)
    counted = list(clips.order_by("number").values_list("pk", "frame_count")[:CALIBRATION_FRAMES])
    each = max(1, CALIBRATION_FRAMES // max(1, len(counted)))
    return [
        (pk, index)
        for pk, frame_count in counted
        for index in sorted({frame_count * part // each for part in range(each)})
    ]


def _written(places: Places, folder: Path, option: str) -> list[str]:
    """Write the frames and return the option that names their folder; nothing without frames."""
    if not places:
        return []
    folder.mkdir(parents=True)
    for clip_id, index in places:
        [pixels] = clip_frames(clip_id, [index])
        Image.fromarray(pixels).save(folder / f"{clip_id.hex}-{index:06d}.png", compress_level=1)
    return [option, str(folder)]


def _write_truth(fold: Fold, stems: Sequence[str], channels: Sequence[int], folder: Path) -> None:
    folder.mkdir(parents=True)
    with default_storage.open(fold.predictions_key) as stored, zipfile.ZipFile(stored) as archive:
        for stem in stems:
            truth = read_labels(archive.read(f"{TRUTH}/{stem}.png"))
            write_label_png(folder / f"{stem}.png", as_model_labels(truth, channels))
