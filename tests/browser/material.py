"""What the loop is walked with: real ultrasound where it is at hand, else the phantom."""

from __future__ import annotations

import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

import phantom

REPOSITORY = Path(__file__).resolve().parents[2]
PAIRS = 28
LATER_FRAMES = 4
# the lumen of the brachial artery in the first frame of that clip
ARTERY = (
    (50.0, 190.0), (140.0, 205.0), (260.0, 228.0), (430.0, 255.0), (490.0, 264.0),
    (490.0, 300.0), (380.0, 288.0), (250.0, 268.0), (140.0, 244.0), (50.0, 220.0),
)  # fmt: skip


@dataclass(frozen=True)
class Material:
    """Pairs to import, a video to delineate, and frames for the model to look at afterwards."""

    kind: str
    pairs: Path  # images/ and masks/, 1 = nerve, 2 = vessel
    clip: Path
    clip_frame_count: int
    vessel: tuple[tuple[float, float], ...]  # control points in image pixels of the clip
    later: Path  # a zip of frames of one size


def material(folder: Path) -> Material:
    """Real pictures from FASCICLE_SHARED_DATA or `../shared/data`, else drawn ones."""
    named = os.environ.get("FASCICLE_SHARED_DATA")
    real = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    return _real(real, folder) if (real / "usgra").is_dir() else _drawn(folder)


def _real(real: Path, folder: Path) -> Material:
    masks = sorted((real / "usgra" / "masks").glob("*.png"))
    images = [real / "usgra" / "images" / mask.name for mask in masks]
    pairs = folder / "pairs"
    for name, chosen in [("images", images[:PAIRS]), ("masks", masks[:PAIRS])]:
        (pairs / name).mkdir(parents=True)
        for path in chosen:
            shutil.copy(path, pairs / name / path.name)
    sizes: dict[tuple[int, int], list[Path]] = {}
    for path in images[PAIRS:]:
        with Image.open(path) as picture:
            sizes.setdefault(picture.size, []).append(path)
    alike = max(sizes.values(), key=len)[:LATER_FRAMES]
    clip = real / "clips" / "flowave" / "DemoBMode.mov"
    return Material("real", pairs, clip, _frame_count(clip), ARTERY, _zip(folder, alike))


def _drawn(folder: Path) -> Material:
    pairs = folder / "pairs"
    phantom.write_pairs(pairs, "brachial-plexus", range(14), 2, 256, 256)
    clip = folder / "clip.mp4"
    phantom.write_video(clip, phantom.Scene("brachial-plexus", 40, 256, 256), 30)
    scene = phantom.Scene("brachial-plexus", 41, 256, 256)
    frames = []
    for frame in scene.frames(LATER_FRAMES):
        path = folder / f"frame-{frame.index}.png"
        Image.fromarray(frame.image).save(path)
        frames.append(path)
    vessel = ((100.0, 100.0), (150.0, 95.0), (160.0, 140.0), (105.0, 150.0))
    return Material("phantom", pairs, clip, 30, vessel, _zip(folder, frames))


def _zip(folder: Path, frames: list[Path]) -> Path:
    archive = folder / "later.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for number, path in enumerate(frames):
            packed.write(path, f"frame-{number}{path.suffix}")
    return archive


def _frame_count(clip: Path) -> int:
    """Counted by decoding the file here, independently of ingest."""
    import av

    with av.open(str(clip)) as container:
        return sum(1 for _ in container.decode(video=0))
