"""Which frames and clips to look at first.

A frame's score is .5 outline + .3 flicker + .2 presence of its most doubtful structure. No way of
choosing by doubt beats chance reliably (nnActive, arXiv 2511.19183), so a fifth of what is offered
is drawn by chance; neighbouring frames say the same, so chosen ones keep a distance (COWAL, arXiv
2311.08811).
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from inference.ranking.measures import ClipMeasures, Measures

WEIGHTS = {"outline": 0.5, "flicker": 0.3, "presence": 0.2}
RANDOM_SHARE = 0.2
SPREAD_SHARE = 0.2
# a score under this is no reason to look
DOUBTFUL = 0.08
# of a clip's frames, the worst of which stand for it
WORST_SHARE = 0.1


class Reason(StrEnum):
    """Why a frame or clip is offered."""

    OUTLINE = "outline"
    FLICKER = "flicker"
    PRESENCE = "presence"
    SPREAD = "spread"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Pick:
    """A frame to look at; `structure` is the code of the doubtful one, None for the last two
    reasons; `score` in 0..1.
    """

    frame: int
    reason: Reason
    structure: str | None
    score: float


@dataclass(frozen=True, slots=True)
class ClipDoubt:
    """A clip's score (mean of its worst tenth), its commonest reason, on how many frames."""

    score: float
    reason: Reason | None
    structure: str | None
    frames: int


def scores(measures: Measures) -> NDArray[np.float64]:
    """One structure's score on each frame, (frames,)."""
    return np.asarray(
        sum(weight * getattr(measures, name) for name, weight in WEIGHTS.items()), np.float64
    )


def choose_frames(clip: ClipMeasures, count: int, *, seed: int) -> list[Pick]:
    """At most `count` frames, the most doubtful first, then those for spread and by chance.

    The same seed chooses the same frames.
    """
    frames = _frame_count(clip)
    count = min(count, frames)
    if count <= 0:
        return []
    chance = round(count * RANDOM_SHARE) if count > 2 else 0
    spread = round(count * SPREAD_SHARE) if count > 2 else 0
    gap = max(1, frames // (2 * count))
    picks: list[Pick] = []
    total, leader = _leaders(clip)
    for frame in np.argsort(-total, kind="stable").tolist():
        if len(picks) == count - chance - spread or total[frame] < DOUBTFUL:
            break
        if all(abs(frame - one.frame) >= gap for one in picks):
            picks.append(_pick(clip, frame, leader[frame], float(total[frame])))
    taken = {one.frame for one in picks}
    for _ in range(min(count - chance, frames) - len(picks)):
        frame = _farthest(taken, frames)
        if frame in taken:
            break
        taken.add(frame)
        picks.append(Pick(frame, Reason.SPREAD, None, float(total[frame])))
    rest = [frame for frame in range(frames) if frame not in taken]
    # not a secret, only a draw that comes out the same each time
    drawn = random.Random(seed).sample(rest, min(count - len(picks), len(rest)))
    picks.extend(Pick(frame, Reason.RANDOM, None, float(total[frame])) for frame in sorted(drawn))
    return picks


def summarise(clip: ClipMeasures) -> ClipDoubt:
    """What a clip's frames come to."""
    frames = _frame_count(clip)
    if not frames:
        return ClipDoubt(0.0, None, None, 0)
    total, leader = _leaders(clip)
    worst = np.argsort(-total, kind="stable")[: max(1, round(frames * WORST_SHARE))]
    score = float(total[worst].mean())
    found: dict[tuple[Reason, str | None], int] = {}
    for frame in np.flatnonzero(total >= DOUBTFUL):
        pick = _pick(clip, int(frame), leader[int(frame)], float(total[frame]))
        key = (pick.reason, pick.structure)
        found[key] = found.get(key, 0) + 1
    if not found:
        return ClipDoubt(score, None, None, 0)
    (reason, structure), number = max(found.items(), key=lambda item: item[1])
    return ClipDoubt(score, reason, structure, number)


def order_clips(
    doubts: Mapping[UUID, tuple[ClipDoubt, Hashable]], *, seed: int
) -> list[tuple[UUID, Reason]]:
    """Clips by their doubt, each with why it stands where it does.

    doubts: clip -> its doubt and its subject. Of clips in a row the subjects take turns (spread:
    ten clips of one subject teach less than one of each of ten), and every fifth clip is drawn by
    chance.
    """
    by_doubt = sorted(doubts, key=lambda key: -doubts[key][0].score)
    turn: dict[Hashable, int] = {}
    waiting: list[tuple[int, int, UUID]] = []
    for place, key in enumerate(by_doubt):
        subject = doubts[key][1]
        turn[subject] = turn.get(subject, -1) + 1
        waiting.append((turn[subject], place, key))
    is_moved = {key for number, place, key in waiting if number == 0 and place >= len(turn)}
    queue = [key for _, _, key in sorted(waiting, key=lambda one: one[:2])]
    draw = random.Random(seed)  # a draw that comes out the same each time
    out: list[tuple[UUID, Reason]] = []
    every = round(1 / RANDOM_SHARE)
    while queue:
        if len(out) % every == every - 1:
            out.append((queue.pop(draw.randrange(len(queue))), Reason.RANDOM))
            continue
        key = queue.pop(0)
        reason = doubts[key][0].reason
        out.append((key, Reason.SPREAD if reason is None or key in is_moved else reason))
    return out


def _frame_count(clip: ClipMeasures) -> int:
    return len(next(iter(clip.values())).outline) if clip else 0


def _leaders(clip: ClipMeasures) -> tuple[NDArray[np.float64], Sequence[str]]:
    """Each frame's highest score, and the code of the structure that has it."""
    codes = list(clip)
    table = np.stack([scores(clip[code]) for code in codes])
    return table.max(axis=0), [codes[place] for place in table.argmax(axis=0)]


def _pick(clip: ClipMeasures, frame: int, code: str, score: float) -> Pick:
    measures = clip[code]
    strongest = max(WEIGHTS, key=lambda name: WEIGHTS[name] * getattr(measures, name)[frame])
    return Pick(frame, Reason(strongest), code, score)


def _farthest(taken: set[int], frames: int) -> int:
    """The frame farthest from those taken and from the clip's ends, half as far."""
    if not taken:
        return frames // 2
    marks = sorted(taken)
    best, distance = marks[0], 0
    for before, after in zip(
        [-marks[0] - 1, *marks], [*marks, 2 * frames - marks[-1]], strict=True
    ):
        middle = min(max((before + after) // 2, 0), frames - 1)
        if middle not in taken and (near := min(abs(middle - one) for one in marks)) > distance:
            best, distance = middle, near
    return best
