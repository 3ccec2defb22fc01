"""One module a kind of source, imported when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inference.bridge.picture import Source

KINDS = ("clarius", "igtl", "camera", "rtsp", "file", "phantom")
FORMS = (
    "clarius:IP[:PORT]",
    "igtl:HOST:PORT",
    "igtl::PORT (waits for a sender)",
    "camera:NUMBER",
    "rtsp://...",
    "file:PATH",
    "phantom[:ANATOMY]",
)


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What the command line may say besides the source's name.

    `width`, `height`, `rate` shape the phantom, a camera's wish and libcast's output. `burn_index`
    writes a number into the phantom's pixels, for tests. `libcast` is the vendor's library, `keys`
    a folder for its keys, `cast_form` the form of its first call where the symbols leave a doubt.
    """

    width: int = 640
    height: int = 480
    rate: float = 30.0
    seed: int = 1
    burn_index: bool = False
    libcast: Path | None = None
    keys: Path | None = None
    cast_form: str | None = None


def kind_of(spec: str) -> str:
    """The kind of a source. Raises ValueError with a sentence that names the forms."""
    kind = spec.partition(":")[0].lower()
    if kind not in KINDS:
        raise ValueError(f"{spec!r} is no source. Known are {', '.join(FORMS)}.")
    return kind


def open_source(spec: str, options: SourceOptions) -> Source:
    """The source of that name, not yet running. Raises ValueError for a name not understood."""
    kind, rest = kind_of(spec), spec.partition(":")[2]
    if kind == "phantom":
        from inference.bridge.sources.phantom import PhantomSource

        return PhantomSource(rest or "axillary", options)
    if kind == "file":
        from inference.bridge.sources.file import FileSource

        return FileSource(Path(rest))
    if kind == "clarius":
        from inference.bridge.sources.clarius import clarius_source

        return clarius_source(rest, options)
    if kind == "igtl":
        from inference.bridge.sources.igtl import igtl_source

        return igtl_source(rest)
    if kind == "camera":
        from inference.bridge.sources.camera import camera_source

        return camera_source(rest, options)
    from inference.bridge.sources.rtsp import RtspSource

    return RtspSource(spec)
