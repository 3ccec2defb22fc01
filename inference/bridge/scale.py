"""How large a pixel is, where the source cannot tell: a grabber, a camera, most files.

A person sets it by two marks on the picture's depth ruler, on the live page, or by
`--microns-per-pixel`. It is kept for the source, and holds for frames of one size and crop only. A
scale that a scanner tells is never overruled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from inference.bridge.crop import Crop, fitted_size
from inference.bridge.picture import CommandRefusedError
from inference.bridge.settings_file import SettingsFile

LEAST_MICRONS, MOST_MICRONS = 5.0, 2000.0
COMMAND = "scale"
# kinds that give pictures of a screen or a camera, which say nothing of tissue
UNSCALED_KINDS = frozenset({"camera", "rtsp", "file"})


@dataclass(frozen=True, slots=True)
class Scale:
    """Micrometres a pixel of a cropped frame; size 0x0: of the first frame that comes."""

    microns_per_pixel: float
    width: int
    height: int


class ScaleKeeper:
    """The scale of one source under one crop. Safe for threads."""

    def __init__(
        self, spec: str, *, crop: Crop | None, kept: SettingsFile, say: Callable[[str], None]
    ) -> None:
        self._spec = spec
        self._crop = crop.text() if crop else ""
        self._kept = kept
        self._say = say
        self._lock = threading.Lock()
        self._scale: Scale | None = None
        self._size = (0, 0)

    def begin(self, wanted: str | None) -> None:
        """With the scale of the command line, which is kept, or else the one kept before.

        `none` forgets it. Raises ValueError with a sentence.
        """
        if wanted is None:
            self._scale = self._before()
        elif wanted == "none":
            self._keep(None)
        else:
            self._keep(Scale(_checked(_number(wanted)), 0, 0))
            self._say(f"Scale: {wanted} µm a pixel is kept for {self._spec}.")

    def of(self, width: int, height: int) -> float:
        """Micrometres a pixel of a cropped frame of this size, 0 = not known.

        A frame of another size than the scale was set for ends it.
        """
        with self._lock:
            self._size = (width, height)
            scale = self._scale
            if scale is None:
                return 0.0
            if (scale.width, scale.height) == (0, 0):
                self._keep(Scale(scale.microns_per_pixel, width, height))
            elif (scale.width, scale.height) != (width, height):
                self._keep(None)
                self._say(
                    f"Scale: it was set for frames of {scale.width}x{scale.height}, these are "
                    f"{width}x{height}. It is forgotten: set it again."
                )
                return 0.0
            return scale.microns_per_pixel

    def set(self, value: object) -> None:
        """As the live page asks: `{microns_per_pixel, width, height}` of the frame that it shows,
        or None to forget it. Raises CommandRefusedError.
        """
        with self._lock:
            if value is None:
                self._keep(None)
                self._say("Scale: it is forgotten.")
                return
            scale = self._asked(value)
            self._keep(scale)
        self._say(f"Scale: {scale.microns_per_pixel:.1f} µm a pixel, set on the live page.")

    def text(self) -> str:
        """For the status page; empty while none is set."""
        scale = self._scale
        return f"{scale.microns_per_pixel:.1f} µm a pixel, set by hand" if scale else ""

    def _asked(self, value: object) -> Scale:
        fields: dict[str, Any] = value if isinstance(value, dict) else {}
        microns = fields.get("microns_per_pixel")
        shown = (fields.get("width"), fields.get("height"))
        if isinstance(microns, bool) or not isinstance(microns, int | float):
            raise CommandRefusedError("A scale is a number of micrometres a pixel.")
        width, height = self._size
        sent = fitted_size(width, height)
        if shown != sent or 0 in sent:
            raise CommandRefusedError(
                "A scale is given with the size of the picture that it was read on, which is "
                f"{sent[0]}x{sent[1]} now: mark it again."
            )
        try:
            # of a frame too large for the wire, a sent pixel stands for more than one; JSON
            # knows integers that no float holds
            return Scale(_checked(float(microns) * sent[0] / width), width, height)
        except OverflowError:
            raise CommandRefusedError("A scale is a number of micrometres a pixel.") from None
        except ValueError as error:
            raise CommandRefusedError(str(error)) from error

    def _before(self) -> Scale | None:
        kept = self._kept.scale(self._spec)
        if kept is None:
            return None
        try:
            scale = Scale(
                _checked(float(kept["microns_per_pixel"])), int(kept["width"]), int(kept["height"])
            )
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        if kept.get("crop", "") != self._crop:
            self._keep(None)
            self._say("Scale: it was set under another crop. It is forgotten: set it again.")
            return None
        return scale

    def _keep(self, scale: Scale | None) -> None:
        self._scale = scale
        entry = None if scale is None else {**asdict(scale), "crop": self._crop}
        try:
            self._kept.keep_scale(self._spec, entry)
        except (OSError, ValueError) as error:
            self._say(f"Scale: it cannot be kept for next time: {error}")


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise ValueError("A scale is a number of micrometres a pixel, such as 85.5.") from None


def _checked(microns: float) -> float:
    if not LEAST_MICRONS <= microns <= MOST_MICRONS:
        raise ValueError(
            f"A scale is {LEAST_MICRONS:.0f} to {MOST_MICRONS:.0f} µm a pixel, not {microns:g}."
        )
    return microns
