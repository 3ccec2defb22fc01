"""The wanted state of a live session, as the web writes it for the hub and the hub reads it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class WantedModel:
    """The model that a session runs; `members` as in `ModelVersion.members`."""

    id: str
    number: int
    label: str
    members: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class WantedRecording:
    """Frames to keep, in a file of this path; `max_seconds` guards the disk.

    A file over `max_bytes` would be refused as an upload. None, for no limit, is what a web before
    this one has left on the board.
    """

    id: str
    path: str
    max_seconds: int
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class WantedSession:
    """Everything that the hub must know of a session."""

    id: str
    project: str
    project_name: str
    device: str
    device_name: str
    source: str
    structures: list[dict[str, Any]]  # channel, code, name, colour, kind
    model: WantedModel | None
    recording: WantedRecording | None
    is_ended: bool


def scale_path(recording: Path) -> Path:
    """Where the scale of a recorded file stands, in micrometres a pixel: beside the file, so that
    it outlives the hub and is there whenever the file is handed over.
    """
    return recording.with_suffix(".microns-per-pixel")


def wanted_from_json(raw: bytes | str) -> WantedSession:
    """Read what was published. Raises ValueError for what is not a wanted state."""
    try:
        fields = json.loads(raw)
        model, recording = fields.pop("model"), fields.pop("recording")
        return WantedSession(
            **fields,
            model=WantedModel(**model) if model else None,
            recording=WantedRecording(**recording) if recording else None,
        )
    except (TypeError, KeyError, AttributeError) as wrong:
        raise ValueError(f"not a wanted state: {wrong!r}") from wrong
