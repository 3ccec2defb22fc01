"""What a set says, replayed from operations. Knows no database.

A set is the result of replaying its revisions' operations in order, so any revision can be
restored by the operations that lead from now to then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from annotation.operations import (
    ClipJudge,
    FrameJudge,
    Judgement,
    KeyframeDelete,
    KeyframePut,
    NoteDelete,
    NotePut,
    Operation,
    StructureJudge,
    TrackAdd,
    TrackDelete,
)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TrackContents:
    """A track as operations left it."""

    structure: UUID
    keyframes: dict[int, KeyframePut]


@dataclass(slots=True)
class SetContents:
    """A set as operations left it.

    `not_visible` has for each structure the spans of frames, first and last, in which it was judged
    not to be seen: in order, not touching. `rejected` is the reason or None.
    """

    tracks: dict[UUID, TrackContents] = field(default_factory=dict)
    quality: dict[int, str] = field(default_factory=dict)
    not_visible: dict[UUID, list[Span]] = field(default_factory=dict)
    rejected: str | None = None
    notes: dict[UUID, NotePut] = field(default_factory=dict)


def replay(operations: Iterable[Operation], onto: SetContents | None = None) -> SetContents:
    """The set that the operations lead to, from an empty one or from `onto`, which is changed.

    A keyframe of a track that is not there is dropped, as the server refuses to save one.
    """
    contents = SetContents() if onto is None else onto
    for operation in operations:
        _replay_one(contents, operation)
    return contents


def _replay_one(contents: SetContents, operation: Operation) -> None:
    tracks = contents.tracks
    match operation:
        case TrackAdd(track, structure):
            tracks.setdefault(track, TrackContents(structure, {}))
        case TrackDelete(track):
            tracks.pop(track, None)
        case KeyframePut(track, frame):
            if track in tracks:
                tracks[track].keyframes[frame] = operation
        case KeyframeDelete(track, frame):
            if track in tracks:
                tracks[track].keyframes.pop(frame, None)
        case _:
            _replay_judgement(contents, operation)


def _replay_judgement(contents: SetContents, judgement: Judgement) -> None:
    match judgement:
        case FrameJudge(frame, None):
            contents.quality.pop(frame, None)
        case FrameJudge(frame, str(quality)):
            contents.quality[frame] = quality
        case StructureJudge(structure):
            spans = judged(contents.not_visible.get(structure, []), judgement)
            if spans:
                contents.not_visible[structure] = spans
            else:
                contents.not_visible.pop(structure, None)
        case ClipJudge(reason):
            contents.rejected = reason
        case NotePut(note):
            contents.notes[note] = judgement
        case NoteDelete(note):
            contents.notes.pop(note, None)


def judged(spans: Sequence[Span], judge: StructureJudge) -> list[Span]:
    """The spans with the judged frames taken in or out; in order, not touching."""
    first, last = judge.frame, judge.to_frame
    result: list[Span] = []
    for begin, end in sorted(spans):
        if judge.is_absent and end >= first - 1 and begin <= last + 1:
            first, last = min(first, begin), max(last, end)
            continue
        if judge.is_absent or end < first or begin > last:
            result.append((begin, end))
            continue
        if begin < first:
            result.append((begin, first - 1))
        if end > last:
            result.append((last + 1, end))
    if judge.is_absent:
        result.append((first, last))
    return sorted(result)


def difference(now: SetContents, wanted: SetContents) -> list[Operation]:
    """The operations that lead from `now` to `wanted`."""
    operations: list[Operation] = [
        TrackDelete(track)
        for track, held in now.tracks.items()
        if track not in wanted.tracks or wanted.tracks[track].structure != held.structure
    ]
    for track, target in wanted.tracks.items():
        present = now.tracks.get(track)
        if present is None or present.structure != target.structure:
            operations.append(TrackAdd(track, target.structure))
            present = None
        held_keyframes = present.keyframes if present else {}
        operations.extend(
            KeyframeDelete(track, frame)
            for frame in held_keyframes
            if frame not in target.keyframes
        )
        operations.extend(
            put for frame, put in target.keyframes.items() if held_keyframes.get(frame) != put
        )
    return operations + _judgement_difference(now, wanted)


def _judgement_difference(now: SetContents, wanted: SetContents) -> list[Operation]:
    operations: list[Operation] = [
        FrameJudge(frame, wanted.quality.get(frame))
        for frame in sorted(now.quality.keys() | wanted.quality.keys())
        if now.quality.get(frame) != wanted.quality.get(frame)
    ]
    for structure in now.not_visible.keys() | wanted.not_visible.keys():
        held = now.not_visible.get(structure, [])
        target = wanted.not_visible.get(structure, [])
        if held == target:
            continue
        operations += [StructureJudge(structure, *span, is_absent=False) for span in held]
        operations += [StructureJudge(structure, *span, is_absent=True) for span in target]
    if now.rejected != wanted.rejected:
        operations.append(ClipJudge(wanted.rejected))
    operations += [NoteDelete(note) for note in now.notes if note not in wanted.notes]
    operations += [put for note, put in wanted.notes.items() if now.notes.get(note) != put]
    return operations


def as_operations(contents: SetContents) -> list[Operation]:
    """The operations that lead to the contents from an empty set."""
    return difference(SetContents(), contents)


def summary(
    operations: Sequence[Operation],
    structures: Mapping[UUID, str],
    track_structures: Mapping[UUID, UUID],
) -> str:
    """A line for the history: which structures changed in which frames, and what was judged.

    `structures` maps structure id to name, `track_structures` track id to structure id.
    """
    frames: dict[str, set[int]] = {}
    words: list[str] = []
    for operation in operations:
        match operation:
            case TrackAdd(track) | TrackDelete(track):
                frames.setdefault(_name(structures, track_structures, track), set())
            case KeyframePut(track, frame) | KeyframeDelete(track, frame):
                frames.setdefault(_name(structures, track_structures, track), set()).add(frame)
            case FrameJudge(frame):
                frames.setdefault("image quality", set()).add(frame)
            case StructureJudge(structure, frame, to_frame):
                name = f"{structures.get(structure, 'a structure')} not visible"
                frames.setdefault(name, set()).update((frame, to_frame))
            case ClipJudge(reason):
                words.append("clip rejected" if reason else "clip no longer rejected")
            case NotePut():
                words.append("note written")
            case NoteDelete():
                words.append("note deleted")
    parts = [_in_frames(name, changed) for name, changed in frames.items()]
    line = "; ".join([*parts, *dict.fromkeys(words)])[:200]
    return line[:1].upper() + line[1:]


def _name(
    structures: Mapping[UUID, str], track_structures: Mapping[UUID, UUID], track: UUID
) -> str:
    structure = track_structures.get(track)
    return "a removed track" if structure is None else structures.get(structure, "a structure")


def _in_frames(name: str, frames: set[int]) -> str:
    if not frames:
        return name
    if len(frames) == 1:
        return f"{name} in frame {min(frames)}"
    return f"{name} in frames {min(frames)} to {max(frames)}"
