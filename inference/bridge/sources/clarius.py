"""A Clarius scanner over Cast. libcast runs in a child process, started again when it dies."""

from __future__ import annotations

import multiprocessing
import threading
import time
from typing import Any

from inference.bridge.cast.child import CastSettings, main
from inference.bridge.cast.library import (
    RELEASES,
    Form,
    Function,
    find_libcast,
    where_to_get_it,
)
from inference.bridge.cast.ring import Ring
from inference.bridge.picture import CommandRefusedError, Sink, SourceError
from inference.bridge.settings_file import settings_folder
from inference.bridge.sources import SourceOptions

RESEARCH_PORT = 5828
# libcast says that it is connected after the probe was switched off: silence ends the child
SILENT_SECONDS = 12.0
# a probe frozen at its last image gives no frames; then only libcast's word is left
DISBELIEF_SECONDS = 4.0
TEARDOWN_SECONDS = 3.0
ANSWER_SECONDS = 3.0
COMMANDS = {"freeze": Function.FREEZE, "depth": Function.SET_DEPTH, "gain": Function.SET_GAIN}
LIMITS = {"depth": (1.0, 40.0, "cm"), "gain": (0.0, 100.0, "percent")}


class ClariusSource:
    """One probe. Its clock counts from its boot."""

    kind = "clarius"
    commands: tuple[str, ...] = tuple(COMMANDS)
    rate = 30.0

    def __init__(self, address: str, port: int, options: SourceOptions) -> None:
        self.device = f"Clarius at {address}:{port}"
        self._address = address
        self._port = port
        self._options = options
        self._form = options.cast_form
        self._lock = threading.Lock()
        self._link: _Link | None = None

    def run(self, sink: Sink, stop: threading.Event) -> None:
        """See Source. Ends, by SourceError, whenever the child has to be started anew."""
        library = find_libcast(self._options.libcast)
        if library is None:
            raise SourceError(f"libcast was not found. {where_to_get_it()}", retry=False)
        keys = self._options.keys or settings_folder() / "cast-keys"
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = CastSettings(
            library=str(library.resolve()),
            keys=str(keys),
            address=self._address,
            port=self._port,
            width=self._options.width,
            height=self._options.height,
            form=self._form,
        )
        link = _Link(settings, sink)
        with self._lock:
            self._link = link
        try:
            link.serve(stop)
        finally:
            with self._lock:
                self._link = None
            link.close()
            if not (link.frames or link.is_form_sure):
                # the symbols left a doubt and this form brought nothing: the other one next
                self._form = Form.ARGS6 if link.form == Form.ARGS5 else Form.ARGS5

    def command(self, name: str, value: float | None) -> None:
        """See Source. Depth is in centimetres, gain in percent; freeze is 1, 0, or the other."""
        with self._lock:
            link = self._link
        if link is None:
            raise CommandRefusedError("There is no link to the scanner now.")
        if name == "freeze":
            link.freeze(value)
            return
        if name not in LIMITS:
            raise CommandRefusedError("This scanner knows freeze, depth and gain.")
        least, most, unit = LIMITS[name]
        if value is None or not least <= value <= most:
            raise CommandRefusedError(f"The {name} is {least:g} to {most:g} {unit}.")
        link.send(COMMANDS[name], value)


