"""What taking a clip in costs beside bare decoding, and whether its memory grows with the clip.

    python benchmarks/ingest.py [--frames 300] [--long-minutes 20] [--repeats 7]

A 640x480 H.264 clip of the phantom goes through the pixel work of ingest (open, decode to grey,
hash, PNG, chunks, each chunk written to a file under its hash). Beside it PyAV alone decodes the
clip to grey and writes those bytes to one file, and the file is read as it is before a person is
asked what to cut off (its first decoding). They take turns in the same run, because the machine may
be busy; medians of the ratios are reported, of wall and of processor time (all threads). The long
clip repeats the same pictures for the stated minutes in a process of its own, whose peak of
resident memory is read. Prints one table and writes `results/ingest.json`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent
# run as a script, this file's folder would come first and its files be taken for packages
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _FOLDER]
sys.path[:0] = [str(_FOLDER.parent), str(_FOLDER.parent / "platform")]

import argparse  # noqa: E402
import hashlib  # noqa: E402
import itertools  # noqa: E402
import json  # noqa: E402
import platform as machine  # noqa: E402
import resource  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402

import av  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

HEIGHT, WIDTH, RATE = 480, 640, 25
_DRAWN = 60  # distinct frames, shown over and over in a longer clip


def drawn() -> Iterator[NDArray[np.uint8]]:
    """The phantom, over and over."""
    from phantom import Scene

    frames = Scene("axillary", 3, HEIGHT, WIDTH).frames(_DRAWN)
    return itertools.cycle([np.ascontiguousarray(frame.image) for frame in frames])


def write_clip(path: Path, frames: int) -> None:
    """H.264 with B-frames at 25 frames a second."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for image in itertools.islice(drawn(), frames):
            grey = av.VideoFrame.from_ndarray(image, format="gray")
            container.mux(stream.encode(grey.reformat(format="yuv420p")))
        container.mux(stream.encode(None))


def write_long_clip(path: Path, frames: int) -> None:
    """As `write_clip`, without B-frames, encoded once and its packets written again and again."""
    with av.open(str(path), "w", format="mp4") as container:
        options = {"preset": "veryfast", "bf": "0", "g": str(_DRAWN), "sc_threshold": "0"}
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        packets = []
        for image in itertools.islice(drawn(), _DRAWN):
            grey = av.VideoFrame.from_ndarray(image, format="gray")
            packets += stream.encode(grey.reformat(format="yuv420p"))
        packets += stream.encode(None)
        contents = [(bytes(packet), packet.is_keyframe, packet.time_base) for packet in packets]
        for index in range(frames):
            content, is_keyframe, time_base = contents[index % len(contents)]
            packet = av.Packet(content)
            packet.stream, packet.time_base = stream, time_base
            packet.pts = packet.dts = round(index / RATE / time_base)
            packet.is_keyframe = is_keyframe
            container.mux(packet)


def ingest(clip: Path, folder: Path, *, keep: bool = True) -> int:
    """The pixel work of the Job; how many frames. `keep` false: one file is written over."""
    from annotation.frames.opening import open_source
    from annotation.frames.packing import pack_frames

    count = 0
    for chunk in pack_frames(frame.grey for frame in open_source(clip).frames()):
        name = hashlib.sha256(chunk.content).hexdigest() if keep else "chunk"
        (folder / name).write_bytes(chunk.content)
        count += chunk.frame_count
    return count


def bare(clip: Path, folder: Path) -> int:
    """Decode to grey and write those bytes; how many frames."""
    count = 0
    with av.open(str(clip)) as container, (folder / "grey").open("wb") as file:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            file.write(frame.to_ndarray(format="gray").data)
            count += 1
    return count


def inspect(clip: Path, folder: Path) -> int:
    """What is read before a person is asked, without the search for text; how many frames."""
    from annotation.deidentify.onsets import OnsetWatch
    from annotation.frames.opening import open_source
    from annotation.services.frame_samples import FrameSamples

    samples, watch, count = FrameSamples(), OnsetWatch(), 0
    for index, frame in enumerate(open_source(clip).frames()):
        samples.add(index, frame.grey)
        watch.add(index, frame.grey)
        count += 1
    (folder / "samples").write_bytes(samples.chosen()[0].grey.tobytes())
    return count


