"""Reads: two model versions on the frames that both runs held out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from annotation.models import Clip
from annotation.selectors import clips_to_read_blinded
from fascicle.accounts.models import User
from inference.comparison import MeasuredChange
from inference.models import ModelVersion
from training.evaluate.compare import ALL, Comparison, compare_images, paired_images
from training.evaluate.scores import ImageScore
from training.models import TrainingRun
from training.services.fold_scores import run_images
from training.services.manifest import manifest_frames
from training.services.seen_before import run_seen_before

FRAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ChangedFrame:
    """A frame whose IoU changed: both versions' IoU of it."""

    title: str
    clip: UUID
    frame_index: int
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """reason: why nothing could be compared, "" where it could. The frames are those that changed
    most, by how much.
    """

    first: ModelVersion
    second: ModelVersion
    comparison: Comparison | None
    reason: str
    worsened: tuple[ChangedFrame, ...] = ()
    improved: tuple[ChangedFrame, ...] = ()


def version_comparison(
    first: ModelVersion, second: ModelVersion, *, seen_by: User
) -> VersionComparison:
    """Compare two versions of one project, with the frames on which they differ most; none of a
    clip that the person is still to read blinded, as only accepted ones are measured on.
    """
    runs = [_run(first), _run(second)]
    for version, run in zip((first, second), runs, strict=True):
        if run is None:
            reason = (
                f"Version {version.number} was not trained on this server, so what it makes of "
                "single frames is not known here. Its own figures stand on its card."
            )
            return VersionComparison(first, second, None, reason)
    measured = [run for run in runs if run is not None]
    if (unfair := _unfair(measured)) is not None:
        return VersionComparison(first, second, None, unfair)
    before, after = map(_images, measured)
    codes = _common_codes(first, second)
    comparison = compare_images(before, after, codes)
    if not comparison.images:
        reason = (
            "No frame was held out by both runs with the same delineation, so there is nothing to "
            "compare them on. Start a run of the other recipe on the same snapshot."
        )
        return VersionComparison(first, second, None, reason)
    to_read = clips_to_read_blinded(seen_by, first.project_id)
    worsened, improved = _changed(measured, before, after, codes, to_read)
    return VersionComparison(first, second, comparison, "", worsened, improved)


def measured_changes(first: ModelVersion, second: ModelVersion) -> list[MeasuredChange]:
    """For the registry's gate: the differences of Dice and of F1 of each structure."""
    runs = [run for run in (_run(first), _run(second)) if run is not None]
    if len(runs) < 2 or _unfair(runs) is not None:
        return []
    codes = _common_codes(first, second)
    changes = []
    for each in compare_images(_images(runs[0]), _images(runs[1]), codes).structures:
        if each.code == ALL or each.difference is None:
            continue
        dice = MeasuredChange(
            code=each.code,
            measure="dice",
            frames=each.images,
            difference=each.difference,
            interval=each.interval,
            subjects=each.groups,
            share=each.share_of_first,
        )
        changes.append(dice)
        found = each.detection
        if found is not None:
            changes.append(
                replace(dice, measure="f1", difference=found.difference, interval=found.interval)
            )
    return changes


def _unfair(runs: Iterable[TrainingRun]) -> str | None:
    """Why frames that one of the runs held out do not measure it; None where they do."""
    for run in runs:
        before = run_seen_before(run)
        if not before.is_fair:
            return (
                f"Run {run.number} cannot be compared on what it held out. {before.words} Compare "
                "a run that starts from nothing, or on clips that neither has seen."
            )
    return None


def _run(version: ModelVersion) -> TrainingRun | None:
    if version.training_run_id is None:
        return None
    runs = TrainingRun.objects.filter(pk=version.training_run_id, project_id=version.project_id)
    return runs.select_related("snapshot").first()


def _images(run: TrainingRun) -> list[ImageScore]:
    return [image for images in run_images(run).values() for image in images]


def _common_codes(first: ModelVersion, second: ModelVersion) -> list[str]:
    known = {each["code"] for each in second.structures}
    return [each["code"] for each in first.structures if each["code"] in known]


def _changed(
    runs: list[TrainingRun],
    before: list[ImageScore],
    after: list[ImageScore],
    codes: list[str],
    left_out: frozenset[UUID],
) -> tuple[tuple[ChangedFrame, ...], tuple[ChangedFrame, ...]]:
    """The frames that got worse and better, those that changed most first."""
    frames = {frame.stem: frame for run in runs for frame in manifest_frames(run.snapshot.manifest)}
    changes = sorted(
        (two.iou - one.iou, one.stem, one.iou, two.iou)
        for one, two in paired_images(before, after, codes)
        if one.iou is not None and two.iou is not None and one.iou != two.iou
        if frames[one.stem].clip_id not in left_out
    )
    worse = [row for row in changes if row[0] < 0][:FRAMES_SHOWN]
    better = [row for row in reversed(changes) if row[0] > 0][:FRAMES_SHOWN]
    wanted = {frames[stem].clip_id for _, stem, _, _ in (*worse, *better)}
    clips = Clip.objects.in_bulk(list(wanted))

    def shown(row: tuple[float, str, float, float]) -> ChangedFrame:
        _, stem, one, two = row
        frame = frames[stem]
        title = f"{clips.get(frame.clip_id, 'A clip')}, frame {frame.frame_index}"
        return ChangedFrame(title, frame.clip_id, frame.frame_index, one, two)

    return tuple(map(shown, worse)), tuple(map(shown, better))
