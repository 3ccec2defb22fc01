"""Bytes of an upload arrive: they are on the disk before its row says so."""

import errno
import fcntl
import hashlib
import hmac
import os
from dataclasses import dataclass
from io import FileIO
from typing import Protocol

from django.utils import timezone

from annotation.models import Upload, UploadState
from annotation.services.upload_complete import upload_complete
from annotation.services.waiting_upload import waiting_path
from fascicle.accounts.models import User
from fascicle.errors import Conflict, FascicleError, InvalidInput, NotAllowed

_BLOCK_BYTES = 1024**2


class ByteStream(Protocol):
    """Where the bytes come from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class UploadBusy(Conflict):  # reads better where it is raised
    """Another request is writing to the upload."""

    code = "upload_busy"


class ChecksumMismatch(InvalidInput):
    """The bytes are not those that were sent."""

    code = "checksum_mismatch"


class UploadGone(Conflict):
    """The upload takes no bytes any more."""

    code = "upload_gone"


class DiskFull(FascicleError):  # noqa: N818
    """The bytes have no room; those before them are kept."""

    code = "disk_full"


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request must hash to; `algorithm` as hashlib names it."""

    algorithm: str
    digest: bytes


def upload_append(
    *,
    upload: Upload,
    actor: User,
    offset: int,
    stream: ByteStream,
    checksum: Checksum | None = None,
) -> Upload:
    """Write the stream's bytes at `offset`, which must be where the upload stands, and sync them.

    A stream that ends early counts for what it held, unless a checksum was given. After the last
    byte the inspection is queued. Raises NotAllowed for anyone but the owner, UploadGone,
    UploadBusy, Conflict (`offset_mismatch`, field `offset`), ChecksumMismatch, InvalidInput
    (`too_many_bytes`) and DiskFull; in all these cases the upload stands where it stood. Conflict
    (`duplicate_clip`, `upload_waiting`) after the last byte ends it.
    """
    if upload.owner_id != actor.pk:
        raise NotAllowed("Only whoever began this upload sends its bytes.")
    try:
        file = waiting_path(upload.pk).open("r+b", buffering=0)
    except FileNotFoundError as gone:
        raise UploadGone("This upload has ended; begin it again.") from gone
    with file:
        _lock(file)
        upload.refresh_from_db()
        if upload.state != UploadState.RECEIVING:
            raise UploadGone("This upload takes no more bytes.", state=upload.state)
        if offset != upload.received_bytes:
            raise Conflict(
                f"The upload stands at byte {upload.received_bytes:,}, not {offset:,}.",
                code="offset_mismatch",
                offset=upload.received_bytes,
            )
        written = _write(file, offset, upload.byte_size - offset, stream, checksum)
        still = Upload.objects.filter(
            pk=upload.pk, state=UploadState.RECEIVING, received_bytes=offset
        )
        if not still.update(received_bytes=offset + written, touched_at=timezone.now()):
            raise UploadGone("This upload was cancelled meanwhile.")
        upload.refresh_from_db()
        if upload.is_whole:
            upload_complete(upload=upload)
            upload.refresh_from_db()
    return upload


def _lock(file: FileIO) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        raise UploadBusy("Another request is sending bytes of this upload.") from held


def _write(
    file: FileIO, offset: int, room: int, stream: ByteStream, checksum: Checksum | None
) -> int:
    """How many bytes were written and synced; the file ends with them, or at `offset` on error."""
    file.truncate(offset)  # what a request wrote that was killed before its row was updated
    file.seek(offset)
    try:
        written = _copy(file, room, stream, checksum)
        os.fsync(file.fileno())
    except BaseException as error:
        file.truncate(offset)
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(
                "The server's disk is full. What arrived so far is kept; try again when there is "
                "room."
            ) from error
        raise
    return written


def _copy(file: FileIO, room: int, stream: ByteStream, checksum: Checksum | None) -> int:
    digest = hashlib.new(checksum.algorithm) if checksum else None
    written = 0
    while block := stream.read(_BLOCK_BYTES):
        written += len(block)
        if written > room:
            raise InvalidInput(
                "More bytes came than the upload's stated length.", code="too_many_bytes"
            )
        if digest is not None:
            digest.update(block)
        rest = memoryview(block)
        while rest:
            rest = rest[file.write(rest) :]
    if checksum and digest and not hmac.compare_digest(digest.digest(), checksum.digest):
        raise ChecksumMismatch("The bytes were damaged on their way; send them again.")
    return written
