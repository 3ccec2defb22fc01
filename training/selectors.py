"""Reads of this app."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Avg

from annotation.selectors import LabelChoice, ReaderWork, accepted_frames, accepted_readers
from fascicle.accounts.models import User
from inference.selectors import project_structures
from training.models import Epoch


@dataclass(frozen=True, slots=True)
class StructureCount:
    """In how many accepted frames, and of how many subjects, a structure is delineated."""

    channel: int
    code: str
    name: str
    frame_count: int
    subject_count: int


@dataclass(frozen=True, slots=True)
class SnapshotPreview:
    """What a snapshot frozen now would hold."""

    frame_count: int
    clip_count: int
    subject_count: int
    structures: tuple[StructureCount, ...]
    readers: tuple[ReaderWork, ...]


def snapshot_preview(
    project_id: UUID,
    *,
    seen_by: User,
    labels: LabelChoice = "accepted",
    reader_id: UUID | None = None,
) -> SnapshotPreview:
    """Count the accepted frames of a project as they stand, as `snapshot_freeze` chooses them; none
    for one reader who is not named yet. Readers are those whose work `seen_by` may see.
    """
    is_known = labels != "reader" or reader_id is not None
    frames = accepted_frames(project_id, labels=labels, reader_id=reader_id) if is_known else []
    shown: Counter[str] = Counter(code for frame in frames for code in frame.structure_codes)
    subjects: dict[str, set[str]] = {}
    for frame in frames:
        for code in frame.structure_codes:
            subjects.setdefault(code, set()).add(frame.subject)
    return SnapshotPreview(
        frame_count=len(frames),
        clip_count=len({frame.clip_id for frame in frames}),
        subject_count=len({frame.subject for frame in frames}),
        structures=tuple(
            StructureCount(
                each.channel,
                each.code,
                each.name,
                shown[each.code],
                len(subjects.get(each.code, ())),
            )
            for each in project_structures(project_id)
        ),
        readers=tuple(accepted_readers(project_id, seen_by=seen_by)),
    )


def run_curves(run_ids: Iterable[UUID]) -> dict[UUID, list[float]]:
    """Of each run the mean held-out Dice over folds and structures, epoch by epoch."""
    rows = (
        Epoch.objects.filter(fold__run_id__in=list(run_ids), mean_dice__isnull=False)
        .values_list("fold__run_id", "number")
        .annotate(dice=Avg("mean_dice"))
        .order_by("number")
    )
    curves: defaultdict[UUID, list[float]] = defaultdict(list)
    for run_id, _, dice in rows:
        curves[run_id].append(round(dice, 4))
    return curves
