"""Freeze what is accepted now, so that a run can be repeated and traced."""

from uuid import UUID

from django.db import transaction

from annotation.selectors import LabelChoice, accepted_frames
from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed
from inference.selectors import procedure_code, project_structures
from training.models import DatasetSnapshot
from training.permissions import may_train
from training.services.manifest import manifest_of, manifest_sha256

MINIMUM_SUBJECTS = 2  # one to train on, one to hold out


@transaction.atomic
def snapshot_freeze(
    *,
    project: Project,
    actor: User | None,
    labels: LabelChoice = "accepted",
    reader_id: UUID | None = None,
) -> DatasetSnapshot:
    """Write the manifest of all accepted frames; the latest snapshot when nothing has changed.

    labels: what is learnt where several have read a clip. "accepted": the consensus, else what was
    accepted first; "consensus": clips with a signed consensus only; "reader": what was accepted of
    the person `reader_id`; "soft": as "accepted", and the fit learns at each pixel the share of
    readers who say so.
    `actor` is None for a command on the server. Raises NotAllowed for anyone but admins,
    InvalidInput when nothing is accepted or all of it is of one subject.
    """
    if actor is not None and not may_train(actor, project.pk):
        raise NotAllowed("Only admins of the project freeze snapshots.")
    Project.objects.select_for_update().get(pk=project.pk)
    if (labels == "reader") != (reader_id is not None):
        raise InvalidInput("Name the reader to learn from.", reader=["Required for one reader."])
    frames = accepted_frames(project.pk, labels=labels, reader_id=reader_id)
    if frames and not any(frame.structure_codes for frame in frames):
        raise InvalidInput(
            f"None of the {len(frames)} frames to learn from shows a structure. Delineate what is "
            "on them, or accept clips that show some.",
            code="nothing_shown",
        )
    if not frames:
        if labels in {"consensus", "reader"}:
            raise InvalidInput(
                "No consensus is signed yet."
                if labels == "consensus"
                else "Nothing of this reader is accepted yet.",
                code="nothing_accepted",
            )
        raise InvalidInput(
            "No delineation is accepted yet. Delineate a clip, submit it, and have a colleague "
            "accept it; then freeze a snapshot.",
            code="nothing_accepted",
        )
    subjects = {frame.subject for frame in frames}
    if len(subjects) < MINIMUM_SUBJECTS:
        raise InvalidInput(
            "All accepted frames are of one subject. Accept a clip of at least one more, as a "
            "subject is never both trained on and tested.",
            code="too_few_subjects",
        )
    manifest = manifest_of(
        procedure=procedure_code(project.pk),
        structures=project_structures(project.pk),
        frames=frames,
        labels=labels,
    )
    digest = manifest_sha256(manifest)
    latest = DatasetSnapshot.objects.filter(project=project).order_by("-number").first()
    if latest is not None and latest.sha256 == digest:
        return latest
    snapshot = DatasetSnapshot.objects.create(
        project=project,
        number=latest.number + 1 if latest else 1,
        sha256=digest,
        manifest=manifest,
        frame_count=len(frames),
        clip_count=len({frame.clip_id for frame in frames}),
        subject_count=len(subjects),
        created_by=actor,
    )
    record_append(
        actor=actor,
        action="snapshot.freeze",
        target=snapshot,
        project_id=project.pk,
        detail={"number": snapshot.number, "sha256": digest, "frames": len(frames)},
    )
    return snapshot
