"""libcast's C interface through ctypes, in every form since its functions carry these names.

The vendor changes the interface with each release and promises nothing across them. What differs:
the functions are called `castX` from 12.2 on and `cusCastX` before; the first call takes a
structure, or thirteen arguments, or twelve without the positional callback; the answer to a
connection has three or two numbers. Declarations follow the vendor's published cast.h, cast_cb.h
and cast_def.h (12.2.4). https://github.com/clariusdev/cast
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int, c_longlong, c_void_p
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

from inference.bridge.settings_file import settings_folder

PREFIXES = ("cast", "cusCast")
FILE_NAMES = ("libcast.so", "libcast.dylib", "cast.dll")
PLATFORMS = {0: "V1", 1: "HD", 2: "HD3", 3: "HD4"}
RELEASES = "https://github.com/clariusdev/cast/releases"
RESEARCH = b"research"
SUCCESS, FAILURE = 0, -1
TGC_POINTS = 10


class Form(StrEnum):
    """How the first call takes what it needs."""

    STRUCT = "struct"
    ARGS6 = "args6"
    ARGS5 = "args5"


class ImageFormat(IntEnum):
    """CusImageFormat."""

    ARGB = 0
    GREY = 1
    JPEG = 2
    PNG = 3


class Function(IntEnum):
    """CusUserFunction, as far as it is used. Freeze is a toggle."""

    FREEZE = 1
    SET_DEPTH = 23  # cm
    SET_GAIN = 24  # percent


class TgcInfo(Structure):
    """CusTgcInfo."""

    _fields_ = [("depth", c_double), ("gain", c_double)]


class ImageInfo(Structure):
    """CusProcessedImageInfo."""

    _fields_ = [
        ("width", c_int),
        ("height", c_int),
        ("bits_per_pixel", c_int),
        ("image_size", c_int),
        ("microns_per_pixel", c_double),
        ("origin_x", c_double),
        ("origin_y", c_double),
        ("tm", c_longlong),
        ("angle", c_double),
        ("fps", c_double),
        ("overlay", c_int),
        ("format", c_int),
        ("tgc", TgcInfo * TGC_POINTS),
    ]


class Arguments(Structure):
    """The first field of CusInitParams."""

    _fields_ = [("argc", c_int), ("argv", POINTER(c_char_p))]


IMAGE_FN = CFUNCTYPE(None, c_void_p, POINTER(ImageInfo), c_int, c_void_p)
RAW_FN = CFUNCTYPE(None, c_void_p, c_void_p, c_int, c_void_p)
SPECTRAL_FN = CFUNCTYPE(None, c_void_p, c_void_p)
IMU_FN = CFUNCTYPE(None, c_void_p)
INT_FN = CFUNCTYPE(None, c_int)
BUTTON_FN = CFUNCTYPE(None, c_int, c_int)
ERROR_FN = CFUNCTYPE(None, c_char_p)
CONNECT_FN = CFUNCTYPE(None, c_int, c_int, c_int)


class InitParams(Structure):
    """CusInitParams."""

    _fields_ = [
        ("args", Arguments),
        ("store_dir", c_char_p),
        ("image", IMAGE_FN),
        ("raw", RAW_FN),
        ("spectral", SPECTRAL_FN),
        ("imu", IMU_FN),
        ("freeze", INT_FN),
        ("button", BUTTON_FN),
        ("progress", INT_FN),
        ("error", ERROR_FN),
        ("width", c_int),
        ("height", c_int),
    ]


class LibraryError(Exception):
    """A libcast that cannot be used; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What libcast's threads call. All others are given a function that does nothing: it crashes
    where one is missing.
    """

    image: Callable[[int, Any], None]
    freeze: Callable[[int], None]
    error: Callable[[bytes | None], None]


class Library:
    """A loaded libcast. There is one connection in a process, and no way to unload it safely."""

    def __init__(self, path: Path, form: Form | None = None) -> None:
        """Raises LibraryError for a file that is no libcast, or one of a form not known."""
        try:
            self._library = ctypes.CDLL(str(path))
        except OSError as error:
            raise LibraryError(
                f"{path} cannot be loaded: {error}. Take the release for this system from "
                f"{RELEASES} and install the packages that it names."
            ) from error
        found = [prefix for prefix in PREFIXES if self._has(prefix, "Init")]
        if not found:
            raise LibraryError(f"{path} is no libcast: it has neither castInit nor cusCastInit.")
        self.prefix = found[0]
        if not self._has(self.prefix, "FwVersion"):
            raise LibraryError(
                f"{path} is older than libcast 10.2, whose images are described in another way. "
                f"Take the release of the app's version from {RELEASES}."
            )
        self.form, self.is_form_sure = self._form(form)
        self._kept: list[object] = []

    def firmware(self) -> dict[str, str]:
        """The probe firmware that this release fits, by probe generation."""
        versions = {}
        for number, name in PLATFORMS.items():
            text = ctypes.create_string_buffer(64)
            if self._call("FwVersion", c_int(number), text, c_int(64)) == SUCCESS and text.value:
                versions[name] = text.value.decode(errors="replace")
        return versions

    def init(self, keys: Path, width: int, height: int, callbacks: Callbacks) -> None:
        """The first call. Raises LibraryError when it fails."""
        image = IMAGE_FN(lambda data, info, _, __: callbacks.image(data, info.contents))
        raw, spectral = RAW_FN(lambda *_: None), SPECTRAL_FN(lambda *_: None)
        imu, button = IMU_FN(lambda _: None), BUTTON_FN(lambda *_: None)
        freeze, progress = INT_FN(callbacks.freeze), INT_FN(lambda _: None)
        error = ERROR_FN(callbacks.error)
        program = (c_char_p * 1)(b"fascicle-bridge")
        store = str(keys).encode()
        before, after = [image, raw, spectral], [freeze, button, progress, error]
        # libcast keeps the pointers for as long as it runs
        self._kept += [*before, imu, *after, program, store]
        if self.form is Form.STRUCT:
            params = InitParams(Arguments(1, program), store, *before, imu, *after, width, height)
            self._kept.append(params)
            done = self._call("Init", ctypes.byref(params))
        else:
            positional = [imu] if self.form is Form.ARGS6 else []
            done = self._call(
                "Init",
                c_int(1),
                program,
                c_char_p(store),
                *before,
                *positional,
                *after,
                c_int(width),
                c_int(height),
            )
        if done != SUCCESS:
            raise LibraryError(f"libcast could not be started ({keys} must be writable).")
        self.try_call("SetOutputSize", c_int(width), c_int(height))
        # colour comes as pictures of its own then, which are left out
        self.try_call("SeparateOverlays", c_int(1))
        # where it is refused the frames come in 32 bits and are made grey here
        self.try_call("SetFormat", c_int(ImageFormat.GREY))

    def connect(self, address: str, port: int, answer: Callable[[int, bool], None]) -> None:
        """Ask for a connection; `answer` gets the UDP port of the images or -1, and whether the
        versions fit. Raises LibraryError when the call itself fails.
        """

        def answered(port: int, second: int, third: int) -> None:
            # the form with two numbers leaves the third to chance
            is_two = self.form is not Form.STRUCT
            answer(port, (second if is_two else third) != FAILURE)

        function = CONNECT_FN(answered)
        self._kept.append(function)
        host = c_char_p(address.encode())
        done = self._call("Connect", host, ctypes.c_uint(port), c_char_p(RESEARCH), function)
        if done != SUCCESS:
            raise LibraryError("libcast refused to connect.")

    def is_connected(self) -> bool:
        """What libcast believes; it has been seen to be wrong both ways."""
        return self._call("IsConnected") == 1

    def user_function(self, function: Function, value: float) -> bool:
        """Send a command; whether libcast took it."""
        nothing = INT_FN(lambda _: None)
        self._kept.append(nothing)
        return self._call("UserFunction", c_int(function), c_double(value), nothing) == SUCCESS

    def close(self) -> None:
        """Disconnect and clean up; libcast has been seen to crash and to hang in here."""
        nothing = INT_FN(lambda _: None)
        self._kept.append(nothing)
        self.try_call("Disconnect", nothing)
        self.try_call("Destroy")

    def try_call(self, name: str, *arguments: Any) -> bool:
        """Call what this release may not have; whether it succeeded."""
        return self._has(self.prefix, name) and self._call(name, *arguments) == SUCCESS

    def _form(self, wanted: Form | None) -> tuple[Form, bool]:
        if wanted is not None:
            return wanted, True
        if self._has(self.prefix, "DefaultInitParams"):
            return Form.STRUCT, True
        # the pulse came a release after the positional callback
        if self._has(self.prefix, "SetPulse"):
            return Form.ARGS6, True
        return Form.ARGS5, False

    def _has(self, prefix: str, name: str) -> bool:
        try:
            self._library[prefix + name]
        except AttributeError:
            return False
        return True

    def _call(self, name: str, *arguments: Any) -> int:
        function = self._library[self.prefix + name]
        function.restype = c_int
        return int(function(*arguments))


def find_libcast(given: Path | None) -> Path | None:
    """The library: as given, or in FASCICLE_LIBCAST, or in the settings folder."""
    if given is not None:
        return given if given.is_file() else None
    named = os.environ.get("FASCICLE_LIBCAST")
    places = [Path(named)] if named else []
    places += [settings_folder() / name for name in FILE_NAMES]
    return next((place for place in places if place.is_file()), None)


def where_to_get_it() -> str:
    """Advice for a machine without libcast."""
    system = {"darwin": "macOS", "win32": "Windows"}.get(sys.platform, "Ubuntu")
    return (
        f"Download the libcast release of the Clarius app's own version for {system} from "
        f"{RELEASES}, unpack it, and give --libcast PATH or put it into {settings_folder()}."
    )
