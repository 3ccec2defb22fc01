"""Whether the weights that a run starts with know the subjects that it holds out."""

from dataclasses import dataclass

from inference.models import ModelVersion
from training.models import DatasetSnapshot, TrainingRun
from training.services.manifest import manifest_frames


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """words: said of the run, "" where it starts from nothing. is_fair: what it holds out was new
    to its starting weights, as far back as their own starts go.
    """

    is_fair: bool
    words: str


def seen_before(version: ModelVersion | None, snapshot: DatasetSnapshot) -> SeenBefore:
    """What is held out measures nothing fairly where the starting weights have seen it."""
    if version is None:
        return SeenBefore(is_fair=True, words="")
    known = _known_groups(version)
    if known is None:
        words = f"Starts from {version}; which subjects it was trained on is not known here."
        return SeenBefore(is_fair=False, words=words)
    shared = known & {frame.group for frame in manifest_frames(snapshot.manifest)}
    if not shared:
        words = f"Starts from {version}, which has seen none of these subjects."
        return SeenBefore(is_fair=True, words=words)
    words = (
        f"Starts from {version}, which has seen {len(shared)} of these subjects: the figures of "
        "what is held out are too good."
    )
    return SeenBefore(is_fair=False, words=words)


def run_seen_before(run: TrainingRun) -> SeenBefore:
    """`seen_before` of what the run starts from."""
    return seen_before(run.start_from, run.snapshot)


def _known_groups(version: ModelVersion) -> set[str] | None:
    """The groups that the version and all that it started from were trained on; None where one of
    them was not trained here.
    """
    known: set[str] = set()
    at: ModelVersion | None = version
    while at is not None:
        if at.training_run_id is None:
            return None
        runs = TrainingRun.objects.filter(project_id=at.project_id, pk=at.training_run_id)
        run = runs.select_related("snapshot", "start_from").first()
        if run is None:
            return None
        known |= {frame.group for frame in manifest_frames(run.snapshot.manifest)}
        at = run.start_from
    return known
