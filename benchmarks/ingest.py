"""What ingest costs beside bare decoding, and whether its memory grows with the clip.

    python benchmarks/ingest.py [--frames 300] [--long-frames 3000] [--repeats 5]

A 640x480 H.264 clip of the phantom is taken in by the code of the `clip_ingest` Job (decode, hash,
PNG, chunks and thumbnail into a file storage; the one transaction at the end is not in it), and
beside it decoded to grey by PyAV alone with the same grey bytes written to one file. The two take
turns in the same run; medians are compared. Prints one table and writes `results/ingest.json`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent
# run as a script, this file's folder would come first and its files be taken for packages
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != _FOLDER]
sys.path.insert(0, str(_FOLDER.parent))

import argparse  # noqa: E402
import itertools  # noqa: E402
import json  # noqa: E402
import platform as machine  # noqa: E402
import resource  # noqa: E402
import shutil  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

import av  # noqa: E402
import numpy as np  # noqa: E402

HEIGHT, WIDTH = 480, 640
_DRAWN = 60  # distinct frames, shown over and over in a longer clip


def write_clip(path: Path, frames: int) -> None:
    """A clip of the phantom, H.264 with B-frames at 25 frames a second."""
    from phantom import Scene

    drawn = [frame.image for frame in Scene("axillary", 3, HEIGHT, WIDTH).frames(_DRAWN)]
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for image in itertools.islice(itertools.cycle(drawn), frames):
            grey = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="gray")
            container.mux(stream.encode(grey.reformat(format="yuv420p")))
        container.mux(stream.encode(None))


def ingest(clip: Path, folder: Path) -> None:
    """Decode, hash, pack and store as the Job does."""
    from annotation.frames.opening import open_source
    from annotation.services.frame_store import FrameStore
    from annotation.services.ingest import frames_store

    frames_store(source=open_source(clip), store=FrameStore(folder / "written"))


def bare(clip: Path, folder: Path) -> None:
    """Decode to grey and write those bytes."""
    with av.open(str(clip)) as container, (folder / "grey").open("wb") as file:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            file.write(frame.to_ndarray(format="gray").data)


def set_up_django(media: Path) -> None:
    """Only the storage is used; no database is asked."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "fascicle.settings"
    os.environ["FASCICLE_MEDIA_ROOT"] = str(media)
    import django

    django.setup()


def seconds(work: Callable[[Path, Path], None], clip: Path) -> tuple[float, float]:
    """Wall and processor time of one run into an empty storage on the same disk for both."""
    from django.conf import settings

    media = Path(settings.MEDIA_ROOT)
    shutil.rmtree(media, ignore_errors=True)
    media.mkdir()
    started, used = time.perf_counter(), processor_seconds()
    work(clip, media)
    return time.perf_counter() - started, processor_seconds() - used


def own_peak_megabytes() -> float:
    """Peak resident memory since this program began; `ru_maxrss` would count the parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def processor_seconds() -> float:
    """Of all threads of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_megabytes(clip: Path) -> float:
    """Peak resident memory of a process that takes the clip in and does nothing else."""
    ran = subprocess.run(
        [sys.executable, __file__, "--child", str(clip)], check=True, capture_output=True, text=True
    )
    return float(ran.stdout)


def main() -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--long-frames", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up_django(Path(folder) / "media")
        if options.child:
            ingest(options.child, Path(folder))
            print(own_peak_megabytes())
            return
        clip, long_clip = Path(folder) / "clip.mp4", Path(folder) / "long.mp4"
        write_clip(clip, options.frames)
        write_clip(long_clip, options.long_frames)
        pairs = [(seconds(bare, clip), seconds(ingest, clip)) for _ in range(options.repeats)]
        figures: dict[str, float] = {}
        for which, name in enumerate(("wall", "processor")):
            taken = [(each_bare[which], each_ingest[which]) for each_bare, each_ingest in pairs]
            figures[f"bare_{name}_s"] = round(statistics.median(a for a, _ in taken), 3)
            figures[f"ingest_{name}_s"] = round(statistics.median(b for _, b in taken), 3)
            figures[f"{name}_ratio"] = round(statistics.median(b / a for a, b in taken), 2)
        report = {
            "benchmark": "ingest",
            "frames": options.frames,
            "size": [WIDTH, HEIGHT],
            **figures,
            "peak_mib": round(peak_megabytes(clip)),
            "long_frames": options.long_frames,
            "long_peak_mib": round(peak_megabytes(long_clip)),
            "cores": os.cpu_count(),
            "load_average": os.getloadavg()[0],
            "python": machine.python_version(),
            "pyav": av.__version__,
        }
    print(f"{'':24} {'wall':>8} {'processor':>10} {'peak memory':>12}")
    for work in ("bare", "ingest"):
        peak = f"{report['peak_mib']} MiB" if work == "ingest" else ""
        wall, processor = report[f"{work}_wall_s"], report[f"{work}_processor_s"]
        print(f"{work:24} {wall:>6} s {processor:>8} s {peak:>12}")
    print(f"{'ingest / bare':24} {report['wall_ratio']:>8} {report['processor_ratio']:>10}")
    print(f"{f'{options.long_frames} frames':24} {'':>19} {report['long_peak_mib']:>8} MiB")
    results = _FOLDER / "results"
    results.mkdir(exist_ok=True)
    text = json.dumps(report, indent=1) + "\n"
    (results / "ingest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
