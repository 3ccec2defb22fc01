"""The operations an edit is made of, and their JSON form. Knows no database.

What a row of operations leads to is said by `annotation.set_contents`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotation.geometry import Shape, ShapeError, parse_shape, shape_to_json

MAX_OPERATIONS = 20_000
# in the order of their bytes in stored revisions
SOURCES = ("drawn", "accepted_suggestion", "propagated", "imported", "model", "adjudicated")
QUALITIES = ("good", "usable", "poor")
MAX_REASON = 400
MAX_NOTE = 4000


class OperationError(ValueError):
    """An operation cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class TrackAdd:
    """Begin following a structure."""

    track: UUID
    structure: UUID


@dataclass(frozen=True, slots=True)
class TrackDelete:
    """Remove a track with all its keyframes."""

    track: UUID


@dataclass(frozen=True, slots=True)
class KeyframePut:
    """Set the shape of a track at a frame, in place of what was there."""

    track: UUID
    frame: int
    shape: Shape
    source: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class KeyframeDelete:
    """Take the keyframe away; the frame is interpolated again or empty."""

    track: UUID
    frame: int


@dataclass(frozen=True, slots=True)
class FrameJudge:
    """Say how good the image of a frame is; None takes the judgement back."""

    frame: int
    quality: str | None


@dataclass(frozen=True, slots=True)
class StructureJudge:
    """Say that a structure is not visible from `frame` to `to_frame`, both included.

    That is data: such a frame counts as annotated, and empty, for the structure. A shape drawn at
    that very frame outweighs it, an interpolated one does not. `is_absent` False takes it back.
    """

    structure: UUID
    frame: int
    to_frame: int
    is_absent: bool


@dataclass(frozen=True, slots=True)
class ClipJudge:
    """Reject the clip, for a reason; None takes that back. A rejected clip is not trained on."""

    reason: str | None


@dataclass(frozen=True, slots=True)
class NotePut:
    """Write a note on a frame, or with frame None on the clip, in place of its earlier text."""

    note: UUID
    frame: int | None
    text: str


@dataclass(frozen=True, slots=True)
class NoteDelete:
    """Take a note away."""

    note: UUID


TrackOperation = TrackAdd | TrackDelete | KeyframePut | KeyframeDelete
Judgement = FrameJudge | StructureJudge | ClipJudge | NotePut | NoteDelete
Operation = TrackOperation | Judgement


def parse_operations(documents: object) -> list[Operation]:
    """Read the JSON form: objects with "op" `track.add`, `track.delete`, `keyframe.put`,
    `keyframe.delete`, `frame.judge`, `structure.judge`, `clip.judge`, `note.put` or `note.delete`.
    Raises OperationError naming the operation by its place, from 1.
    """
    if not isinstance(documents, list):
        raise OperationError("The operations must be a list.")
    if not documents:
        raise OperationError("There is nothing to save: the list of operations is empty.")
    if len(documents) > MAX_OPERATIONS:
        raise OperationError(f"At most {MAX_OPERATIONS} operations can be saved at once.")
    parsed: list[Operation] = []
    for place, document in enumerate(documents, start=1):
        try:
            parsed.append(_parse(document))
        except (OperationError, ShapeError) as error:
            raise OperationError(f"Operation {place}: {error}") from error
    return parsed


def operation_to_json(operation: Operation) -> dict[str, Any]:
    """The JSON form; `parse_operations` reads it back."""
    match operation:
        case TrackAdd(track, structure):
            return {"op": "track.add", "track": str(track), "structure": str(structure)}
        case TrackDelete(track):
            return {"op": "track.delete", "track": str(track)}
        case KeyframeDelete(track, frame):
            return {"op": "keyframe.delete", "track": str(track), "frame": frame}
        case KeyframePut(track, frame, shape, source, confidence):
            document = {
                "op": "keyframe.put",
                "track": str(track),
                "frame": frame,
                "shape": shape_to_json(shape),
                "source": source,
            }
            return document if confidence is None else {**document, "confidence": confidence}
        case _:
            return _judgement_to_json(operation)