class _Link:
    """One child process and what it says."""

    def __init__(self, settings: CastSettings, sink: Sink) -> None:
        self.frames = 0
        self.form = settings.form
        self.is_form_sure = True
        self._settings = settings
        self._sink = sink
        self._is_frozen = False
        self._turned = threading.Event()
        self._answers: dict[int, bool] = {}
        self._answered = threading.Condition()
        self._number = 0
        self._firmware = ""
        self._has_mismatch = False
        self._advice = "libcast did not answer."
        self._quiet_since = self._believed_at = time.monotonic()
        self._ring = Ring()
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._child = context.Process(
            target=main, args=(theirs, self._ring.name, settings), name="libcast", daemon=True
        )
        self._child.start()
        theirs.close()
        self._writing = threading.Lock()

    def serve(self, stop: threading.Event) -> None:
        """Pass on what the child says until it ends or falls silent."""
        while not stop.is_set():
            try:
                if self._pipe.poll(0.1):
                    self._take(*self._pipe.recv())
            except (EOFError, OSError):
                raise SourceError(self._death()) from None
            self._check_silence()

    def freeze(self, wanted: float | None) -> None:
        """Freeze is a toggle at the scanner: it is sent only where the state differs."""
        if wanted is not None and bool(wanted) == self._is_frozen:
            return
        self._turned.clear()
        self.send(Function.FREEZE, 0.0)
        if not self._turned.wait(ANSWER_SECONDS):
            raise CommandRefusedError("The scanner did not confirm it.")

    def send(self, function: Function, value: float) -> None:
        """Send a command and wait for libcast to take it."""
        if not self._is_frozen and time.monotonic() - self._quiet_since > 1.0:
            # seen to wedge the link for good
            raise CommandRefusedError("Not sent: no image comes at present.")
        with self._answered:
            self._number += 1
            number = self._number
            try:
                with self._writing:
                    self._pipe.send(("command", number, int(function), value))
            except OSError as error:
                raise CommandRefusedError("The link to the scanner has ended.") from error
            self._answered.wait_for(lambda: number in self._answers, ANSWER_SECONDS)
            if not self._answers.pop(number, False):
                raise CommandRefusedError("libcast did not take the command.")

    def close(self) -> None:
        """End the child; kill it when cleaning up takes too long."""
        try:
            with self._writing:
                self._pipe.send(("end",))
        except OSError:
            pass  # it is gone already
        self._child.join(TEARDOWN_SECONDS)
        if self._child.is_alive():
            self._child.kill()
            self._child.join()
        self._pipe.close()
        self._ring.close()

    def _take(self, name: str, *rest: Any) -> None:
        now = time.monotonic()
        match name:
            case "frame":
                self._frame(*rest)
            case "frozen":
                self._is_frozen = bool(rest[0])
                self._quiet_since = self._believed_at = now
                self._turned.set()
                self._sink.frozen(is_frozen=self._is_frozen)
            case "belief":
                if rest[0]:
                    self._believed_at = now
            case "connected":
                self._has_mismatch = not rest[1]
                self._advice = self._no_image(rest[0])
                self._quiet_since = now
                self._sink.connected(self._advice)
            case "refused":
                self._has_mismatch = not rest[1]
                raise SourceError(self._refusal())
            case "done":
                with self._answered:
                    self._answers[rest[0]] = rest[1]
                    self._answered.notify_all()
            case "library":
                self.form, self.is_form_sure = rest[0], rest[1]
                self._firmware = ", ".join(f"{k} {v}" for k, v in rest[2].items())
            case "error":
                self._sink.note(f"libcast says: {rest[0]}.")
            case "unusable":
                raise SourceError(str(rest[0]), retry=False)

    def _frame(  # noqa: PLR0917  # one message's fields
        self, number: int, height: int, width: int, microns: float, tm: int, arrived_us: int
    ) -> None:
        grey = self._ring.read(number, height, width)
        if grey is None:
            return
        self.frames += 1
        self._quiet_since = time.monotonic()
        self._sink.picture(grey, t_source_ns=tm, microns_per_pixel=microns, t_bridge_us=arrived_us)

    def _check_silence(self) -> None:
        now = time.monotonic()
        if self._is_frozen:
            if now - max(self._believed_at, self._quiet_since) > DISBELIEF_SECONDS:
                raise SourceError("The scanner went away while it was frozen.")
        elif now - self._quiet_since > SILENT_SECONDS:
            if self.frames:
                raise SourceError(
                    f"No image for {SILENT_SECONDS:.0f} s and not frozen: the scanner is off, out "
                    "of reach, or its app is in the background. Connecting again."
                )
            raise SourceError(self._advice)

    def _no_image(self, udp_port: int) -> str:
        advice = (
            f"Connected, but no image comes: let UDP port {udp_port} in through this machine's "
            "firewall, keep the Clarius app open and imaging, and stay on the probe's network."
        )
        return f"{advice} {self._fit()}" if self._has_mismatch else advice

    def _refusal(self) -> str:
        if self._has_mismatch:
            return f"The scanner refused this libcast. {self._fit()}"
        where = f"{self._settings.address} refused port {self._settings.port}."
        if self._settings.port == RESEARCH_PORT:
            return (
                f"{where} In the app set Clarius Cast Permission to Research, or give the port "
                f"that its status area shows: --source clarius:{self._settings.address}:PORT."
            )
        return (
            f"{where} The app shows a new port in its status area at every start; with Clarius "
            f"Cast Permission set to Research it is always {RESEARCH_PORT}."
        )

    def _fit(self) -> str:
        made_for = f" It is made for firmware {self._firmware}." if self._firmware else ""
        return (
            "libcast and the scanner's software are of different versions."
            f"{made_for} Take the libcast release of the app's own version from {RELEASES}, or "
            "update app and probe to that of libcast."
        )

    def _death(self) -> str:
        self._child.join(1.0)
        code = self._child.exitcode
        how = f"signal {-code}" if code is not None and code < 0 else f"status {code}"
        more = f" {self._fit()}" if self._has_mismatch else ""
        return f"libcast crashed ({how}); it is started again.{more}"


def clarius_source(rest: str, options: SourceOptions) -> ClariusSource:
    """`IP` or `IP:PORT`. Raises ValueError with a sentence."""
    address, _, port = rest.partition(":")
    if not address or (port and not port.isdecimal()) or not 0 < int(port or 1) < 65536:
        raise ValueError("A Clarius source is clarius:IP or clarius:IP:PORT.")
    return ClariusSource(address, int(port or RESEARCH_PORT), options)
