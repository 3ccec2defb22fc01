"""The work of a `run_finalise` job: figures over all folds, and a model version."""

from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.services import job_finish
from inference.engine import read_spec
from inference.services import model_version_register, weights_fetch
from inference.services.held_job import held_job
from inference.services.model_card import shown_structures
from training import recipes
from training.evaluate.folds import summarise_folds
from training.models import Fold, RunState, TrainingRun
from training.services.fold_scores import run_evaluations
from training.services.manifest import learnt_structures
from training.services.report_start import report_queue
from training.services.run_conditions import run_conditions
from training.services.run_settle import UNFINISHED_RUN
from training.services.seen_before import run_seen_before
from training.services.work_folder import run_folder_discard

_EVALUATION = (
    "Every frame scored by the fold that did not train on its subject; intervals by bootstrap over "
    "subjects."
)


def run_finalise(context: JobContext) -> dict[str, Any]:
    """Pool the folds' scores, register the folds as one model version, and end the run.

    Idempotent: a run is registered once. Raises JobStopped when cancelled or taken over.
    """
    run = TrainingRun.objects.select_related("project", "snapshot", "created_by").get(
        finalise_job_id=context.job_id
    )
    folds = list(run.folds.order_by("index"))
    context.report(0.1, "Pooling the figures of all folds")
    structures = learnt_structures(run.snapshot.manifest)
    codes = [structure.code for structure in structures]
    evaluations = run_evaluations(run)
    metrics = summarise_folds(evaluations, codes, seed=run.seed)
    context.report(0.8, "Registering the model")
    with held_job(context):
        version = model_version_register(
            project=run.project,
            actor=run.created_by,
            name=f"{recipes.get(run.recipe).title}, run {run.number}",
            recipe=run.recipe,
            members=[_member(fold) for fold in folds],
            structures=[
                {"channel": channel, "code": each.code, "name": each.name}
                for channel, each in enumerate(structures, start=1)
            ],
            metrics=metrics["pooled"],
            card=_card(run, folds[0]),
            reason=f"New from run {run.number}",
            training_run_id=run.pk,
            snapshot_sha256=run.snapshot.sha256,
        )
        locked = TrainingRun.objects.select_for_update().get(pk=run.pk)
        if locked.state not in UNFINISHED_RUN and locked.state != RunState.DONE:
            raise JobStopped(is_lost=False)  # takes the registration back
        locked.state, locked.metrics, locked.error = RunState.DONE, metrics, ""
        locked.finished_at = timezone.now()
        locked.save(update_fields=["state", "metrics", "error", "finished_at"])
        report_queue(locked, owner=run.created_by)
        result = {"model_version": str(version.pk), "number": version.number}
        job_finish(job_id=context.job_id, attempt=context.attempt, result=result)
    run_folder_discard(run.pk)
    return result


def _member(fold: Fold) -> dict[str, Any]:
    return {
        "fold": fold.index,
        "storage_key": fold.weights_key,
        "sha256": fold.weights_sha256,
        "byte_size": default_storage.size(fold.weights_key),
    }


def _card(run: TrainingRun, first: Fold) -> dict[str, Any]:
    """What a reader of the model must know, from what the run and its first fold record."""
    model = weights_fetch(storage_key=first.weights_key, sha256=first.weights_sha256)
    snapshot, recipe, before = run.snapshot, recipes.get(run.recipe), run_seen_before(run)
    conditions = run_conditions(run)
    return {
        "intended_use": "Research: pre-annotation and teaching on recordings like its own data.",
        "not_for": "Not for diagnosis, not for guiding a needle.",
        "procedure": snapshot.manifest["procedure"],
        "data": {
            "snapshot": snapshot.number,
            "snapshot_sha256": snapshot.sha256,
            "frames": snapshot.frame_count,
            "clips": snapshot.clip_count,
            "subjects": snapshot.subject_count,
        },
        "training": {
            "run": run.number,
            "recipe": run.recipe,
            "source": recipe.source,
            "folds": run.fold_count,
            "epochs": run.epoch_count,
            "seed": run.seed,
            "starts_from": conditions.starts_from,
            "weight_of_empty_frames": conditions.empty_weight,
            "frames_a_batch": conditions.batch_size,
            "not_as_planned": " ".join(conditions.fold_notes),
            "code_version": run.code_version,
        },
        "after_the_network": shown_structures(read_spec(model).classes),
        "evaluation": f"{_EVALUATION} {before.words if before.is_fair else ''}".rstrip(),
        "seen_before": "" if before.is_fair else before.words,
        "limits": (
            "The figures are of the single folds; the version averages them. Subjects, scanners "
            "and views unlike those of the snapshot are untested."
        ),
    }
