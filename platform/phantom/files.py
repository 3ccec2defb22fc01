"""Write scenes to disk: a video, or images with masks to train on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from phantom.frame_number import burn_index
from phantom.scene import Scene

# codecs that take grey as it is; any other gets 4:2:0 colour, which every player and browser shows
_GREY_CODECS = {"ffv1": "gray", "png": "gray", "rawvideo": "gray"}
_CODEC_OPTIONS = {
    "libx264": {"crf": "10", "preset": "veryfast"},
    "mpeg4": {"qmin": "2", "qmax": "3"},
    "mjpeg": {"qmin": "2", "qmax": "3"},
}
_FRAMES_BETWEEN_PAIRS = (
    12  # about half a second: far enough apart for the hand and the pulse to have moved
)
_PALETTE = (
    0,
    0,
    0,
    230,
    57,
    70,
    69,
    179,
    224,
    120,
    200,
    80,
    199,
    125,
    255,
    255,
    183,
    3,
    244,
    140,
    186,
    168,
    218,
    220,
)


def write_video(
    path: str | Path,
    scene: Scene,
    count: int,
    codec: str = "libx264",
    burn_in_index: bool = False,  # noqa: FBT001, FBT002 - part of the public signature
) -> None:
    """Write frames 0 to `count` - 1 of a scene as a video; the suffix (mp4, mov, avi, mkv) chooses
    the container.

    `codec` is an FFmpeg encoder name. With `burn_in_index` every frame carries its number (see
    `read_index`). Raises ValueError for a count below 1 or, with a codec that halves colour, for
    odd sides.
    """
    if count < 1:
        raise ValueError(f"a video has at least one frame, got {count}")
    pixel_format = _GREY_CODECS.get(codec, "yuvj420p" if codec == "mjpeg" else "yuv420p")
    if pixel_format != "gray" and (scene.width % 2 or scene.height % 2):
        raise ValueError(f"{codec} needs even sides, the scene has {scene.width} x {scene.height}")
    rate = Fraction(scene.frames_per_second).limit_denominator(1001)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, options=_CODEC_OPTIONS.get(codec, {}))
        stream.width, stream.height, stream.pix_fmt = scene.width, scene.height, pixel_format
        for frame in scene.frames(count):
            image = burn_index(frame.image, frame.index) if burn_in_index else frame.image
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="gray")
            container.mux(stream.encode(picture.reformat(format=pixel_format)))
        container.mux(stream.encode(None))


def write_pairs(  # noqa: PLR0917 - part of the public signature
    folder: str | Path,
    anatomy: str,
    seeds: Iterable[int],
    frames_per_scene: int,
    height: int,
    width: int,
) -> tuple[str, ...]:
    """Write `images/STEM.png`, `masks/STEM.png` (palette index = label) and `groups.json` (stem to
    subject); return the stems.

    A stem reads `s003-f0012`: seed 3, frame 12. Each seed is one subject, so that folds can keep
    subjects apart. Raises ValueError for fewer than one frame a scene.
    """
    if frames_per_scene < 1:
        raise ValueError(f"at least one frame a scene is needed, got {frames_per_scene}")
    images, masks = Path(folder) / "images", Path(folder) / "masks"
    images.mkdir(parents=True, exist_ok=True)
    masks.mkdir(parents=True, exist_ok=True)
    groups: dict[str, str] = {}
    for seed in seeds:
        scene = Scene(anatomy, seed, height, width)
        for shot in range(frames_per_scene):
            frame = scene.frame(shot * _FRAMES_BETWEEN_PAIRS)
            stem = f"s{seed:03d}-f{frame.index:04d}"
            Image.fromarray(frame.image).save(images / f"{stem}.png")
            mask = Image.fromarray(frame.labels, mode="P")
            mask.putpalette(_PALETTE)
            mask.save(masks / f"{stem}.png")
            groups[stem] = f"s{seed:03d}"
    (Path(folder) / "groups.json").write_text(json.dumps(groups, indent=1) + "\n", encoding="utf-8")
    return tuple(groups)
