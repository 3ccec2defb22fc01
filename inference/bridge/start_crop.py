"""Which crop a stream begins with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from inference.bridge.crop import Crop, find_sector, parse_crop
from inference.bridge.intake import Intake
from inference.bridge.picture import Source, SourceError
from inference.bridge.settings_file import SettingsFile

SECTOR_SECONDS = 20.0


def chosen_crop(
    wanted: str | None,
    spec: str,
    kept: SettingsFile,
    source: Source,
    say: Callable[[str], None],
) -> Crop | None:
    """The crop that was asked for, which is kept for the source, or else the one kept before.

    `none` forgets it; `sector` looks for the lit sector in the source's first frame. Raises
    ValueError with a sentence, also where no sector is found: nothing uncropped is sent instead.
    """
    if wanted is None:
        before = kept.crop(spec)
        return parse_crop(before) if before else None
    if wanted == "none":
        kept.keep_crop(spec, "")
        return None
    crop = _sector(source) if wanted == "sector" else parse_crop(wanted)
    kept.keep_crop(spec, crop.text())
    say(f"Crop {crop.text()} is kept for {spec}.")
    return crop


def _sector(source: Source) -> Crop:
    intake, stop = Intake(), threading.Event()
    trouble: list[SourceError] = []

    def look() -> None:
        try:
            source.run(intake, stop)
        except SourceError as error:
            trouble.append(error)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    until = time.monotonic() + SECTOR_SECONDS
    while intake.last() is None and time.monotonic() < until and thread.is_alive():
        time.sleep(0.05)
    stop.set()
    thread.join(5.0)
    picture = intake.last()
    if picture is None:
        why = str(trouble[0]) if trouble else "no frame came"
        raise ValueError(f"The sector cannot be looked for: {why}")
    crop = find_sector(picture.grey)
    if crop is None:
        raise ValueError("No sector stands out in the first frame; give --crop x0,y0,x1,y1.")
    return crop
