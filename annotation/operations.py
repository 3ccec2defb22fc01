"""The operations an edit is made of, and sets replayed from them. Knows no database.

A set is the result of replaying its revisions' operations in order, so any revision can be
restored by the operations that lead from now to then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotation.geometry import Shape, ShapeError, parse_shape, shape_to_json

MAX_OPERATIONS = 20_000
SOURCES = ("drawn", "accepted_suggestion", "propagated", "imported", "model")


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


Operation = TrackAdd | TrackDelete | KeyframePut | KeyframeDelete


def parse_operations(documents: object) -> list[Operation]:
    """Read the JSON form: objects with "op" `track.add`, `track.delete`, `keyframe.put` or
    `keyframe.delete`. Raises OperationError naming the operation by its place, from 1.
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


def _parse(document: object) -> Operation:
    if not isinstance(document, Mapping):
        raise OperationError("must be an object.")
    track = _uuid(document, "track")
    match document.get("op"):
        case "track.add":
            return TrackAdd(track, _uuid(document, "structure"))
        case "track.delete":
            return TrackDelete(track)
        case "keyframe.delete":
            return KeyframeDelete(track, _frame(document))
        case "keyframe.put":
            source = document.get("source", "drawn")
            if source not in SOURCES:
                raise OperationError(f"the source must be one of {', '.join(SOURCES)}.")
            shape = parse_shape(document.get("shape"))
            return KeyframePut(track, _frame(document), shape, source, _confidence(document))
        case other:
            raise OperationError(f"{other!r} is not a known operation.")


def _uuid(document: Mapping[Any, Any], name: str) -> UUID:
    try:
        return UUID(str(document.get(name)))
    except ValueError:
        raise OperationError(f'"{name}" must be a UUID.') from None


def _frame(document: Mapping[Any, Any]) -> int:
    frame = document.get("frame")
    if isinstance(frame, bool) or not isinstance(frame, int) or frame < 0:
        raise OperationError('"frame" must be a frame index, counted from 0.')
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


@dataclass(frozen=True, slots=True)
class TrackContents:
    """A track as operations left it."""

    structure: UUID
    keyframes: dict[int, KeyframePut]


SetContents = dict[UUID, TrackContents]


def replay(operations: Iterable[Operation]) -> SetContents:
    """The set that the operations lead to, from an empty one.

    A keyframe of a track that is not there is dropped, as the server refuses to save one.
    """
    contents: SetContents = {}
    for operation in operations:
        match operation:
            case TrackAdd(track, structure):
                contents.setdefault(track, TrackContents(structure, {}))
            case TrackDelete(track):
                contents.pop(track, None)
            case KeyframePut(track, frame):
                if track in contents:
                    contents[track].keyframes[frame] = operation
            case KeyframeDelete(track, frame):
                if track in contents:
                    contents[track].keyframes.pop(frame, None)
    return contents


def difference(now: SetContents, wanted: SetContents) -> list[Operation]:
    """The operations that lead from `now` to `wanted`."""
    operations: list[Operation] = [TrackDelete(track) for track in now if track not in wanted]
    for track, target in wanted.items():
        present = now.get(track)
        if present is None:
            operations.append(TrackAdd(track, target.structure))
        held = present.keyframes if present else {}
        operations.extend(
            KeyframeDelete(track, frame) for frame in held if frame not in target.keyframes
        )
        operations.extend(put for frame, put in target.keyframes.items() if held.get(frame) != put)
    return operations


def summary(operations: Sequence[Operation], structure_names: Mapping[UUID, str]) -> str:
    """A line for the history: which structures changed in which frames.

    `structure_names` maps track id to its structure's name.
    """
    frames: dict[str, set[int]] = {}
    for operation in operations:
        name = structure_names.get(operation.track, "a removed track")
        changed = frames.setdefault(name, set())
        if isinstance(operation, KeyframePut | KeyframeDelete):
            changed.add(operation.frame)
    parts = []
    for name, changed in frames.items():
        if not changed:
            parts.append(name)
        elif len(changed) == 1:
            parts.append(f"{name} in frame {min(changed)}")
        else:
            parts.append(f"{name} in frames {min(changed)} to {max(changed)}")
    return "; ".join(parts)[:200]
