"""A network camera or encoder by RTSP, over TCP and without buffering."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

from inference.bridge.picture import CommandRefusedError, Sink, SourceError

OPEN_SECONDS, READ_SECONDS = 5.0, 5.0
# half a frame lost over UDP would be half an anatomy
OPTIONS = {
    "rtsp_transport": "tcp",
    "fflags": "nobuffer",
    "flags": "low_delay",
    "max_delay": "0",
}


class RtspSource:
    """The first picture stream of an address."""

    kind = "rtsp"
    commands: tuple[str, ...] = ()
    rate = 30.0

    def __init__(self, address: str) -> None:
        """Raises ValueError for an address without a host."""
        parts = urlsplit(address)
        if not parts.hostname:
            raise ValueError("An RTSP source is rtsp://HOST/PATH.")
        # without the password that an address may hold
        self.device = f"RTSP {parts.hostname}{parts.path}"
        self._address = address

    def run(self, sink: Sink, stop: threading.Event) -> None:
        """See Source."""
        import av

        try:
            with av.open(
                self._address, options=OPTIONS, timeout=(OPEN_SECONDS, READ_SECONDS)
            ) as stream:
                if not stream.streams.video:
                    raise SourceError(f"{self.device} has no picture.", retry=False)
                sink.connected(f"{self.device} is open but sends no picture.")
                video = stream.streams.video[0]
                video.thread_type = "SLICE"  # threads by frame would hold frames back
                for frame in stream.decode(video):
                    if stop.is_set():
                        return
                    at = None if frame.time is None else round(frame.time * 1e9)
                    sink.picture(frame.to_ndarray(format="gray"), t_source_ns=at)
        except (av.error.FFmpegError, OSError) as error:
            words = getattr(error, "strerror", None) or str(error)
            raise SourceError(f"{self.device} cannot be read: {words}.") from error

    def command(self, name: str, value: float | None) -> None:
        """See Source."""
        raise CommandRefusedError("An RTSP source takes no commands.")
