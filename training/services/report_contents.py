"""Gathers what a run's report shows from the database and the storage."""

from inference.models import ModelVersion
from inference.selectors import ProjectStructure, project_structures
from training import recipes
from training.label_words import LABEL_WORDS, labels_of
from training.models import Epoch, TrainingRun
from training.reports.contents import CurvePoint, ReportStructure, RunContents
from training.services.fold_scores import run_diagnosis, run_images
from training.services.manifest import ManifestStructure, learnt_structures
from training.services.readers_ceilings import readers_ceilings
from training.services.seen_before import run_seen_before

_OTHER_KIND, _GREY = "other", "#999999"
_MEASURED = (
    "every frame by the fold that did not train on its subject; intervals by bootstrap over "
    "subjects."
)


def run_contents(run: TrainingRun) -> RunContents:
    """The contents of a run that is done."""
    learnt = learnt_structures(run.snapshot.manifest)
    present = {each.code: each for each in project_structures(run.project_id)}
    return RunContents(
        title=f"{run.project.name}: run {run.number}",
        facts=_facts(run),
        structures=tuple(_structure(each, present.get(each.code)) for each in learnt),
        metrics=run.metrics,
        images=run_images(run),
        curves=_curves(run),
        diagnosis=run_diagnosis(run),
        ceilings=readers_ceilings(run.project_id, [each.code for each in learnt]),
    )


def _structure(learnt: ManifestStructure, present: ProjectStructure | None) -> ReportStructure:
    """As the snapshot names it, in the procedure's colour while it still has it."""
    if present is None:
        return ReportStructure(learnt.code, learnt.name, _OTHER_KIND, _GREY)
    return ReportStructure(learnt.code, learnt.name, present.kind, present.colour)


def _curves(run: TrainingRun) -> dict[int, tuple[CurvePoint, ...]]:
    curves: dict[int, list[CurvePoint]] = {}
    for row in Epoch.objects.filter(fold__run=run).select_related("fold").order_by("number"):
        point = CurvePoint(row.number, row.loss, row.held_out_loss, row.held_out_dice)
        curves.setdefault(row.fold.index, []).append(point)
    return {fold: tuple(points) for fold, points in curves.items()}


def _facts(run: TrainingRun) -> tuple[tuple[str, str], ...]:
    recipe, snapshot = recipes.get(run.recipe), run.snapshot
    version = ModelVersion.objects.filter(training_run_id=run.pk).first()
    ended = run.finished_at or run.created_at
    counted = (
        f"{snapshot.frame_count} frames of {snapshot.clip_count} clips, "
        f"{snapshot.subject_count} subjects"
    )
    measured = " ".join(filter(None, (_MEASURED, run_seen_before(run).words)))
    return (
        ("Recipe", f"{recipe.title}. {recipe.source}"),
        ("Split", f"{run.fold_count} folds by subject, {run.epoch_count} epochs, seed {run.seed}"),
        ("Data", f"snapshot {snapshot.number}: {counted}"),
        ("Labels", LABEL_WORDS[labels_of(snapshot.manifest)]),
        ("Snapshot's SHA-256", snapshot.sha256),
        ("Procedure", snapshot.manifest["procedure"]),
        ("Model", str(version) if version else "none registered"),
        ("Code version", run.code_version),
        ("Run", f"{run.created_at:%Y-%m-%d %H:%M} to {ended:%Y-%m-%d %H:%M} UTC"),
        ("How it was measured", measured),
    )
