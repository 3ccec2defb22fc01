"""Gathers what a run's report shows from the database and the storage."""

from inference.models import ModelVersion
from inference.selectors import ProjectStructure, project_structures
from training import recipes
from training.evaluate.diagnosis import Diagnosis
from training.evaluate.folds import summarise_folds
from training.label_words import LABEL_WORDS, labels_of
from training.models import Epoch, TrainingRun
from training.reports.contents import CurvePoint, ReportStructure, RunContents
from training.services.code_version import code_version
from training.services.fold_scores import run_diagnosis, run_evaluations
from training.services.manifest import ManifestStructure, learnt_structures
from training.services.readers_agreement import readers_agreement
from training.services.run_conditions import run_conditions
from training.services.seen_before import run_seen_before

_OTHER_KIND, _GREY = "other", "#999999"
_MEASURED = (
    "every frame by the fold that did not train on its subject; intervals by bootstrap over "
    "subjects."
)
_CALIBRATED = (
    "each fold's temperature, and the confidence from which a structure counts as seen, were "
    "fitted on the frames that the fold held out. "
)
_APART = (
    "The calibration shown is not measured with that temperature: each half of a fold's subjects "
    "is measured with the one fitted on the other half."
)
_SAME = (
    "The calibration shown is measured on the same frames: on new ones expect a somewhat larger "
    "error."
)
_UNCALIBRATED = "none: probabilities are as the network gives them."


def run_contents(run: TrainingRun) -> RunContents:
    """The contents of a run that is done."""
    learnt = learnt_structures(run.snapshot.manifest)
    codes = [each.code for each in learnt]
    present = {each.code: each for each in project_structures(run.project_id)}
    evaluations = run_evaluations(run)
    diagnosis = run_diagnosis(run)
    return RunContents(
        title=f"{run.project.name}: run {run.number}",
        facts=_facts(run, diagnosis),
        structures=tuple(_structure(each, present.get(each.code)) for each in learnt),
        # summed up anew: a clip can have got its scale since the run ended
        metrics=summarise_folds(evaluations, codes, seed=run.seed),
        images={fold: each.images for fold, each in evaluations.items()},
        curves=_curves(run),
        diagnosis=diagnosis,
        readers=readers_agreement(run.snapshot, codes),
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


def _calibration(run: TrainingRun, diagnosis: Diagnosis | None) -> str:
    if not recipes.get(run.recipe).is_calibrated:
        return _UNCALIBRATED
    return _CALIBRATED + (_APART if diagnosis is not None and diagnosis.is_apart else _SAME)


def _conditions(run: TrainingRun, diagnosis: Diagnosis | None) -> list[tuple[str, str]]:
    found = run_conditions(run)
    lines = [
        ("Starts from", found.starts_from or "nothing: weights were drawn"),
        ("Weight of empty frames", f"{found.empty_weight:g}"),
        ("Batch", f"{found.batch_size} frames"),
        ("Not as planned", " ".join(found.fold_notes)),
        ("Calibration", _calibration(run, diagnosis)),
    ]
    return [(name, text) for name, text in lines if text]


def _code(run: TrainingRun) -> str:
    now = code_version()
    return run.code_version if now == run.code_version else f"{run.code_version}; report by {now}"


def _facts(run: TrainingRun, diagnosis: Diagnosis | None) -> tuple[tuple[str, str], ...]:
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
        *_conditions(run, diagnosis),
        ("Data", f"snapshot {snapshot.number}: {counted}"),
        ("Labels", LABEL_WORDS[labels_of(snapshot.manifest)]),
        ("Snapshot's SHA-256", snapshot.sha256),
        ("Procedure", snapshot.manifest["procedure"]),
        ("Model", str(version) if version else "none registered"),
        ("Code version", _code(run)),
        ("Run", f"{run.created_at:%Y-%m-%d %H:%M} to {ended:%Y-%m-%d %H:%M} UTC"),
        ("How it was measured", measured),
    )
