"""A project with accepted phantom clips small enough to train on within seconds."""

from __future__ import annotations

from annotation.clip_words import checked_words
from annotation.models import Clip
from inference.services import StoredWeights
from tests.factories import Team, make_team
from training.demo.clips import clip_take_in, reading_accept, reading_import, scene_of
from training.models import Fold, TrainingRun
from training.services import run_start, snapshot_freeze
from training.services.fold_record import FoldOutcome

SIDE = 96
ANATOMY = "femoral-block"  # one structure, in the picture of every subject


def phantom_team() -> Team:
    """A project on the phantom's procedure."""
    return make_team(ANATOMY)


def take_in(team: Team, seed: int, *, frame_count: int = 3) -> Clip:
    """A clip of its own subject, drawn from `seed`."""
    return clip_take_in(
        project=team.project,
        actor=team.expert,
        scene=scene_of(ANATOMY, seed, SIDE),
        frame_count=frame_count,
        words=checked_words(subject=f"S-{seed:03d}", label=f"clip {seed}"),
    )


def accept(team: Team, seed: int, *, frame_count: int = 3) -> Clip:
    """The same with its exact labels, read by the expert and accepted by the colleague."""
    clip = take_in(team, seed, frame_count=frame_count)
    labels = (frame.labels for frame in scene_of(ANATOMY, seed, SIDE).frames(frame_count))
    reading = reading_import(clip=clip, author=team.expert, labels=labels)
    reading_accept(reading=reading, reviewer=team.colleague)
    return clip


def tiny_run(team: Team, *, epochs: int, subjects: int = 4) -> TrainingRun:
    """A run of two folds on so many accepted subjects, queued."""
    for seed in range(subjects):
        accept(team, seed)
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    return run_start(
        snapshot=snapshot, recipe="tiny", fold_count=2, epoch_count=epochs, actor=team.admin, seed=5
    )


def fold_of(run: TrainingRun, index: int) -> Fold:
    """One of its folds, with its job."""
    return run.folds.select_related("job").get(index=index)


def no_outcome() -> FoldOutcome:
    """What a fold leaves behind, without any of it being there."""
    return FoldOutcome(
        StoredWeights("models/00/none.keras", "0" * 64, 1), "none", "none", "none", {}
    )
