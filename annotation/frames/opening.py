"""From a file of unknown kind to a source of frames."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import BinaryIO, NoReturn

from annotation.frames.bundle import Bundle, Member, folder_bundle, spooled, zip_bundle
from annotation.frames.containers import LOOKED_AT, Container, container_in, container_of
from annotation.frames.dicom import DicomSource
from annotation.frames.dicom_header import read_header
from annotation.frames.dicom_video import DicomVideoSource, is_video
from annotation.frames.gif import GifSource
from annotation.frames.metaimage import MetaImageSource
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import FrameSource
from annotation.frames.stills import PICTURE_SUFFIXES, PictureSource, PicturesSource
from annotation.frames.video import VideoSource

KINDS = (
    "MP4, MOV, AVI, MKV, WebM, GIF, DICOM, MetaImage, a PNG or JPEG picture, "
    "or a zip of pictures or of one DICOM or MetaImage"
)
_SCANNED_MEMBERS = 200  # of a zip without pictures


def open_source(path: Path) -> FrameSource:
    """Open a file by its content, or a folder of pictures.

    Raises UnreadableSourceError with one sentence when it is empty, of no known kind, or damaged.
    """
    if path.is_dir():
        return _open_bundle(folder_bundle(path))
    return _open_file(path, _known(path))


def _open_file(path: Path, container: Container) -> FrameSource:
    if container is Container.ZIP:
        return _open_bundle(zip_bundle(path))
    if container is Container.DICOM:
        return _open_dicom(path.open("rb"))
    if container is Container.META_IMAGE:
        return MetaImageSource(lambda: path.open("rb"), _lone_header)
    if container is Container.GIF:
        return GifSource(path)
    if container in (Container.PNG, Container.JPEG):
        return PictureSource(path, container.value)
    return VideoSource(path, container)


def _known(path: Path) -> Container:
    if path.stat().st_size == 0:
        raise UnreadableSourceError("The file is empty.")
    container = container_of(path)
    if container is None:
        raise UnreadableSourceError(f"This is not a clip. Known are {KINDS}.")
    if container is Container.PDF:
        raise UnreadableSourceError(f"PDF files cannot be taken in; send {KINDS}.")
    return container


def _open_dicom(file: BinaryIO) -> FrameSource:
    try:
        header = read_header(file)
        if is_video(header.transfer_syntax):
            return DicomVideoSource(file, header)
        return DicomSource(file, header)
    except BaseException:
        file.close()
        raise


def _lone_header(_: str) -> NoReturn:
    raise UnreadableSourceError(
        "The MetaImage header (.mhd) came without its pixels; send both files in one zip."
    )


def _open_bundle(bundle: Bundle) -> FrameSource:
    try:
        whole = _whole_clip(bundle)
        if whole is None:
            return PicturesSource(bundle)
        bundle.check_unpacked(list(bundle.members))
        member, container = whole
        if container is Container.DICOM:
            source = _open_dicom(spooled(member))
            bundle.close()
            return source
        return MetaImageSource(member.open, lambda name: _beside(bundle, member, name).open())
    except BaseException:
        bundle.close()
        raise


def _whole_clip(bundle: Bundle) -> tuple[Member, Container] | None:
    """The one member that is a clip by itself, None when there are only pictures."""
    if any(member.suffix in PICTURE_SUFFIXES for member in bundle.members):
        looked_at = [each for each in bundle.members if each.suffix in {".dcm", ".mha", ".mhd"}]
    else:
        looked_at = list(bundle.members)
    found: list[tuple[Member, Container]] = []
    for member in looked_at[:_SCANNED_MEMBERS]:
        if member.path.name.upper() == "DICOMDIR":
            continue
        container = container_in(member.begins(LOOKED_AT))
        if container in (Container.DICOM, Container.META_IMAGE):
            found.append((member, container))
    if len(found) > 1:
        raise UnreadableSourceError(
            f"The {bundle.what} holds {len(found)} DICOM or MetaImage files; "
            "send each as a clip of its own."
        )
    return found[0] if found else None


def _beside(bundle: Bundle, header: Member, name: str) -> Member:
    """The member that a MetaImage header names, in the folder of the header."""
    wanted = PurePosixPath(name.replace("\\", "/")).name.casefold()
    for member in bundle.members:
        if member.path.parent == header.path.parent and member.path.name.casefold() == wanted:
            return member
    raise UnreadableSourceError(
        f"The {bundle.what} lacks the file that the MetaImage header names for its pixels."
    )
