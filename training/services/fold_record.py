"""Every write a fold makes while it is fitted. Each holds its job, so a zombie changes nothing."""

import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryFile
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.services import job_create, job_finish
from inference.services.held_job import held_job
from inference.services.weights import StoredWeights, weights_store
from training.evaluate.report import evaluation_from_json
from training.models import Epoch, Fold, FoldState, RunState, TrainingRun
from training.services.run_settle import UNFINISHED_FOLD, UNFINISHED_RUN

FINALISE_KIND = "run_finalise"
TRUTH = "truth"  # folder in the zip of predictions


@dataclass(frozen=True, slots=True)
class FoldOutcome:
    """What a fold leaves behind in the storage, and its headline figures."""

    weights: StoredWeights
    evaluation_key: str
    diagnosis_key: str
    predictions_key: str
    metrics: Mapping[str, Any]


def fold_begin(context: JobContext) -> Fold:
    """Mark the fold, and with the first one the run, as running. A fold that is done stays done."""
    with held_job(context):
        fold = Fold.objects.select_related("run__snapshot").filter(job_id=context.job_id).first()
        if fold is None or fold.state == FoldState.PAUSED:  # paused between claim and beginning
            raise JobStopped(is_lost=False)
        if fold.state != FoldState.DONE:
            fold.state, fold.error = FoldState.RUNNING, ""
            fold.save(update_fields=["state", "error"])
            waiting = TrainingRun.objects.filter(pk=fold.run_id, state=RunState.QUEUED)
            waiting.update(state=RunState.RUNNING)
    return fold


def fold_wait(context: JobContext, fold: Fold) -> None:
    """Put the fold back among the waiting ones, before its job is released."""
    with held_job(context):
        # a fold that is being paused or cancelled stays so
        running = Fold.objects.filter(pk=fold.pk, state=FoldState.RUNNING)
        running.update(state=FoldState.QUEUED)


def fold_note(context: JobContext, fold: Fold, sentence: str) -> None:
    """Say on the fold what did not go as planned."""
    with held_job(context):
        Fold.objects.filter(pk=fold.pk).update(note=sentence)


def epochs_write(context: JobContext, fold: Fold, events: Iterable[Mapping[str, Any]]) -> None:
    """Write points of the curves; an epoch repeated after a kill replaces its earlier point."""
    rows = _epochs(fold, events)
    if rows:
        with held_job(context):
            _epochs_put(rows)


def epochs_forget(context: JobContext, fold: Fold, after: int) -> None:
    """Drop the points of an earlier start beyond the epoch that this one goes on from."""
    with held_job(context):
        Epoch.objects.filter(fold=fold, number__gt=after).delete()


def fold_done(
    context: JobContext, fold: Fold, outcome: FoldOutcome, events: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Mark fold and job as done; in the same transaction the last fold queues the finalising job.

    Returns the job's result. Raises JobStopped when another attempt has taken over.
    """
    rows = _epochs(fold, events)
    result = {"weights_sha256": outcome.weights.sha256, "epochs": len(rows)}
    with held_job(context):
        _epochs_put(rows)
        Fold.objects.filter(pk=fold.pk).update(
            state=FoldState.DONE,
            error="",
            metrics=dict(outcome.metrics),
            weights_key=outcome.weights.storage_key,
            weights_sha256=outcome.weights.sha256,
            evaluation_key=outcome.evaluation_key,
            diagnosis_key=outcome.diagnosis_key,
            predictions_key=outcome.predictions_key,
        )
        job_finish(job_id=context.job_id, attempt=context.attempt, result=result)
        # Two folds may end at once: whoever locks the run second sees the other as done.
        run = (
            TrainingRun.objects.select_for_update(of=("self",))
            .select_related("project", "created_by")
            .get(pk=fold.run_id)
        )
        is_last = not run.folds.filter(state__in=UNFINISHED_FOLD).exists()
        if is_last and run.state in UNFINISHED_RUN and run.finalise_job_id is None:
            finalise_queue(run)
    return result


def finalise_queue(run: TrainingRun) -> None:
    """Queue the job that puts the folds together; the caller's transaction holds the run."""
    run.finalise_job = job_create(
        kind=FINALISE_KIND,
        queue="default",
        owner=run.created_by,
        project=run.project,
        target_id=run.pk,
    )
    run.save(update_fields=["finalise_job"])


def outcome_store(context: JobContext, fold: Fold, folder: Path, masks: Path) -> FoldOutcome:
    """Copy what the finished child left in its folder into the storage.

    masks: the folder of true label PNGs; those of the held-out frames are kept beside the
    predictions, as delineations move on and a report must show what was measured.

    The names carry the attempt, so attempts never share a file; nothing points to them before
    `fold_done`.
    """
    described = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["evaluation"]
    prefix = f"training/{fold.run_id}/fold-{fold.index}-attempt-{context.attempt}"
    text = ContentFile(json.dumps(described).encode())
    evaluation_key = default_storage.save(f"{prefix}/evaluation.json", text)
    diagnosis = ContentFile((folder / "diagnosis.json").read_bytes())
    diagnosis_key = default_storage.save(f"{prefix}/diagnosis.json", diagnosis)
    with TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w") as archive:
            for path in sorted((folder / "predictions").glob("*.png")):
                archive.write(path, path.name)
                archive.write(masks / path.name, f"{TRUTH}/{path.name}")
        packed.seek(0)
        predictions_key = default_storage.save(f"{prefix}/predictions.zip", File(packed))
    return FoldOutcome(
        weights=weights_store(folder / "model.keras"),
        evaluation_key=evaluation_key,
        diagnosis_key=diagnosis_key,
        predictions_key=predictions_key,
        metrics=evaluation_from_json(described).headline(),
    )


def _epochs(fold: Fold, events: Iterable[Mapping[str, Any]]) -> list[Epoch]:
    return [
        Epoch(
            fold=fold,
            number=event["epoch"],
            loss=event["loss"],
            held_out_loss=event["val_loss"],
            held_out_dice=event["val_dice"],
            mean_dice=_mean_dice(event["val_dice"]),
            seconds=event["seconds"],
        )
        for event in events
    ]


def _mean_dice(by_structure: Mapping[str, float | None]) -> float | None:
    """The mean over structures that have a Dice; None where none has."""
    known = [dice for dice in by_structure.values() if dice is not None]
    return fmean(known) if known else None


def _epochs_put(rows: list[Epoch]) -> None:
    Epoch.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["fold", "number"],
        update_fields=["loss", "held_out_loss", "held_out_dice", "mean_dice", "seconds"],
    )
