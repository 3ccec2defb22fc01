"""Command line: a clip as a video, or images with masks to train on."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

import av
import av.error

from phantom.anatomies import ANATOMIES
from phantom.files import write_pairs, write_video
from phantom.scene import Scene


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; argparse ends the process with status 2 on arguments that make no
    sense, and what cannot be written ends it with status 1.
    """
    parser = argparse.ArgumentParser(prog="python -m phantom", description=__doc__)
    parser.add_argument("--anatomy", choices=sorted(ANATOMIES), default="axillary")
    parser.add_argument("--height", type=int, default=512)
    parser.add_argument("--width", type=int, default=512)
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--out", metavar="FILE", help="video to write; .mp4, .mov, .avi or .mkv")
    target.add_argument(
        "--pairs", metavar="DIR", help="folder to write images, masks and groups.json to"
    )
    clip = parser.add_argument_group("with --out")
    clip.add_argument("--seed", type=int, default=0)
    clip.add_argument("--frames", type=int, default=100)
    clip.add_argument("--fps", type=float, default=25.0)
    clip.add_argument("--codec", type=_encoder, default="libx264", help="FFmpeg encoder name")
    clip.add_argument(
        "--burn-in-index", action="store_true", help="write each frame's number into its pixels"
    )
    pairs = parser.add_argument_group("with --pairs")
    pairs.add_argument("--seeds", type=_seeds, default=range(20), help="such as 0-19 or 1,4,9")
    pairs.add_argument("--frames-per-scene", type=int, default=4)
    options = parser.parse_args(arguments)
    try:
        if options.out:
            scene = Scene(options.anatomy, options.seed, options.height, options.width, options.fps)
            write_video(options.out, scene, options.frames, options.codec, options.burn_in_index)
            print(
                f"{options.out}: {options.frames} frames of {options.anatomy}, seed {options.seed}"
            )
        else:
            stems = write_pairs(
                options.pairs,
                options.anatomy,
                options.seeds,
                options.frames_per_scene,
                options.height,
                options.width,
            )
            print(f"{options.pairs}: {len(stems)} images and masks of {options.anatomy}")
    # before ValueError: some of FFmpeg's errors are both
    except (OSError, av.error.FFmpegError) as error:
        place = options.out or error.filename or options.pairs
        parser.exit(1, f"{place} cannot be written: {error.strerror or error}.\n")
    except ValueError as error:
        parser.error(str(error))


def _seeds(text: str) -> Sequence[int]:
    seeds: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part.strip())
        if match is None:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a list of seeds such as 0-19 or 1,4,9"
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise argparse.ArgumentTypeError(
                f"{part.strip()!r} runs backwards: write {last}-{first}"
            )
        seeds.extend(range(first, last + 1))
    return seeds


def _encoder(name: str) -> str:
    try:
        kind = av.Codec(name, "w").type
    except ValueError:
        kind = "unknown"
    if kind != "video":
        raise argparse.ArgumentTypeError(f"{name!r} is no video encoder such as libx264 or ffv1")
    return name


if __name__ == "__main__":
    main()
