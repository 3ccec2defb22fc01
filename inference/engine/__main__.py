"""`python -m inference.engine run|bench`: label maps for a folder, and what each stage costs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from inference.engine.bench import bench_engine
from inference.engine.engine import Engine
from inference.engine.errors import EngineError
from inference.engine.framefile import frame_paths, read_frame
from inference.engine.labelfile import write_label_png

EXIT_BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (2 for input that cannot be used)."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options) if options.command == "run" else _bench(options)
    except (EngineError, OSError) as problem:
        print(f"inference.engine: {problem}", file=sys.stderr)
        return EXIT_BAD_INPUT


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
    return parser


def _run(options: argparse.Namespace) -> int:
    paths = frame_paths(options.images)
    engine = Engine.load(options.model)
    options.out.mkdir(parents=True, exist_ok=True)
    for path in paths:
        segmentation = engine.segment(read_frame(path)[None])
        write_label_png(options.out / f"{path.stem}.png", segmentation.labels[0])
    named = ", ".join(f"{each.index} {each.name}" for each in engine.classes)
    print(f"{len(paths)} label maps in {options.out} (0 background, {named})")
    return 0


def _bench(options: argparse.Namespace) -> int:
    if options.frames < 1 or options.height < 1 or options.width < 1:
        raise EngineError("--frames, --height and --width must be 1 or more.")
    engine = Engine.load(options.model)
    report = bench_engine(engine, options.height, options.width, options.frames)
    print(f"{'stage':<12}{'p50 ms':>10}{'p95 ms':>10}   runtime {', '.join(engine.runtime_names)}")
    for stage, figures in report["stages"].items():
        print(f"{stage:<12}{figures['p50_ms']:>10.2f}{figures['p95_ms']:>10.2f}")
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