def _judgement_to_json(judgement: Judgement) -> dict[str, Any]:
    match judgement:
        case FrameJudge(frame, quality):
            return {"op": "frame.judge", "frame": frame, "quality": quality}
        case StructureJudge(structure, frame, to_frame, is_absent):
            return {
                "op": "structure.judge",
                "structure": str(structure),
                "frame": frame,
                "to_frame": to_frame,
                "visible": False if is_absent else None,
            }
        case ClipJudge(reason):
            return {"op": "clip.judge", "rejected": reason is not None, "reason": reason or ""}
        case NotePut(note, place, text):
            return {"op": "note.put", "note": str(note), "frame": place, "text": text}
        case NoteDelete(note):
            return {"op": "note.delete", "note": str(note)}


def _parse(document: object) -> Operation:
    if not isinstance(document, Mapping):
        raise OperationError("must be an object.")
    name = document.get("op")
    if name in ("track.add", "track.delete", "keyframe.put", "keyframe.delete"):
        return _parse_track_operation(document, _uuid(document, "track"))
    match name:
        case "frame.judge":
            quality = document.get("quality")
            if quality is not None and quality not in QUALITIES:
                raise OperationError(f"the quality must be one of {', '.join(QUALITIES)} or null.")
            return FrameJudge(_frame(document), quality)
        case "structure.judge":
            return _parse_structure_judge(document)
        case "clip.judge":
            return _parse_clip_judge(document)
        case "note.put":
            place = None if document.get("frame") is None else _frame(document)
            return NotePut(_uuid(document, "note"), place, _words(document, "text", MAX_NOTE))
        case "note.delete":
            return NoteDelete(_uuid(document, "note"))
        case other:
            raise OperationError(f"{other!r} is not a known operation.")


def _parse_structure_judge(document: Mapping[Any, Any]) -> StructureJudge:
    visible = document.get("visible")
    if visible is not None and visible is not False:
        raise OperationError('"visible" must be false, or null to take that back.')
    frame, to_frame = _frame(document), _frame(document, "to_frame")
    if to_frame < frame:
        raise OperationError('"to_frame" must not lie before "frame".')
    return StructureJudge(_uuid(document, "structure"), frame, to_frame, visible is False)


def _parse_clip_judge(document: Mapping[Any, Any]) -> ClipJudge:
    is_rejected = document.get("rejected")
    if not isinstance(is_rejected, bool):
        raise OperationError('"rejected" must be true or false.')
    return ClipJudge(_words(document, "reason", MAX_REASON) if is_rejected else None)


def _parse_track_operation(document: Mapping[Any, Any], track: UUID) -> TrackOperation:
    match document.get("op"):
        case "track.add":
            return TrackAdd(track, _uuid(document, "structure"))
        case "track.delete":
            return TrackDelete(track)
        case "keyframe.delete":
            return KeyframeDelete(track, _frame(document))
        case _:
            source = document.get("source", "drawn")
            if source not in SOURCES:
                raise OperationError(f"the source must be one of {', '.join(SOURCES)}.")
            shape = parse_shape(document.get("shape"))
            return KeyframePut(track, _frame(document), shape, source, _confidence(document))


def _words(document: Mapping[Any, Any], name: str, limit: int) -> str:
    words = document.get(name)
    if not isinstance(words, str) or not words.strip():
        raise OperationError(f'"{name}" must be some words.')
    if len(words) > limit:
        raise OperationError(f'"{name}" may have at most {limit} characters.')
    if "\x00" in words:
        raise OperationError(f'"{name}" has a character that is not text.')
    return words


def _uuid(document: Mapping[Any, Any], name: str) -> UUID:
    try:
        return UUID(str(document.get(name)))
    except ValueError:
        raise OperationError(f'"{name}" must be a UUID.') from None


def _frame(document: Mapping[Any, Any], name: str = "frame") -> int:
    frame = document.get(name)
    if isinstance(frame, bool) or not isinstance(frame, int) or frame < 0:
        raise OperationError(f'"{name}" must be a frame index, counted from 0.')
    return frame


def _confidence(document: Mapping[Any, Any]) -> float | None:
    confidence = document.get("confidence")
    if confidence is None:
        return None
    if isinstance(confidence, bool) or not isinstance(confidence, int | float):
        raise OperationError('"confidence" must be a number between 0 and 1.')
    if not 0 <= confidence <= 1:
        raise OperationError('"confidence" must be a number between 0 and 1.')
    return float(confidence)
