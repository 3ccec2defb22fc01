"""The scores of a run's held-out frames, as the folds left them in the storage."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage

from annotation.models import Clip
from training.evaluate.diagnosis import Diagnosis, diagnosis_from_json, pool
from training.evaluate.report import Evaluation, evaluate_images
from training.evaluate.scores import ImageScore, score_from_json
from training.models import Fold, TrainingRun
from training.services.manifest import ManifestFrame, learnt_structures, manifest_frames


def run_images(run: TrainingRun) -> dict[int, tuple[ImageScore, ...]]:
    """Fold -> its held-out frames, with the scale of their clip where it is known by now."""
    frames = {frame.stem: frame for frame in manifest_frames(run.snapshot.manifest)}
    scales = _scales(frames.values())
    return {
        fold.index: tuple(
            replace(score, microns_per_pixel=scales.get(frames[score.stem].clip_id))
            for score in map(score_from_json, _stored(fold.evaluation_key)["images"])
        )
        for fold in _folds(run)
    }


def run_evaluations(run: TrainingRun) -> dict[int, Evaluation]:
    """Fold -> the figures over its held-out frames."""
    codes = [each.code for each in learnt_structures(run.snapshot.manifest)]
    return {
        fold: evaluate_images(images, codes, seed=run.seed)
        for fold, images in run_images(run).items()
    }


def run_diagnosis(run: TrainingRun) -> Diagnosis | None:
    """All held-out frames together; None for a run whose folds kept none."""
    folds = _folds(run)
    if not all(fold.diagnosis_key for fold in folds):
        return None
    codes = [each.code for each in learnt_structures(run.snapshot.manifest)]
    rows = [row for fold in folds for row in _stored(fold.diagnosis_key)]
    return pool([diagnosis_from_json(row) for row in rows], codes)


def _folds(run: TrainingRun) -> list[Fold]:
    return list(run.folds.order_by("index"))


def _stored(key: str) -> Any:
    with default_storage.open(key) as stream:
        return json.load(stream)


def _scales(frames: Iterable[ManifestFrame]) -> Mapping[UUID, float]:
    clips = Clip.objects.filter(pk__in={frame.clip_id for frame in frames})
    known = clips.exclude(microns_per_pixel=None).values_list("pk", "microns_per_pixel")
    return {pk: scale for pk, scale in known if scale is not None}
