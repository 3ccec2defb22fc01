"""Take a whole file in at once, from a form or a command."""

import errno
import shutil
from pathlib import Path
from uuid import uuid4

from annotation.clip_words import ClipWords
from annotation.deidentify import Redaction
from annotation.models import Upload
from annotation.permissions import may_upload
from annotation.services.upload_checks import check_may_upload, check_upload_size
from annotation.services.upload_complete import upload_complete
from annotation.services.waiting_upload import DISK_FULL, waiting_clear, waiting_path
from fascicle.accounts.models import Project, User
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from fascicle.jobs.models import Job


def upload_receive(
    *,
    project: Project,
    actor: User,
    source: Path,
    words: ClipWords,
    may_move: bool,
    releaser: User | None = None,
    redaction: Redaction | None = None,
) -> Job:
    """Queue the inspection of the file at `source`, moving it when `may_move`, else copying it.

    The Job's `target_id` is the upload, and will be the clip. A `releaser` has looked at the file
    and states that `redaction`, or without it what will be proposed, suffices; the inspection then
    releases it in that name.
    Raises NotAllowed for trainees, InvalidInput for an empty or too large file, Conflict
    (`duplicate_clip`, field `clip`) when the project has a clip made of the same bytes, or
    (`upload_waiting`, field `upload`) when they wait to become one.
    """
    check_may_upload(actor, project.pk)
    if releaser is not None and not may_upload(releaser, project.pk):
        raise NotAllowed("Only experts and admins of the project release uploads.")
    size = source.stat().st_size
    check_upload_size(size)
    upload = Upload(
        id=uuid4(),
        project=project,
        owner=actor,
        releaser=releaser,
        redaction=redaction.to_json() if releaser and redaction else None,
        byte_size=size,
        received_bytes=size,
        **words.to_json(),
    )
    waiting = waiting_path(upload.pk)
    waiting.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        if may_move:
            shutil.move(source, waiting)
        else:
            shutil.copyfile(source, waiting)
        waiting.chmod(0o600)
        upload.save(force_insert=True)
    except OSError as error:
        waiting_clear(upload_id=upload.pk)
        if error.errno == errno.ENOSPC:
            raise InvalidInput(DISK_FULL, code="disk_full") from error
        raise
    except BaseException:
        waiting_clear(upload_id=upload.pk)
        raise
    try:
        job = upload_complete(upload=upload)
    except Conflict:
        upload.delete()  # the answer says it all; a form's upload was never seen receiving
        raise
    if job is None:
        raise Conflict("The upload was cancelled meanwhile.")
    return job
