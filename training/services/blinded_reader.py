"""What a snapshot trains on is hidden from a person who is still to read one of its clips."""

from annotation.selectors import clips_to_read_blinded
from fascicle.accounts.models import User
from fascicle.errors import Conflict
from training.models import DatasetSnapshot
from training.services.manifest import manifest_frames


def is_blinded_to(*, snapshot: DatasetSnapshot, actor: User) -> bool:
    """Whether the person is still to read one of the snapshot's clips without knowing."""
    to_read = clips_to_read_blinded(actor, snapshot.project_id)
    return bool(to_read) and any(
        frame.clip_id in to_read for frame in manifest_frames(snapshot.manifest)
    )


def refuse_blinded_reader(*, snapshot: DatasetSnapshot, actor: User) -> None:
    """Raises Conflict (`clip_to_read`) where pictures, files or the manifest of the snapshot would
    tell the person what others drew on a clip that they are to read without knowing.
    """
    if is_blinded_to(snapshot=snapshot, actor=actor):
        raise Conflict(
            "This shows what others drew on a clip that you are still to read without knowing. "
            "Hand your reading in first.",
            code="clip_to_read",
        )
