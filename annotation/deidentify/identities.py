"""Stand-ins for unique identifiers and dates: keyed, so that they are the same every time, and
cannot be undone or guessed without the key.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta

from .problem import DeidentifyError

_LEAST_KEY = 16
_STANDARD = "1.2.840.10008."  # DICOM's own root: classes and syntaxes, never an instance
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class UidMap:
    """Maps the UIDs of studies, series, images and devices to ones that say nothing.

    The same UID under the same key always becomes the same `2.25.<integer>` (PS3.5, B.2: a UUID as
    an integer), so what belonged together still does. UIDs of the standard itself stay.
    """

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_key(self.key)

    def __call__(self, uid: str) -> str:
        """The stand-in of `uid`."""
        if uid.startswith(_STANDARD):
            return uid
        digest = bytearray(_digest(self.key, "uid", uid)[:16])
        # RFC 9562, 5.8: version 8, variant 10
        digest[6] = digest[6] & 0x0F | 0x80
        digest[8] = digest[8] & 0x3F | 0x80
        return f"2.25.{int.from_bytes(digest, 'big')}"


def date_shift(key: bytes, subject: str) -> timedelta:
    """How far the dates of a subject are moved back: 1 to 3650 days and some seconds.

    One value a subject and key, so intervals between a subject's examinations stay what they were.
    Raises DeidentifyError for a key below 16 bytes.
    """
    _check_key(key)
    drawn = int.from_bytes(_digest(key, "dates", subject)[:16], "big")
    return timedelta(days=-(1 + drawn % _MOST_DAYS), seconds=-((drawn >> 64) % 86_400))


def _check_key(key: bytes) -> None:
    if len(key) < _LEAST_KEY:
        raise DeidentifyError(f"The key of the stand-ins needs at least {_LEAST_KEY} bytes.")


def _digest(key: bytes, purpose: str, value: str) -> bytes:
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).digest()
