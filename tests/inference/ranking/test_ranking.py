"""What an expert is asked to look at first."""

from __future__ import annotations

import io
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from inference.engine import Preprocessing
from inference.ranking.choose import ClipDoubt, Reason, choose_frames, order_clips, summarise
from inference.ranking.frame_doubts import flicker, undecided
from inference.ranking.heat import heat_png
from inference.ranking.measures import Measures


def measures(frames: int, **peaks: dict[int, float]) -> Measures:
    """Nothing doubtful but for `outline={frame: value}` and the like."""
    rows = {name: np.zeros(frames, np.float32) for name in ("outline", "flicker", "presence")}
    for name, at in peaks.items():
        for frame, value in at.items():
            rows[name][frame] = value
    return Measures(**rows)


def test_the_most_doubtful_frame_comes_first_with_its_structure_and_reason() -> None:
    clip = {
        "vessel": measures(100, outline={70: 0.4}),
        "median": measures(100, outline={20: 0.9}, presence={50: 0.8}),
    }
    picks = choose_frames(clip, 10, seed=1)
    assert [(one.frame, one.reason, one.structure) for one in picks[:3]] == [
        (20, Reason.OUTLINE, "median"),
        (70, Reason.OUTLINE, "vessel"),
        (50, Reason.PRESENCE, "median"),
    ]
    assert picks[0].score == pytest.approx(0.45)


def test_neighbours_of_a_doubtful_frame_do_not_fill_the_list() -> None:
    clip = {"median": measures(100, outline=dict.fromkeys(range(40, 60), 0.9))}
    chosen = [one for one in choose_frames(clip, 10, seed=1) if one.reason is Reason.OUTLINE]
    frames = sorted(one.frame for one in chosen)
    assert np.diff(frames).min() >= 5
    assert len(frames) <= 4


@given(frames=st.integers(1, 80), count=st.integers(0, 90), seed=st.integers(0, 99))
def test_no_frame_is_offered_twice_and_a_share_is_drawn_by_chance(
    frames: int, count: int, seed: int
) -> None:
    draw = np.random.default_rng(seed)
    rows = [draw.random(frames).astype(np.float32) for _ in range(3)]
    picks = choose_frames({"median": Measures(*rows)}, count, seed=seed)
    chosen = [one.frame for one in picks]
    assert len(set(chosen)) == len(chosen) <= min(count, frames)
    assert all(0 <= frame < frames for frame in chosen)
    if count >= 5 and frames >= 2 * count:
        assert sum(one.reason is Reason.RANDOM for one in picks) >= round(0.2 * count)
    assert picks == choose_frames({"median": Measures(*rows)}, count, seed=seed)


def test_a_clip_without_doubt_is_still_looked_at_here_and_there() -> None:
    picks = choose_frames({"median": measures(100)}, 10, seed=3)
    spread = sorted(one.frame for one in picks if one.reason is Reason.SPREAD)
    assert len(spread) == 8
    assert np.diff(spread).min() >= 5
    assert summarise({"median": measures(100)}).reason is None


def test_a_structure_that_flickers_is_told_from_one_that_moves() -> None:
    beside = np.array([1.0, 0.9, 0.0, 0.0, 0.9])  # frame 2 is unlike both frames beside it
    across = np.array([1.0, 1.0, 0.0, 0.85, 0.0])
    assert flicker(beside, across) == pytest.approx([0, 0, 0.85, 0, 0])
    moving = flicker(np.array([1.0, 0.7, 0.7, 0.7]), np.array([1.0, 1.0, 0.5, 0.5]))
    assert not moving.any()


def test_presence_is_most_doubtful_at_its_threshold() -> None:
    assert undecided(0.7, 0.9, 0.7) == pytest.approx(1.0)
    assert undecided(0.97, 0.9, 0.7) == pytest.approx(0.1)
    assert undecided(0.0, 0.02, 0.5) == pytest.approx(0.04)  # not drawn, and nothing speaks for it
    assert undecided(0.0, 0.45, 0.5) == pytest.approx(0.9)  # not drawn, but nearly


def test_subjects_take_turns_and_every_fifth_clip_is_drawn_by_chance() -> None:
    ids = [UUID(int=n) for n in range(12)]
    doubts = {
        one: (ClipDoubt(1 - n / 20, Reason.OUTLINE, "median", 3), n // 4)
        for n, one in enumerate(ids)
    }
    order = order_clips(doubts, seed=5)
    assert sorted(one for one, _ in order) == ids
    # each subject's most doubtful clip before any subject's second
    assert [one.int for one, _ in order[:3]] == [0, 4, 8]
    assert [reason for _, reason in order[:3]] == [Reason.OUTLINE, Reason.SPREAD, Reason.SPREAD]
    assert [n for n, (_, reason) in enumerate(order) if reason is Reason.RANDOM] == [4, 9]


def test_a_map_of_doubt_covers_the_frame_and_not_its_padding() -> None:
    preprocessing = Preprocessing(256, 256)
    where = preprocessing.placement(480, 640)
    doubt: NDArray[np.float32] = np.zeros((256, 256), np.float32)
    doubt[where.top + 96 : where.top + 112, 128:160] = 1.0
    stored = heat_png(doubt, where)
    picture = np.asarray(Image.open(io.BytesIO(stored)))
    assert picture.shape == (96, 128)
    assert picture.max() == 255
    rows, columns = np.nonzero(picture > 200)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (48, 55, 64, 79)
    assert len(stored) < 400
    assert heat_png(np.zeros((256, 256), np.float32), where) == b""


def test_a_map_of_doubt_covers_what_the_network_did_not_see_too() -> None:
    where = Preprocessing(256, 256, fit="crop").placement(800, 400)
    doubt: NDArray[np.float32] = np.zeros((256, 256), np.float32)
    doubt[128:] = 1.0  # rows 200 to 399 of the frame
    picture = np.asarray(Image.open(io.BytesIO(heat_png(doubt, where))))
    assert picture.shape == (128, 64)
    rows, _ = np.nonzero(picture > 200)
    assert (rows.min(), rows.max()) == (32, 63)
