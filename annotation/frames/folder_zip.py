"""A folder of pictures as one file, so that it can wait and be taken in like any upload."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import BinaryIO

from annotation.frames.bundle import folder_bundle
from annotation.frames.problem import UnreadableSourceError

_DATED = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: no date of the folder is kept
_RAW_SUFFIXES = frozenset({".mhd", ".raw", ".zraw"})


def zip_folder(folder: Path, target: BinaryIO) -> int:
    """Write the files that lie directly in `folder` into a zip; how many there were.

    Names give way to numbers in the same natural order, since they may name a patient; only a
    MetaImage header and its raw file keep theirs, one naming the other. The same files give the
    same bytes. Raises UnreadableSourceError for an empty folder.
    """
    members = folder_bundle(folder).members
    if not members:
        raise UnreadableSourceError("The folder holds no files.")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number, member in enumerate(members, start=1):
            keeps_name = member.suffix in _RAW_SUFFIXES
            name = member.path.name if keeps_name else f"{number:06}{member.suffix}"
            with (
                member.open() as file,
                archive.open(zipfile.ZipInfo(name, _DATED), "w", force_zip64=True) as packed,
            ):
                shutil.copyfileobj(file, packed, 1 << 20)
    return len(members)
