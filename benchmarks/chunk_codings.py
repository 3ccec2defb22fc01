"""Ways to keep and send a grey frame: bytes, and the time to write and to read one.

    python benchmarks/chunk_codings.py [--frames 24] [--repeats 3] [--data FOLDER]

Frames are spread over real clips (the folder of real data, FASCICLE_SHARED_DATA or
`../shared/data`; left out where absent) and over the phantom. Times are processor time of one
thread, the fastest of the repeats, so a busy machine disturbs them little; each coding does exactly
what its row says, in one process. "exact" tells whether the decoded frame is the frame: JPEG is
not, and would be followed by the exact one whenever playing pauses. Decoding is OpenCV's (zlib's
for the bare streams), which has the decoders' work of a browser but not its uploads to the screen.
Prints one table and writes `results/chunk_codings.json`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _FOLDER]
sys.path[:0] = [str(_FOLDER.parent), str(_FOLDER.parent / "platform")]

import argparse  # noqa: E402
import io  # noqa: E402
import itertools  # noqa: E402
import json  # noqa: E402
import struct  # noqa: E402
import time  # noqa: E402
import zlib  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import dataclass  # noqa: E402

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from isal import isal_zlib  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from PIL import Image  # noqa: E402

Grey = NDArray[np.uint8]
NONE, SUB, UP = 0, 1, 2


@dataclass(frozen=True)
class Coding:
    """A way to write a frame and read it back."""

    name: str
    encode: Callable[[Grey], bytes]
    decode: Callable[[bytes, tuple[int, int]], Grey]
    is_exact: bool = True


def filtered(grey: Grey, kind: int) -> NDArray[np.uint8]:
    """Rows of PNG, uint8 (H, W + 1), each led by its filter."""
    rows = np.empty((grey.shape[0], grey.shape[1] + 1), np.uint8)
    rows[:, 0] = kind
    rows[:, 1:] = grey
    if kind == SUB:
        rows[:, 2:] -= grey[:, :-1]
    elif kind == UP:
        rows[1:, 1:] -= grey[:-1]
    return rows


def png(kind: int, deflate: Callable[[memoryview], bytes]) -> Callable[[Grey], bytes]:
    """A writer of PNG put together by hand."""

    def part(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    def encode(grey: Grey) -> bytes:
        header = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 8, 0, 0, 0, 0)
        return b"".join(
            (
                b"\x89PNG\r\n\x1a\n",
                part(b"IHDR", header),
                part(b"IDAT", deflate(filtered(grey, kind).data)),
                part(b"IEND", b""),
            )
        )

    return encode


def opencv(suffix: str, *parameters: int) -> Callable[[Grey], bytes]:
    """A writer of OpenCV's."""
    return lambda grey: bytes(cv2.imencode(suffix, grey, parameters)[1].data)


def jpeg(quality: int) -> Callable[[Grey], bytes]:
    """A writer of JPEG."""
    return opencv(".jpg", cv2.IMWRITE_JPEG_QUALITY, quality)


def webp(method: int, effort: int) -> Callable[[Grey], bytes]:
    """A writer of lossless WebP; for it, libwebp's quality is how hard it tries."""

    def encode(grey: Grey) -> bytes:
        content = io.BytesIO()
        Image.fromarray(grey).save(content, "WEBP", lossless=True, quality=effort, method=method)
        return content.getvalue()

    return encode


def bare(grey: Grey) -> bytes:
    """Deflate of the pixels."""
    return bytes(isal_zlib.compress(grey.data, 1))


def read_picture(content: bytes, _: tuple[int, int]) -> Grey:
    """OpenCV's decoder."""
    return np.asarray(
        cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE), dtype=np.uint8
    )


def read_bare(content: bytes, shape: tuple[int, int]) -> Grey:
    """Inflate; the browser's DecompressionStream is zlib."""
    return np.frombuffer(zlib.decompress(content), np.uint8).reshape(shape)


def read_bare_sub(content: bytes, shape: tuple[int, int]) -> Grey:
    """Inflate and add up the rows."""
    return np.cumsum(read_bare(content, shape), axis=1, dtype=np.uint8)


def sub_bare(grey: Grey) -> bytes:
    """Deflate of the differences along rows."""
    changes = grey.copy()
    changes[:, 1:] -= grey[:, :-1]
    return bytes(isal_zlib.compress(changes.data, 1))