def seconds(work: Callable[[Path, Path], int], clip: Path, frames: int) -> tuple[float, float]:
    """Wall and processor time of one run into an empty folder of the same disk for both."""
    with tempfile.TemporaryDirectory(dir=clip.parent) as folder:
        started, used = time.perf_counter(), processor_seconds()
        count = work(clip, Path(folder))
        taken = time.perf_counter() - started, processor_seconds() - used
    if count != frames:
        raise ValueError(f"{count} frames were read, not {frames}")
    return taken


def processor_seconds() -> float:
    """Of all threads of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def own_peak_megabytes() -> float:
    """Peak resident memory since this program began; `ru_maxrss` would count the parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak_megabytes(clip: Path, frames: int) -> float:
    """Peak resident memory of a process that takes the clip in and does nothing else."""
    ran = subprocess.run(
        [sys.executable, __file__, "--child", str(clip)], check=True, capture_output=True, text=True
    )
    count, peak = ran.stdout.split()
    if int(count) != frames:
        raise ValueError(f"{count} frames were read, not {frames}")
    return float(peak)


def compare(clip: Path, frames: int, repeats: int) -> dict[str, float]:
    """Medians of each, and of the ratios of neighbouring runs."""
    pairs, looks = [], []
    for _ in range(repeats):
        pairs.append((seconds(bare, clip, frames), seconds(ingest, clip, frames)))
        looks.append(seconds(inspect, clip, frames))
    figures: dict[str, float] = {}
    for which, name in enumerate(("wall", "processor")):
        taken = [(each_bare[which], each_ingest[which]) for each_bare, each_ingest in pairs]
        figures[f"bare_{name}_s"] = round(statistics.median(a for a, _ in taken), 3)
        figures[f"ingest_{name}_s"] = round(statistics.median(b for _, b in taken), 3)
        looked = [each[which] for each in looks]
        figures[f"inspect_{name}_s"] = round(statistics.median(looked), 3)
        figures[f"inspect_{name}_share"] = round(
            statistics.median(a / (a + b) for a, (_, b) in zip(looked, taken, strict=True)), 2
        )
        figures[f"{name}_ratio"] = round(statistics.median(b / a for a, b in taken), 2)
        figures[f"{name}_ratio_of_fastest"] = round(
            min(b for _, b in taken) / min(a for a, _ in taken), 2
        )
    return figures


def main() -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--long-minutes", type=float, default=20)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.child:
            print(ingest(options.child, folder, keep=False), own_peak_megabytes())
            return
        clip, long_clip = folder / "clip.mp4", folder / "long.mp4"
        write_clip(clip, options.frames)
        figures = compare(clip, options.frames, options.repeats)
        load = os.getloadavg()[0]
        peak = peak_megabytes(clip, options.frames)
        long_frames = round(options.long_minutes * 60 * RATE)
        write_long_clip(long_clip, long_frames)
        long_peak = peak_megabytes(long_clip, long_frames)
    report = {
        "benchmark": "ingest",
        "frames": options.frames,
        "size": [WIDTH, HEIGHT],
        **figures,
        "peak_mib": round(peak),
        "long_minutes": options.long_minutes,
        "long_frames": long_frames,
        "long_peak_mib": round(long_peak),
        "cores": os.cpu_count(),
        "load_average": round(load, 1),
        "python": machine.python_version(),
        "pyav": av.__version__,
    }
    print(f"{'':24} {'wall':>8} {'processor':>10} {'peak memory':>12}")
    for work in ("bare", "ingest", "inspect"):
        memory = f"{report['peak_mib']} MiB" if work == "ingest" else ""
        wall, processor = figures[f"{work}_wall_s"], figures[f"{work}_processor_s"]
        print(f"{work:24} {wall:>6} s {processor:>8} s {memory:>12}")
    print(f"{'ingest / bare':24} {figures['wall_ratio']:>8} {figures['processor_ratio']:>10}")
    shares = figures["inspect_wall_share"], figures["inspect_processor_share"]
    print(f"{'inspect / both':24} {shares[0]:>8} {shares[1]:>10}")
    print(
        f"{'the fastest of each':24} {figures['wall_ratio_of_fastest']:>8} "
        f"{figures['processor_ratio_of_fastest']:>10}"
    )
    print(f"{f'{long_frames} frames':24} {'':>19} {report['long_peak_mib']:>8} MiB")
    print(f"load average {report['load_average']} on {report['cores']} cores")
    results = _FOLDER / "results"
    results.mkdir(exist_ok=True)
    text = json.dumps(report, indent=1) + "\n"
    (results / "ingest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
