"""The wanted state of a live session, as the web writes it for the hub and the hub reads it."""

import json
from dataclasses import dataclass
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
    """Frames to keep, in a file of this path; `max_seconds` guards the disk."""

    id: str
    path: str
    max_seconds: int


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
