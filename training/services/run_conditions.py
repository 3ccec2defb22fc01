"""What else decided how a run's folds were trained, for its report and the card of its model."""

from dataclasses import dataclass

from training import recipes
from training.models import TrainingRun


@dataclass(frozen=True, slots=True)
class RunConditions:
    """batch_size: as the recipe asks; a fold that went on with less has it in its note.
    starts_from: the version whose weights the folds began with, "" where they were drawn.
    fold_notes: what did not go as planned, a sentence a fold.
    """

    batch_size: int
    empty_weight: float
    starts_from: str
    fold_notes: tuple[str, ...]


def run_conditions(run: TrainingRun) -> RunConditions:
    """The conditions of a run whose folds have ended."""
    noted = run.folds.exclude(note="").order_by("index")
    return RunConditions(
        batch_size=recipes.get(run.recipe).batch_size,
        empty_weight=run.empty_weight,
        starts_from="" if run.start_from is None else str(run.start_from),
        fold_notes=tuple(f"Fold {fold.index + 1}: {fold.note}" for fold in noted),
    )
