"""Write an export's zip into a file of this machine."""

import errno
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from annotation.exports.clip_files import WrongPixelsError
from annotation.exports.contents import ExportClip
from annotation.exports.document import ExportPlan, write_export
from annotation.models import Clip, Export
from annotation.selectors.clips import clip_frames
from annotation.selectors.exports import export_clips, export_sets, export_structures
from fascicle.errors import InvalidInput

_DISK_FULL = "The server's disk has no room for this export; export fewer clips, or free some."


def export_write(*, export: Export, path: Path, written: Callable[[int, int], None]) -> None:
    """Write the zip at `path`; after an error nothing is left there.

    `written` is called after each frame with (frames so far, frames of all clips at most) and may
    raise to stop. Raises InvalidInput (`disk_full`) with a sentence for the person.
    """
    clip_ids = [UUID(clip_id) for clip_id in export.clips]
    structures = export_structures(export.project_id)
    sets = export_sets(export.project_id, export.annotation_set_id, export.owner)
    counts = Clip.objects.filter(pk__in=clip_ids).values_list("frame_count", flat=True)
    total, done = sum(counts), 0

    def frame_written() -> None:
        nonlocal done
        done += 1
        written(done, total)

    plan = ExportPlan(
        export_id=str(export.pk),
        project={
            "id": str(export.project_id),
            "name": export.project.name,
            "procedure": export.project.protocol.procedure.code,
        },
        structures=structures,
        formats=export.formats,
        only_annotated=export.only_annotated,
        made_at=timezone.now().isoformat(timespec="seconds"),
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        write_export(path, plan, export_clips(clip_ids, sets, structures), _frames, frame_written)
        path.chmod(0o600)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise InvalidInput(_DISK_FULL, code="disk_full") from error
        if isinstance(error, WrongPixelsError):
            raise InvalidInput(
                f"The storage holds other pixels than were taken in ({error}); nothing is "
                "exported. Tell whoever runs this server.",
                code="wrong_pixels",
            ) from error
        raise


def _frames(clip: ExportClip, indices: Sequence[int]) -> Iterator[NDArray[np.uint8]]:
    return clip_frames(UUID(str(clip.facts["id"])), indices)
