"""A snapshot's manifest as data: what it says, its digest, and the names of its frames."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotation.selectors import AcceptedFrame, LabelChoice
from inference.selectors import ProjectStructure

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ManifestFrame:
    """One frame to train on. `stem` names its files: clip and frame index."""

    clip_id: UUID
    frame_index: int
    frame_sha256: str
    annotation_set_id: UUID
    revision: int
    group: str
    structures: tuple[str, ...]
    voices: tuple[tuple[UUID, int], ...] = ()  # (set, revision), where labels are soft

    @property
    def stem(self) -> str:
        return f"{self.clip_id.hex}-{self.frame_index:06d}"


@dataclass(frozen=True, slots=True)
class ManifestStructure:
    """A structure as masks and models name it."""

    channel: int
    code: str
    name: str


def manifest_of(
    *,
    procedure: str,
    structures: Sequence[ProjectStructure],
    frames: Sequence[AcceptedFrame],
    labels: LabelChoice = "accepted",
) -> dict[str, Any]:
    """The manifest of frames, in an order that does not depend on the database's."""
    ordered = sorted(frames, key=lambda frame: (str(frame.clip_id), frame.frame_index))
    return {
        "format": FORMAT,
        # left out where nothing was chosen, so that earlier manifests keep their digest
        **({} if labels == "accepted" else {"labels": labels}),
        "procedure": procedure,
        "structures": [
            {"channel": each.channel, "code": each.code, "name": each.name} for each in structures
        ],
        "frames": [
            {
                "clip": str(frame.clip_id),
                "frame_index": frame.frame_index,
                "frame_sha256": frame.frame_sha256,
                "annotation_set": str(frame.annotation_set_id),
                "revision": frame.revision,
                "subject": frame.subject,
                "author": str(frame.author_id) if frame.author_id else None,
                "group": frame.subject,
                "structures": list(frame.structure_codes),
                **({"voices": _voices(frame)} if frame.voices else {}),
            }
            for frame in ordered
        ],
    }


def _voices(frame: AcceptedFrame) -> list[dict[str, Any]]:
    return [
        {"annotation_set": str(set_id), "revision": revision} for set_id, revision in frame.voices
    ]


def manifest_sha256(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def manifest_frames(manifest: Mapping[str, Any]) -> list[ManifestFrame]:
    """The frames of a stored manifest."""
    return [
        ManifestFrame(
            clip_id=UUID(frame["clip"]),
            frame_index=frame["frame_index"],
            frame_sha256=frame["frame_sha256"],
            annotation_set_id=UUID(frame["annotation_set"]),
            revision=frame["revision"],
            group=frame["group"],
            structures=tuple(frame["structures"]),
            voices=tuple(
                (UUID(each["annotation_set"]), each["revision"]) for each in frame.get("voices", ())
            ),
        )
        for frame in manifest["frames"]
    ]


def learnt_structures(manifest: Mapping[str, Any]) -> list[ManifestStructure]:
    """The structures to train, by channel: those that at least one frame shows."""
    shown = {code for frame in manifest["frames"] for code in frame["structures"]}
    return [
        ManifestStructure(each["channel"], each["code"], each["name"])
        for each in manifest["structures"]
        if each["code"] in shown
    ]