def codings() -> list[Coding]:
    """Those that are compared."""
    from annotation.frames.png import encode_png

    made = [Coding("PNG as kept (igzip 1, Sub)", encode_png, read_picture)]
    for (level, kind), name in itertools.product(
        itertools.product((0, 1, 3), (NONE, SUB, UP)), ("igzip",)
    ):
        label = f"PNG {name} {level}, {('None', 'Sub', 'Up')[kind]}"

        def deflate(rows: memoryview, level: int = level) -> bytes:
            return bytes(isal_zlib.compress(rows, level))

        made.append(Coding(label, png(kind, deflate), read_picture))
    strategies = {"RLE": cv2.IMWRITE_PNG_STRATEGY_RLE, "default": cv2.IMWRITE_PNG_STRATEGY_DEFAULT}
    for label, strategy in strategies.items():
        writer = opencv(
            ".png", cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, strategy,
            cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB,
        )  # fmt: skip
        made.append(Coding(f"PNG OpenCV zlib 1, Sub, {label}", writer, read_picture))
    made += [
        Coding(
            "PNG zlib 6, Sub", png(SUB, lambda rows: zlib.compress(rows, 6)), read_picture
        ),
        Coding("PNG zlib 9, Up", png(UP, lambda rows: zlib.compress(rows, 9)), read_picture),
        Coding("WebP lossless, method 0", webp(0, 0), read_picture),
        Coding("WebP lossless, method 4", webp(4, 75), read_picture),
        Coding("deflate alone (igzip 1)", bare, read_bare),
        Coding("deflate of Sub (igzip 1)", sub_bare, read_bare_sub),
        Coding("JPEG quality 90", jpeg(90), read_picture, is_exact=False),
        Coding("JPEG quality 75", jpeg(75), read_picture, is_exact=False),
    ]  # fmt: skip
    return made


def spread(path: Path, count: int) -> list[Grey]:
    """Frames from the beginning to the end of a file, through the reader of ingest."""
    from annotation.frames.opening import open_source

    source = open_source(path)
    every = max(1, (source.expected_frames or count) // count)
    return [frame.grey for index, frame in enumerate(source.frames()) if index % every == 0][:count]


def material(folder: Path, count: int) -> dict[str, list[Grey]]:
    """Frames by where they come from."""
    from phantom import Scene

    scene = Scene("axillary", 3, 480, 640)
    found = {"phantom": [np.ascontiguousarray(frame.image) for frame in scene.frames(count)]}
    for name, path in {
        "B-mode video": "clips/flowave/DemoBMode.mov",
        "duplex video": "clips/flowave/DemoMuscleContraction_NoTAMean.mov",
        "linear probe, raw": "clips/plus/BoneUltrasound_L14.igs.mha",
        "cardiac DICOM": "dicom/examples_ybr_color.dcm",
    }.items():
        if (folder / path).exists():
            found[name] = spread(folder / path, count)
    return found


def measure(coding: Coding, frames: list[Grey], repeats: int) -> dict[str, float]:
    """Kilobytes and bits a pixel, and milliseconds to write and to read a frame."""
    contents = [coding.encode(grey) for grey in frames]
    for grey, content in zip(frames, contents, strict=True):
        if coding.is_exact and not np.array_equal(coding.decode(content, grey.shape), grey):
            raise ValueError(f"{coding.name} does not give the frame back")
    encode = decode = float("inf")
    for _ in range(repeats):
        started = time.thread_time()
        for grey in frames:
            coding.encode(grey)
        written = time.thread_time()
        for grey, content in zip(frames, contents, strict=True):
            coding.decode(content, grey.shape)
        encode = min(encode, written - started)
        decode = min(decode, time.thread_time() - written)
    return {
        "kilobytes": round(sum(map(len, contents)) / len(frames) / 1000, 1),
        "bits_per_pixel": round(8 * sum(map(len, contents)) / sum(grey.size for grey in frames), 3),
        "encode_ms": round(1000 * encode / len(frames), 2),
        "decode_ms": round(1000 * decode / len(frames), 2),
    }


def main() -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("FASCICLE_SHARED_DATA") or _FOLDER.parent.parent / "shared" / "data"
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path(default))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    frames_of = material(options.data, options.frames)
    rows = []
    for coding in codings():
        by_clip = {
            name: measure(coding, frames, options.repeats) for name, frames in frames_of.items()
        }
        rows.append({"coding": coding.name, "is_exact": coding.is_exact, "clips": by_clip})
    names = list(frames_of)
    print(f"{'kB a frame; write/read ms':32}" + "".join(f"{name:>24}" for name in names))
    print(
        f"{'':32}"
        + "".join(f"{'x'.join(map(str, frames_of[n][0].shape[::-1])):>24}" for n in names)
    )
    for row in rows:
        cells = "".join(
            f"{cell['kilobytes']:>10}{cell['encode_ms']:>7}{cell['decode_ms']:>7}"
            for cell in row["clips"].values()
        )
        print(f"{row['coding']:32}{cells}{'' if row['is_exact'] else '  not exact'}")
    load = round(os.getloadavg()[0], 1)
    print(f"load average {load} on {os.cpu_count()} cores")
    results = _FOLDER / "results"
    results.mkdir(exist_ok=True)
    report = {
        "benchmark": "chunk_codings",
        "frames": options.frames,
        "sizes": {name: list(frames[0].shape[::-1]) for name, frames in frames_of.items()},
        "rows": rows,
        "cores": os.cpu_count(),
        "load_average": load,
    }
    (results / "chunk_codings.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
