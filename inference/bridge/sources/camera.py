"""A grabber on HDMI or USB, or any camera: works for every scanner with a screen output."""

from __future__ import annotations

import threading
import time
from typing import Any

from inference.bridge.picture import CommandRefusedError, Sink, SourceError
from inference.bridge.sources import SourceOptions

SILENT_SECONDS = 3.0


class CameraSource:
    """Reads without pause, so that the driver's buffers never hold old frames."""

    kind = "camera"
    commands: tuple[str, ...] = ()

    def __init__(self, place: int | str, options: SourceOptions) -> None:
        self.device = f"Camera {place}"
        self.rate = options.rate
        self._place = place
        self._options = options

    def run(self, sink: Sink, stop: threading.Event) -> None:
        """See Source."""
        import cv2

        camera: Any = cv2.VideoCapture(self._place)
        try:
            if not camera.isOpened():
                raise SourceError(
                    f"{self.device} cannot be opened. Is it plugged in, used by another program, "
                    "or not allowed for this user (on Linux: the group `video`)?"
                )
            camera.set(cv2.CAP_PROP_FRAME_WIDTH, self._options.width)
            camera.set(cv2.CAP_PROP_FRAME_HEIGHT, self._options.height)
            camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)
            sink.connected(f"{self.device} is open but gives no frame: is the scanner's output on?")
            last = time.monotonic()
            while not stop.is_set():
                is_there, frame = camera.read()
                if is_there:
                    last = time.monotonic()
                    grey = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
                    sink.picture(grey.copy() if grey is frame else grey)
                elif time.monotonic() - last > SILENT_SECONDS:
                    raise SourceError(f"{self.device} gives no frame. Was it unplugged?")
                else:
                    stop.wait(0.02)
        finally:
            camera.release()

    def command(self, name: str, value: float | None) -> None:
        """See Source."""
        raise CommandRefusedError("A camera takes no commands.")


def camera_source(rest: str, options: SourceOptions) -> CameraSource:
    """`NUMBER`, or a device such as /dev/video2. Raises ValueError with a sentence."""
    if rest.isdecimal():
        return CameraSource(int(rest), options)
    if rest.startswith("/dev/"):
        return CameraSource(rest, options)
    raise ValueError("A camera source is camera:NUMBER, such as camera:0.")
