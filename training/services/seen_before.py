"""What the weights that a run starts with know of the subjects that it holds out.

A run on the same number of folds keeps the subjects of its starting version in their folds, and
each fold starts with the network that did not train on them: its figures stay fair while data grow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inference.models import ModelVersion
from training.datasets.problem import BadInputError
from training.folds import Split, continued_folds, split_from_json
from training.models import DatasetSnapshot, TrainingRun
from training.services.manifest import ManifestFrame, manifest_frames


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """words: said of the run, "" where it starts from nothing. is_fair: what it holds out was new
    to its starting weights, as far back as their own starts go.
    """

    is_fair: bool
    words: str


@dataclass(frozen=True, slots=True)
class _Ancestor:
    """A version that was trained here: which fold left each of its networks, what each fold trained
    on, and which network of the version before each fold started with.
    """

    member_folds: tuple[int, ...]
    learnt: tuple[frozenset[str | UUID], ...]  # groups and clips, fold by fold
    start_members: tuple[int, ...]


def continued_split(
    version: ModelVersion, groups: Mapping[str, str], folds: int, seed: int
) -> Split | None:
    """The folds of the run that made the version, grown by what is new; None where that run is not
    here, had another number of folds, or one of them would hold out nothing.
    """
    run = _run_of(version)
    if run is None or run.fold_count != folds or len(version.members) != folds:
        return None
    try:
        return continued_folds(split_from_json(run.split), groups, seed)
    except BadInputError:
        return None


def members_by_fold(version: ModelVersion, split: Split) -> list[int]:
    """Which of the version's networks each fold starts with: the one of the same fold where the
    version has one for each, else the first.
    """
    places = {member["fold"]: place for place, member in enumerate(version.members)}
    folds = range(len(split.folds))
    if set(places) != set(folds):
        return [0 for _ in folds]
    return [places[fold] for fold in folds]


def run_seen_before(run: TrainingRun) -> SeenBefore:
    """`seen_before` of what the run starts from."""
    if run.start_from is None:
        return seen_before(None, run.snapshot, None, ())
    members = run.folds.order_by("index").values_list("start_member", flat=True)
    return seen_before(run.start_from, run.snapshot, split_from_json(run.split), list(members))


def seen_before(
    version: ModelVersion | None,
    snapshot: DatasetSnapshot,
    split: Split | None,
    members: Sequence[int],
) -> SeenBefore:
    """What is held out measures nothing fairly where the starting weights have seen it.

    members: the place of the version's network that each fold of the split starts with.
    """
    if version is None or split is None:
        return SeenBefore(is_fair=True, words="")
    ancestors = _ancestors(version)
    if ancestors is None:
        words = f"Starts from {version}; which subjects it was trained on is not known here."
        return SeenBefore(is_fair=False, words=words)
    frames = {frame.stem: frame for frame in manifest_frames(snapshot.manifest)}
    seen: set[str] = set()
    is_shared = False
    for fold, member in enumerate(members):
        known = _learnt(ancestors, member)
        held_out = [frames[stem] for stem in split.held_out(fold)]
        seen |= {
            each.group for each in held_out if not known.isdisjoint((each.group, each.clip_id))
        }
        is_shared |= any(frame.group in known for frame in frames.values())
    if not seen and not is_shared:
        words = f"Starts from {version}, which has seen none of these subjects."
        return SeenBefore(is_fair=True, words=words)
    if not seen:
        words = (
            f"Each fold starts from the network of {version} that has not seen the subjects which "
            "the fold holds out."
        )
        return SeenBefore(is_fair=True, words=words)
    words = (
        f"Starts from {version}, which has seen {len(seen)} of these subjects: the figures of "
        "what is held out are too good."
    )
    return SeenBefore(is_fair=False, words=words)


def _learnt(ancestors: Sequence[_Ancestor], member: int) -> set[str | UUID]:
    """Groups and clips that a network of the newest version, and all it started from, learnt."""
    known: set[str | UUID] = set()
    for ancestor in ancestors:
        fold = ancestor.member_folds[member]
        known |= ancestor.learnt[fold]
        member = ancestor.start_members[fold]
    return known


def _ancestors(version: ModelVersion) -> list[_Ancestor] | None:
    """The version and all that it started from, newest first; None where one of them was not
    trained here.
    """
    found: list[_Ancestor] = []
    at: ModelVersion | None = version
    while at is not None:
        run = _run_of(at)
        if run is None:
            return None
        frames = manifest_frames(run.snapshot.manifest)
        split = split_from_json(run.split)
        found.append(
            _Ancestor(
                member_folds=tuple(member["fold"] for member in at.members),
                learnt=tuple(
                    _groups_and_clips(frames, set(split.training(fold)))
                    for fold in range(len(split.folds))
                ),
                start_members=tuple(
                    run.folds.order_by("index").values_list("start_member", flat=True)
                ),
            )
        )
        at = run.start_from
    return found


def _groups_and_clips(frames: Sequence[ManifestFrame], stems: set[str]) -> frozenset[str | UUID]:
    """A clip is known by itself too, as its subject may since have been corrected."""
    learnt = [frame for frame in frames if frame.stem in stems]
    return frozenset[str | UUID]().union(
        (frame.group for frame in learnt), (frame.clip_id for frame in learnt)
    )


def _run_of(version: ModelVersion) -> TrainingRun | None:
    if version.training_run_id is None:
        return None
    runs = TrainingRun.objects.filter(project_id=version.project_id, pk=version.training_run_id)
    return runs.select_related("snapshot", "start_from").first()
