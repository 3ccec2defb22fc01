"""OpenIGTLink, as a client of a server or as a server that waits for a sender."""

from __future__ import annotations

import math
import socket
import threading
import time

from inference.bridge.igtl.codec import (
    HEADER,
    Header,
    IgtlError,
    check_body,
    content,
    read_header,
    read_image,
)
from inference.bridge.picture import CommandRefusedError, Sink, SourceError

PORT = 18944
CONNECT_SECONDS = 3.0
# a slow Wi-Fi may pause within a message; this long it has ended
STUCK_SECONDS = 10.0
# a sender that images came from and that says nothing for this long has gone without a goodbye: its
# machine was switched off or its network cut, of which no socket ever hears
SILENT_SECONDS = 15.0
LOOK_SECONDS = 0.3


class IgtlSource:
    """Pictures of IMAGE messages; all other kinds are passed over."""

    kind = "igtl"
    commands: tuple[str, ...] = ()
    rate = 30.0

    def __init__(
        self, host: str | None, port: int, *, silent_seconds: float = SILENT_SECONDS
    ) -> None:
        """`host` None: wait for a sender at `port` (0 takes a free one). A sender is left
        `silent_seconds` after its last byte, once an image has come.
        """
        self.device = f"OpenIGTLink {host}:{port}" if host else f"OpenIGTLink at port {port}"
        self.listening_at: int | None = None
        self._host = host
        self._port = port
        self._silent_seconds = silent_seconds

    def run(self, sink: Sink, stop: threading.Event) -> None:
        """See Source."""
        if self._host is None:
            self._wait_for_senders(sink, stop)
            return
        try:
            link = socket.create_connection((self._host, self._port), CONNECT_SECONDS)
        except OSError as error:
            words = error.strerror or "no answer in time"
            raise SourceError(
                f"{self._host}:{self._port} cannot be reached: {words}. Is the sender's "
                "OpenIGTLink server started, and its port open in the firewall?"
            ) from error
        with link:
            self._read(link, sink, stop)
        if not stop.is_set():
            raise SourceError(f"{self._host}:{self._port} closed the connection.")

    def command(self, name: str, value: float | None) -> None:
        """See Source."""
        raise CommandRefusedError("An OpenIGTLink source takes no commands.")

    def _wait_for_senders(self, sink: Sink, stop: threading.Event) -> None:
        try:
            door = socket.create_server(("", self._port))
        except OSError as error:
            raise SourceError(f"Port {self._port} is taken: {error.strerror}.") from error
        with door:
            self.listening_at = int(door.getsockname()[1])
            door.settimeout(LOOK_SECONDS)
            while not stop.is_set():
                sink.note(f"Waiting for an OpenIGTLink sender at port {self.listening_at}.")
                try:
                    link, _ = door.accept()
                except TimeoutError:
                    continue
                with link:
                    sink.restarted()
                    try:
                        self._read(link, sink, stop)
                    except SourceError as error:
                        sink.note(str(error))

    def _read(self, link: socket.socket, sink: Sink, stop: threading.Event) -> None:
        link.settimeout(LOOK_SECONDS)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sink.connected("Connected, but no image comes: start the sender's acquisition.")
        head = bytearray(HEADER.size)
        # before its first image a sender may wait for a person to begin, for as long as it takes
        begins_within = math.inf
        while _fill(link, head, stop, begins_within=begins_within):
            try:
                header = read_header(head)
                body = bytearray(header.body_bytes)
                if not _fill(link, body, stop, begins_within=None):
                    return
                if self._take(header, body, sink):
                    begins_within = self._silent_seconds
            except IgtlError as error:
                if error.is_fatal:
                    raise SourceError(str(error)) from error
                sink.note(str(error))

    def _take(self, header: Header, body: bytearray, sink: Sink) -> bool:
        """Whether it was an image."""
        if header.kind != "IMAGE":
            return False
        check_body(header, body)
        image = read_image(content(header, body))
        if header.device:
            self.device = f"OpenIGTLink {header.device}"
        sink.picture(
            image.grey,
            t_source_ns=header.time_ns or None,
            microns_per_pixel=image.microns_per_pixel,
        )
        return True


def _fill(
    link: socket.socket, buffer: bytearray, stop: threading.Event, *, begins_within: float | None
) -> bool:
    """Read until the buffer is full; False at the end of the stream. Raises SourceError when a
    message stops half-way, and when none begins in so many seconds (None: it has begun).
    """
    place, view = 0, memoryview(buffer)
    moved = time.monotonic()
    while place < len(buffer):
        try:
            count = link.recv_into(view[place:])
        except TimeoutError:
            if stop.is_set():
                return False
            idle_seconds = time.monotonic() - moved
            if begins_within is None or place > 0:
                if idle_seconds > STUCK_SECONDS:
                    raise SourceError("The sender stopped in the middle of a message.") from None
            elif idle_seconds > begins_within:
                raise SourceError(
                    f"The sender has sent nothing for {begins_within:.0f} s: it has gone."
                ) from None
            continue
        except OSError as error:
            raise SourceError(f"The connection was cut: {error.strerror}.") from error
        if count == 0:
            return False
        place += count
        moved = time.monotonic()
    return not stop.is_set()


def igtl_source(rest: str) -> IgtlSource:
    """`HOST:PORT`, `HOST`, or `:PORT` to wait for a sender. Raises ValueError with a sentence."""
    host, _, port = rest.rpartition(":") if ":" in rest else (rest, "", "")
    if (port and not port.isdecimal()) or int(port or 0) > 65535 or not (host or port):
        raise ValueError("An OpenIGTLink source is igtl:HOST:PORT, or igtl::PORT to wait for one.")
    return IgtlSource(host.strip("[]") or None, int(port or PORT))
