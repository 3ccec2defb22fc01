"""Write a snapshot's frames and label maps as files that the numeric half trains on."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotation.models import AnnotationSet
from annotation.selectors import clip_frames, label_maps
from fascicle.errors import InvalidInput
from inference.engine.labelfile import write_label_png
from training.datasets.soft import write_soft
from training.models import DatasetSnapshot
from training.services.manifest import ManifestFrame, learnt_structures, manifest_frames

REPORT_EVERY = 25  # frames


def snapshot_materialise(
    snapshot: DatasetSnapshot, folder: Path, *, report: Callable[[int, int], None]
) -> Path:
    """Make `folder/images/*.png`, `folder/masks/*.png` and `folder/groups.json`; return `folder`.

    Where several readings of a frame are to be learnt there is a `folder/soft/*.png` too: see
    `training.datasets.soft`.

    A folder that exists is complete, as it appears by one rename; folds that start together may
    both write and one wins. `report` is told (frames written, frames). Raises InvalidInput when a
    frame or a delineation is no longer what the manifest says.
    """
    if folder.is_dir():
        return folder
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        (draft / "images").mkdir(parents=True)
        (draft / "masks").mkdir()
        (draft / "soft").mkdir()
        _write(snapshot, draft, report)
        try:
            draft.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _write(snapshot: DatasetSnapshot, folder: Path, report: Callable[[int, int], None]) -> None:
    frames = manifest_frames(snapshot.manifest)
    _check_revisions(frames)
    written = 0
    channels = [each.channel for each in learnt_structures(snapshot.manifest)]
    by_set = groupby(frames, key=lambda frame: (frame.clip_id, frame.annotation_set_id))
    for (clip_id, set_id), members in by_set:
        wanted = list(members)
        indices = [frame.frame_index for frame in wanted]
        pictures = clip_frames(clip_id, indices)
        labels = label_maps(set_id, indices)
        voices = _voices(wanted)
        for frame, pixels, (_, label_map) in zip(wanted, pictures, labels, strict=True):
            if hashlib.sha256(pixels.tobytes()).hexdigest() != frame.frame_sha256:
                raise InvalidInput(
                    f"Frame {frame.frame_index} of clip {clip_id} is not the frame that was "
                    "frozen: its checksum differs. The stored clip is damaged; restore it."
                )
            picture = Image.fromarray(pixels)
            picture.save(folder / "images" / f"{frame.stem}.png", compress_level=1)
            write_label_png(folder / "masks" / f"{frame.stem}.png", label_map)
            if len(frame.voices) > 1:
                said = [next(voices[voice])[1] for voice, _ in frame.voices]
                write_soft(folder / "soft" / f"{frame.stem}.png", said, channels)
            written += 1
            if written % REPORT_EVERY == 0 or written == len(frames):
                report(written, len(frames))
    groups = {frame.stem: frame.group for frame in frames}
    (folder / "groups.json").write_text(json.dumps(groups), encoding="utf-8")
    _check_revisions(frames)  # nobody moved a set while its labels were read


def _voices(
    frames: list[ManifestFrame],
) -> dict[UUID, Iterator[tuple[int, NDArray[np.uint8]]]]:
    """Of each reading the label maps of those of the frames that it looked at, one after another.

    A frame with a single reading is learnt from its mask, so none is drawn for it.
    """
    looked: dict[UUID, list[int]] = {}
    for frame in frames:
        if len(frame.voices) > 1:
            for voice, _ in frame.voices:
                looked.setdefault(voice, []).append(frame.frame_index)
    return {voice: label_maps(voice, indices) for voice, indices in looked.items()}


def _check_revisions(frames: list[ManifestFrame]) -> None:
    frozen = {frame.annotation_set_id: frame.revision for frame in frames}
    frozen.update(voice for frame in frames for voice in frame.voices)
    present = dict(AnnotationSet.objects.filter(pk__in=frozen).values_list("pk", "revision"))
    for set_id, revision in frozen.items():
        if present.get(set_id) != revision:
            raise InvalidInput(
                f"The delineation {set_id} was at revision {revision} when the snapshot was "
                f"frozen and is now {_now(present.get(set_id))}. Freeze a new snapshot.",
                code="snapshot_outdated",
            )


def _now(revision: int | None) -> str:
    return "deleted" if revision is None else f"at revision {revision}"
