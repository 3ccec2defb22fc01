"""Two models on the same frames: differences, tests, and what is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.numeric.report_images import CODES, disc, scored, truth_of
from training.evaluate.compare import ALL, compare_images, holm, paired_images
from training.evaluate.scores import ImageScore, score_from_json, score_image


def images(shifts: list[int], *, per_subject: int = 2) -> list[ImageScore]:
    return [
        scored(f"f{number}", f"s{number // per_subject}", shift=shift)
        for number, shift in enumerate(shifts)
    ]


def test_a_model_that_is_better_on_every_subject_is_so_beyond_chance() -> None:
    worse, better = images([3, 4, 5, 6] * 4), images([1, 2, 3, 3] * 4)
    found = compare_images(worse, better, CODES)
    assert (found.images, found.groups, found.unit) == (16, 8, "subject")
    assert [row.code for row in found.structures] == [*CODES, ALL]
    for row in found.structures:
        assert row.units == 8
        assert row.difference == pytest.approx(row.second - row.first)
        assert row.interval is not None
        assert 0 < row.interval[0] < row.difference < row.interval[1]
    vessel = found.structures[0]
    assert vessel.wilcoxon_p == pytest.approx(2 / 2**8)  # all eight signs agree
    assert vessel.wilcoxon_p_holm == pytest.approx(2 * 2 / 2**8)


def test_the_tests_direction_is_that_of_the_subjects_and_not_of_the_one_with_most_frames() -> None:
    first, second = [], []
    for subject in range(9):
        # eight with one frame each get worse, and one with thirty better
        shifts = (4, 5) if subject else (6, 1)
        for number in range(1 if subject else 30):
            name = f"f{subject}-{number}"
            first.append(scored(name, f"s{subject}", shift=shifts[0]))
            second.append(scored(name, f"s{subject}", shift=shifts[1]))
    vessel = compare_images(first, second, CODES).structures[0]
    assert (vessel.units, vessel.rank_direction) == (9, -1)
    assert vessel.difference is not None
    assert vessel.difference > 0
    back = compare_images(second, first, CODES).structures[0]
    assert back.rank_direction == 1


def test_the_same_model_twice_differs_in_nothing_and_nothing_is_tested() -> None:
    found = compare_images(images([2] * 6), images([2] * 6), CODES)
    assert {row.difference for row in found.structures} == {0.0}
    assert {row.t_p for row in found.structures} == {None}
    assert {row.rank_direction for row in found.structures} == {0}


def test_only_frames_with_the_same_truth_count() -> None:
    first = images([1, 1, 1])
    moved = score_image("f2", disc(20, 24, 5), truth_of(), CODES, group="s1")
    second = [*images([2, 2]), moved, scored("f9", "s9", shift=0)]
    found = compare_images(first, second, CODES)
    assert found.images == 2
    assert found.unit == "image"
    assert found.structures[-1].difference is not None
    assert found.structures[-1].difference < 0


def without_digests(image: ImageScore) -> ImageScore:
    """As it was recorded before the digest of the truth was kept."""
    described = image.to_json()
    for each in described["structures"].values():
        del each["truth_digest"]
    return score_from_json(described)


def test_a_truth_that_moved_is_another_although_its_area_is_the_same() -> None:
    first = images([1, 1])
    moved = score_image("f1", truth_of(8), truth_of(8), CODES, group="s0")
    areas = [image.structures["vessel"].true_px for image in (first[1], moved)]
    assert areas[0] == areas[1]
    assert compare_images(first, [first[0], moved], CODES).images == 1
    # records without the digest are compared by what they hold
    assert compare_images(first, [first[0], without_digests(moved)], CODES).images == 2
    assert score_from_json(moved.to_json()) == moved


def test_a_row_says_of_how_many_subjects_and_of_which_part_of_the_firsts_images() -> None:
    first, second = images([1] * 8), images([2] * 6)
    nothing = truth_of() * 0
    first += [score_image("empty", nothing, nothing, CODES, group="s9")]
    vessel = compare_images(first, second, CODES).structures[0]
    assert (vessel.images, vessel.groups, vessel.share_of_first) == (6, 3, 0.75)
    back = compare_images(second, first, CODES).structures[0]
    assert (back.groups, back.share_of_first) == (3, 1.0)


def test_leaving_an_absent_structure_away_is_right_and_inventing_it_wrong() -> None:
    nothing = truth_of() * 0
    first = [score_image(f"f{n}", nothing, disc(20, 20, 8), CODES) for n in range(3)]
    second = [score_image(f"f{n}", nothing, nothing, CODES) for n in range(3)]
    vessel, median, _ = compare_images(first, second, CODES).structures
    assert (vessel.first, vessel.second, vessel.images) == (0.0, 1.0, 3)
    assert (median.images, median.difference) == (0, None)


def test_no_frame_in_common_is_said_and_not_guessed() -> None:
    found = compare_images([scored("a", "s", shift=0)], [scored("b", "s", shift=0)], CODES)
    assert found.images == 0
    assert {row.difference for row in found.structures} == {None}


def test_holm_as_in_his_paper() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([None, 0.5]) == [None, 0.5]


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_lowers_a_p_nor_changes_the_order(values: list[float]) -> None:
    corrected = [value for value in holm(values) if value is not None]
    assert all(value <= after <= 1 for value, after in zip(values, corrected, strict=True))
    pairs = sorted(zip(values, corrected, strict=True))
    assert [after for _, after in pairs] == sorted(after for _, after in pairs)


def test_regions_that_are_missed_and_invented_change_f1_and_not_only_dice() -> None:
    exact = images([0] * 16)
    far = images([0, 40] * 8)
    row = compare_images(exact, far, CODES).structures[0]
    assert row.detection is not None
    assert (row.detection.first, row.detection.second) == (1.0, 0.5)
    assert row.detection.difference == -0.5
    assert row.detection.interval == (-0.5, -0.5), "every subject has one of each"


def test_a_structure_that_nobody_shows_has_no_f1_and_an_invented_one_counts_against() -> None:
    empty = disc(30, 30, 0) * 0
    none = [score_image(f"f{n}", empty, empty, CODES, group=f"s{n}") for n in range(8)]
    invented = [
        score_image(f"f{n}", empty, disc(30, 30, 12), CODES, group=f"s{n}") for n in range(8)
    ]
    assert compare_images(none, none, CODES).structures[0].detection is None
    found = compare_images(none, invented, CODES).structures[0].detection
    assert found is not None
    assert (found.first, found.second, found.interval) == (1.0, 0.0, (-1.0, -1.0))


def test_a_structure_that_one_model_alone_knows_has_no_say() -> None:
    after = images([2] * 16)
    known = CODES[0]  # to both, and predicted alike
    before = [replace(each, structures={known: each.structures[known]}) for each in after]
    assert {row.difference for row in compare_images(before, after, CODES[:1]).structures} == {0.0}
    assert {two.iou == one.iou for one, two in paired_images(before, after, CODES[:1])} == {True}
