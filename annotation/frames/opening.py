"""From a file of unknown kind to a source of frames."""

from __future__ import annotations

from pathlib import Path

from annotation.frames.containers import Container, container_of
from annotation.frames.problem import UnreadableSourceError
from annotation.frames.source import FrameSource
from annotation.frames.stills import PictureSource, ZipSource
from annotation.frames.video import VideoSource

_NOT_YET = {
    Container.DICOM: "DICOM files",
    Container.META_IMAGE: "MetaImage files",
    Container.PDF: "PDF files",
}
KINDS = "MP4, MOV, AVI, MKV, WebM, GIF, a PNG or JPEG picture, or a zip of such pictures"


def open_source(path: Path) -> FrameSource:
    """Open a file by its content.

    Raises UnreadableSourceError with one sentence when it is empty, of no known kind, or damaged.
    """
    if path.stat().st_size == 0:
        raise UnreadableSourceError("The file is empty.")
    container = container_of(path)
    if container is None:
        raise UnreadableSourceError(f"This is not a clip. Known are {KINDS}.")
    if container in _NOT_YET:
        raise UnreadableSourceError(f"{_NOT_YET[container]} cannot be taken in; send {KINDS}.")
    if container is Container.ZIP:
        return ZipSource(path)
    if container in (Container.PNG, Container.JPEG):
        return PictureSource(path, container.value)
    return VideoSource(path, container)
