"""Begin an upload whose bytes come later, piece by piece."""

import errno
import re
import shutil
from pathlib import Path

from django.conf import settings

from annotation.clip_words import ClipWords
from annotation.models import Upload
from annotation.services.upload_checks import (
    check_may_upload,
    check_not_there,
    check_upload_size,
)
from annotation.services.waiting_upload import DISK_FULL, waiting_path
from fascicle.accounts.models import Project, User
from fascicle.errors import InvalidInput

_SPARE_BYTES = 64 * 1024**2  # left free on the disk for the rest of the machine
_SHA256 = re.compile(r"[0-9a-f]{64}")


def upload_open(
    *, project: Project, actor: User, byte_size: int, words: ClipWords, sha256: str = ""
) -> Upload:
    """Make the row and an empty waiting file.

    `sha256` of the file in hexadecimal, when the sender knows it, tells a duplicate before a byte
    is sent. Raises NotAllowed for trainees, InvalidInput for a size that cannot be or does not fit
    on the disk, Conflict as `upload_receive` does.
    """
    check_may_upload(actor, project.pk)
    check_upload_size(byte_size)
    if sha256:
        if not _SHA256.fullmatch(sha256):
            raise InvalidInput("The SHA-256 must be 64 hexadecimal digits.", sha256=["Not one."])
        check_not_there(project.pk, sha256)
    upload = Upload(project=project, owner=actor, byte_size=byte_size, **words.to_json())
    waiting = waiting_path(upload.pk)
    waiting.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    check_disk(byte_size)
    try:
        waiting.touch(mode=0o600, exist_ok=False)
        upload.save(force_insert=True)
    except BaseException as error:
        waiting.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise InvalidInput(DISK_FULL, code="disk_full") from error
        raise
    return upload


def check_disk(byte_size: int) -> None:
    """Raise InvalidInput (`disk_full`) when so many bytes have no room where uploads wait."""
    free = shutil.disk_usage(Path(settings.UPLOAD_WAITING_ROOT)).free
    if byte_size + _SPARE_BYTES > free:
        raise InvalidInput(
            f"The server's disk has no room for these {byte_size / 1024**2:,.0f} MiB.",
            code="disk_full",
        )
