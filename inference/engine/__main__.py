"""`python -m inference.engine run|bench|runtimes`: label maps, their cost, and who runs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.engine.bench import all_names, bench_runtimes
from inference.engine.cache import default_cache
from inference.engine.engine import Engine
from inference.engine.errors import EngineError
from inference.engine.framefile import frame_paths, read_frame
from inference.engine.labelfile import write_label_png
from inference.engine.runtimes import KINDS, RUNTIME_NAMES

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (2 for input that cannot be used)."""
    options = _parser().parse_args(arguments)
    try:
        return {"run": _run, "bench": _bench, "runtimes": _runtimes}[options.command](options)
    except (EngineError, OSError) as problem:
        print(f"inference.engine: {problem}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        print("inference.engine: stopped.", file=sys.stderr)
        return EXIT_INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m inference.engine",
        description="Segment images with a trained model. Research use only.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="write a label PNG for each image of a folder")
    run.add_argument(
        "--model", type=Path, required=True, nargs="+", help="a model, or the models of an ensemble"
    )
    run.add_argument("--images", type=Path, required=True, metavar="DIR")
    run.add_argument("--out", type=Path, required=True, metavar="DIR")
    bench = commands.add_parser("bench", help="p50 and p95 of each stage, in milliseconds")
    bench.add_argument("--model", type=Path, required=True, nargs="+")
    bench.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    bench.add_argument("--frames", type=int, default=100, help="timed frames (default 100)")
    bench.add_argument("--height", type=int, default=480, help="frame height (default 480)")
    bench.add_argument("--width", type=int, default=640, help="frame width (default 640)")
    for command in (run, bench):
        command.add_argument(
            "--runtime", choices=RUNTIME_NAMES, metavar="NAME", help="see `runtimes`"
        )
        command.add_argument(
            "--cache", type=Path, default=default_cache(), help="where converted files are kept"
        )
        command.add_argument("--threads", type=int, help="processor threads (default: all)")
        command.add_argument(
            "--calibration", type=Path, metavar="DIR", help="training images; int8 needs them"
        )
    listing = commands.add_parser("runtimes", help="list the runtimes, and which one a model gets")
    listing.add_argument("--model", type=Path)
    listing.add_argument("--cache", type=Path, default=default_cache())
    listing.add_argument("--calibration", type=Path, metavar="DIR")
    return parser


def _calibration(folder: Path | None) -> list[NDArray[np.uint8]]:
    return [] if folder is None else [read_frame(path) for path in frame_paths(folder)]


def _runtimes(options: argparse.Namespace) -> int:
    if options.model is None:
        for kind in KINDS:
            installed = "" if kind.is_installed else f"   ({kind.package} is not installed)"
            print(f"{kind.name:<22}{kind.title}{installed}")
        return 0
    calibration = _calibration(options.calibration)
    engine = Engine.load(options.model, cache=options.cache, calibration=calibration)
    for verdict in engine.verdicts:
        serves = "serves" if verdict.name in engine.runtime_names else "passes"
        time_ms = "" if verdict.milliseconds is None else f", {verdict.milliseconds:.1f} ms"
        print(f"{verdict.name:<22}{verdict.refusal or serves + time_ms}")
    return 0


def _run(options: argparse.Namespace) -> int:
    paths = frame_paths(options.images)
    _check_names(paths)
    engine = Engine.load(
        options.model,
        runtime=options.runtime,
        cache=options.cache,
        threads=options.threads,
        calibration=_calibration(options.calibration),
    )
    options.out.mkdir(parents=True, exist_ok=True)
    left_out = 0
    for path in paths:
        try:
            frame = read_frame(path)
        except EngineError as problem:
            # one bad file must not cost the labels of the others
            print(f"inference.engine: {problem} It is left out.", file=sys.stderr)
            left_out += 1
            continue
        segmentation = engine.segment(frame[None])
        write_label_png(options.out / f"{path.stem}.png", segmentation.labels[0])
    named = ", ".join(f"{each.index} {each.name}" for each in engine.classes)
    print(
        f"{len(paths) - left_out} label maps in {options.out} (0 background, {named}), "
        f"by {', '.join(engine.runtime_names)}" + (f"; {left_out} left out" if left_out else "")
    )
    return EXIT_BAD_INPUT if left_out else 0


def _check_names(paths: Sequence[Path]) -> None:
    """Raise EngineError where two pictures would write the same label map."""
    taken: dict[str, Path] = {}
    for path in paths:
        other = taken.setdefault(path.stem, path)
        if other is not path:
            raise EngineError(
                f"{other.name} and {path.name} would both become {path.stem}.png: rename one."
            )


def _bench(options: argparse.Namespace) -> int:
    if options.frames < 1 or options.height < 1 or options.width < 1:
        raise EngineError("--frames, --height and --width must be 1 or more.")
    report = bench_runtimes(
        options.model,
        cache=options.cache,
        names=all_names(options.runtime),
        height=options.height,
        width=options.width,
        frames=options.frames,
        threads=options.threads,
        calibration=_calibration(options.calibration),
    )
    stages = list(report["stages"])
    print(f"p50/p95 in ms{'':<9}" + "".join(f"{stage:>15}" for stage in stages))
    for name, figures in report["by_runtime"].items():
        cells = (f"{figures[s]['p50_ms']:.2f}/{figures[s]['p95_ms']:.2f}" for s in stages)
        print(f"{name:<22}" + "".join(f"{cell:>15}" for cell in cells))
    for name, sentence in report["refused"].items():
        print(f"{name:<22}{sentence}")
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
