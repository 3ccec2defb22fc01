"""What readers agree on, frame by frame and summed up."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from annotation.agreement import (
    ClipReadings,
    FrameTable,
    agreement_figures,
    breakdown,
    disagreements,
    measure_clip,
    measure_clips,
    pack_table,
    unpack_table,
)
from annotation.agreement.table import BOTH, FIRST, NEITHER, SECOND
from tests.annotation.agreement.drawing import ABSENT, clip, never_seen, square, track


def rows_of(one: ClipReadings, *channels: int) -> NDArray[np.void]:
    return measure_clip(one, channels or (1,)).rows


def test_two_squares_half_over_one_another_score_what_a_pencil_says() -> None:
    held = clip(
        (track(1, {0: square(50, 50), 1: square(50, 50)}),),
        (track(1, {0: square(70, 50), 1: square(70, 50)}),),
    )
    (first, second) = rows_of(held)
    assert (first["first_px"], first["second_px"], first["shared_px"]) == (1600, 1600, 800)
    # all of the second's outline but its left half lies 20 px or more from the first's
    assert (first["hd95_px"], first["state"]) == (20.0, BOTH)
    assert [first["regions_first_matched"], first["regions_second_matched"]] == [1, 1]
    assert FrameTable(np.array([first])).dice[0] == pytest.approx(0.5)
    assert FrameTable(np.array([first])).iou[0] == pytest.approx(1 / 3)
    assert second["frame"] == 1


def test_a_structure_that_only_one_reader_has_scores_zero_and_has_no_distance() -> None:
    other = {0: square(150, 150), 1: square(150, 150)}
    held = clip(
        (track(1, {0: square(50, 50), 1: square(50, 50)}), track(2, other)), (track(2, other),)
    )
    alone = [row for row in rows_of(held, 1, 2) if row["channel"] == 1]
    assert [row["state"] for row in alone] == [FIRST, FIRST]
    assert FrameTable(np.array(alone)).dice.tolist() == [0.0, 0.0]
    assert all(np.isnan(row["hd95_px"]) for row in alone)
    assert [(row["regions_first"], row["regions_first_matched"]) for row in alone] == [(1, 0)] * 2


def test_two_readers_who_see_nothing_agree_on_absence_and_no_figure_is_nan() -> None:
    held = clip((never_seen(1, 0, 4),), (never_seen(1, 0, 4),))
    measures = [measure_clip(held, [1])]
    assert [row["state"] for row in measures[0].rows] == [NEITHER] * 5
    told = agreement_figures(measures, [1], 2, {0: None})
    structure = told["structures"][0]
    assert (structure["neither"], structure["compared"]) == (5, 5)
    assert structure["figures"]["visible_agreement"] == 1.0
    assert structure["figures"]["dice"] is None
    assert "NaN" not in json.dumps(told)


def test_a_shape_outside_the_picture_covers_no_pixel_and_counts_as_not_visible() -> None:
    outside = {0: square(-90, -90), 1: square(-90, -90)}
    held = clip((track(1, outside),), (never_seen(1, 0, 1),))
    assert [row["state"] for row in rows_of(held)] == [NEITHER, NEITHER]


def test_frames_that_one_reader_never_looked_at_are_not_compared() -> None:
    # the first looked at frames 0 to 4, the second at 3 to 8
    held = clip(
        (track(1, {0: square(50, 50), 4: square(50, 50)}),),
        (track(1, {3: square(50, 50), 8: square(50, 50)}),),
    )
    assert [row["frame"] for row in rows_of(held)] == [3, 4]
    visible = measure_clip(held, [1]).visible
    assert visible[0, :, 2].tolist() == [-1, -1]
    assert visible[0, :, 3].tolist() == [1, 1]


def test_clips_without_a_common_frame_give_figures_without_values() -> None:
    held = clip(
        (track(1, {0: square(50, 50), 2: square(50, 50)}),),
        (track(1, {5: square(50, 50), 8: square(50, 50)}),),
    )
    told = agreement_figures([measure_clip(held, [1])], [1], 2, {0: None})
    assert (told["frames"], told["structures"][0]["compared"]) == (0, 0)
    assert set(told["structures"][0]["figures"].values()) == {None}


def test_a_structure_that_ended_is_absent_from_there_on() -> None:
    ends = {0: square(50, 50), 2: ABSENT, 5: square(50, 50)}
    held = clip(
        (track(1, ends),),
        (track(1, {0: square(50, 50), 5: square(50, 50)}),),
    )
    assert [row["state"] for row in rows_of(held)] == [BOTH, BOTH, SECOND, SECOND, SECOND, BOTH]


def test_two_tracks_of_one_structure_are_one_mask() -> None:
    whole = {0: square(50, 50, 60), 1: square(50, 50, 60)}
    pieces = tuple(
        track(1, dict.fromkeys((0, 1), square(50 + 30 * i, 50 + 30 * j, 30)))
        for i in range(2)
        for j in range(2)
    )
    row = rows_of(clip((track(1, whole),), pieces))[0]
    assert row["shared_px"] == row["first_px"] == row["second_px"] == 3600
    assert row["hd95_px"] == 0.0


def three_readers(number: int, subject: str, shift: int, scale: float | None) -> ClipReadings:
    def at(offset: int) -> tuple[object, ...]:
        shapes = {0: square(50 + offset, 50), 3: square(50 + offset, 50)}
        return (track(1, shapes),)

    readings = (at(0), at(shift), (*at(2 * shift), never_seen(2, 0, 3)))
    return clip(*readings, number=number, subject=subject, microns_per_pixel=scale)  # type: ignore[arg-type]


def test_figures_are_means_over_frames_with_intervals_over_subjects() -> None:
    clips = [three_readers(0, "S-1", 4, 50.0), three_readers(1, "S-2", 8, None)]
    measures = [measure_clip(one, [1, 2]) for one in clips]
    told = agreement_figures(measures, [1, 2], 3, {0: 50.0, 1: None})
    pair = next(each for each in told["pairs"] if (each["first"], each["second"]) == (0, 2))
    nerve = pair["structures"][0]
    # shifts of 8 and 16 of 40 columns
    assert nerve["figures"]["dice"] == pytest.approx((32 / 40 + 24 / 40) / 2)
    low, high = nerve["intervals"]["dice"]
    assert (low, high) == pytest.approx((24 / 40, 32 / 40))
    assert nerve["figures"]["hd95_px"] == pytest.approx((8 + 16) / 2)
    assert nerve["figures"]["hd95_mm"] == pytest.approx(8 * 0.05)  # of the clip with a scale
    assert (told["subjects"], told["clips"], told["frames"]) == (2, 2, 8)
    assert told["structures"][1]["neither"] == 24  # nobody shows the second structure
    assert told["structures"][0]["spread"]["dice"][2] == pytest.approx(0.8)


def test_one_subject_has_no_interval() -> None:
    told = agreement_figures([measure_clip(three_readers(0, "S-1", 4, None), [1])], [1], 3, {0: 1})
    assert set(told["structures"][0]["intervals"].values()) == {None}
    assert told["structures"][0]["figures"]["dice"] is not None


def test_processes_give_the_same_rows_in_the_same_order() -> None:
    clips = [three_readers(number, f"S-{number}", 3, None) for number in range(5)]
    here = [measure_clip(one, [1, 2]) for one in clips]
    elsewhere = list(measure_clips(clips, [1, 2], workers=2))
    assert [each.clip for each in elsewhere] == [0, 1, 2, 3, 4]
    for one, other in zip(here, elsewhere, strict=True):
        assert one.rows.tobytes() == other.rows.tobytes()


def test_stored_rows_come_back_as_they_were() -> None:
    rows = rows_of(three_readers(0, "S-1", 4, None), 1, 2)
    stored = pack_table(FrameTable(rows))
    assert unpack_table(stored).rows.tobytes() == rows.tobytes()
    assert stored == pack_table(FrameTable(rows))
    with pytest.raises(ValueError, match="unknown version"):
        unpack_table(b"\x09" + stored[1:])


def test_the_worst_frame_comes_first_and_agreed_absence_never() -> None:
    ends = {0: square(50, 50), 1: square(60, 50), 2: ABSENT, 3: ABSENT}
    held = clip(
        (track(1, ends), track(2, {0: square(150, 150), 3: square(150, 150)})),
        (
            track(1, {0: square(50, 50), 1: square(50, 50), 2: square(50, 50), 3: ABSENT}),
            track(2, {0: square(150, 150), 3: square(150, 150)}),
        ),
    )
    table = FrameTable(rows_of(held, 1))
    found = [int(table.rows["frame"][place]) for place in disagreements(table, 10)]
    assert found == [2, 1, 0]
    assert len(disagreements(table, 1)) == 1


def test_rows_break_down_by_subject_clip_and_frame() -> None:
    clips = [three_readers(0, "S-1", 4, None), three_readers(1, "S-2", 8, None)]
    rows = np.concatenate([measure_clip(one, [1]).rows for one in clips])
    pair = FrameTable(rows[(rows["first"] == 0) & (rows["second"] == 1)])
    subjects, scales = {0: "S-1", 1: "S-2"}, {0: None, 1: None}
    by_subject = breakdown(pair, "subject", subjects, scales)
    assert [(each["subject"], each["figures"]["dice"]) for each in by_subject] == [
        ("S-1", pytest.approx(0.9)),
        ("S-2", pytest.approx(0.8)),
    ]
    by_frame = breakdown(pair, "frame", subjects, scales)
    assert [each["frame"] for each in by_frame] == [0, 1, 2, 3]
    assert by_frame[0]["both"] == 2
    assert [each["clip"] for each in breakdown(pair, "clip", subjects, scales)] == [0, 1]
