"""The resumable upload protocol tus 1.0.0 (https://tus.io/protocols/resumable-upload): its headers.

Core, with the extensions creation, termination, checksum and expiration.
"""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.utils.http import http_date
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.models import Upload
from annotation.services.upload_append import (
    Checksum,
    ChecksumMismatch,
    DiskFull,
    UploadBusy,
    UploadGone,
)
from fascicle.errors import FascicleError, InvalidInput

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,checksum,expiration"
ALGORITHMS = ("sha256", "sha1")
OFFSET_STREAM = "application/offset+octet-stream"
METADATA = {"project", "subject", "label", "scanner", "credit", "microns_per_pixel", "sha256"}
# beside the statuses that every route gives its errors
STATUS_OF: dict[type[FascicleError], int] = {
    UploadGone: 410,
    UploadBusy: 423,
    ChecksumMismatch: 460,
    DiskFull: 507,
}


def is_tus(request: Request) -> bool:
    """Whether the request speaks the protocol."""
    return "Tus-Resumable" in request.headers


def check_version(request: Request) -> Response | None:
    """The answer to a client of another version."""
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    body = {
        "detail": f"This server speaks version {VERSION} of the upload protocol.",
        "code": "tus_version",
        "fields": {},
    }
    return Response(body, status=412, headers={"Tus-Version": VERSION})


def problem(error: FascicleError) -> Response | None:
    """The answer to an error that has a status of its own in the protocol; None for the others."""
    status = 413 if error.code == "too_many_bytes" else STATUS_OF.get(type(error))
    if status is None:
        return None
    body = {"detail": error.detail, "code": error.code, "fields": error.fields}
    return Response(body, status=status)


def with_headers(response: Response, upload: Upload | None = None) -> Response:
    """Add the headers of every answer of the protocol."""
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    if upload is not None:
        response["Upload-Offset"] = str(upload.received_bytes)
        response["Upload-Length"] = str(upload.byte_size)
        if upload.expires_at is not None:
            response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


def options() -> Response:
    """What the server can do."""
    response = Response(status=204)
    response["Tus-Version"] = VERSION
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Max-Size"] = str(settings.UPLOAD_MAX_BYTES)
    response["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return with_headers(response)


def whole_number(request: Request, header: str) -> int:
    """A header that holds a number of bytes; InvalidInput when it does not."""
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise InvalidInput(f"The header {header} must hold a number of bytes.", code="tus_header")
    return int(text)


def metadata(request: Request) -> dict[str, Any]:
    """Pairs of the header Upload-Metadata that mean something here. Others, the name of the file
    first of all, are not even looked at. InvalidInput when one cannot be read.
    """
    told: dict[str, Any] = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key not in METADATA:
            continue
        try:
            text = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as unreadable:
            raise InvalidInput(
                f"The metadata “{key}” is not UTF-8 in base64.", code="tus_header"
            ) from unreadable
        if text or key not in {"microns_per_pixel"}:
            told[key] = text
    return told


def checksum(request: Request) -> Checksum | None:
    """The header Upload-Checksum: "sha256 <base64>"; InvalidInput for another algorithm."""
    text = request.headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _, value = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise InvalidInput(f"Checksums are {' or '.join(ALGORITHMS)}.", code="checksum_algorithm")
    try:
        return Checksum(algorithm, base64.b64decode(value, validate=True))
    except binascii.Error as unreadable:
        raise InvalidInput("The checksum is not base64.", code="tus_header") from unreadable
