from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from annotation.measures import count_regions, surface_distances
from training.datasets.problem import BadInputError
from training.evaluate import evaluate_images, evaluation_from_json, score_image
from training.evaluate.folds import summarise_folds

SIDE = 256


def square(top: int, left: int, side: int = 20, label: int = 1) -> NDArray[np.uint8]:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[top : top + side, left : left + side] = label
    return mask


def test_a_half_shifted_square_scores_what_a_pencil_says() -> None:
    # 400 px each, 200 shared: Dice 2 * 200 / 800, IoU 200 / 600
    image = score_image("a", square(50, 50), square(50, 60), ["nerve"])
    score = image.structures["nerve"]
    assert (score.true_px, score.predicted_px, score.shared_px) == (400, 400, 200)
    assert score.dice == pytest.approx(0.5)
    assert score.iou == pytest.approx(1 / 3)
    assert image.correct_px == SIDE * SIDE - 400
    assert (score.regions.predicted_matched, score.regions.true_matched) == (1, 1)


@pytest.mark.parametrize(("shift", "is_found"), [(14, True), (15, False), (20, False)])
def test_a_region_is_found_when_more_than_a_quarter_overlaps(shift: int, is_found: bool) -> None:
    # 14 columns off leaves 6 of 20 (30 %), 15 leaves exactly 25 %, which is not more
    counts = count_regions(square(50, 50) > 0, square(50, 50 + shift) > 0, 0.0)
    assert counts.true_matched == counts.predicted_matched == int(is_found)


def test_a_prediction_over_half_the_image_finds_nothing() -> None:
    counts = count_regions(square(50, 50) > 0, square(0, 0, 128) > 0, 0.0)
    assert (counts.predicted, counts.predicted_matched, counts.true_matched) == (1, 0, 0)


def test_regions_below_a_disc_of_7_px_radius_are_ignored_on_both_sides() -> None:
    # 12 * 12 = 144 < pi * 49 = 153.9 < 13 * 13
    small = score_image("a", square(9, 9, 12), square(99, 99, 12), ["nerve"]).structures["nerve"]
    assert (small.regions.true, small.regions.predicted) == (0, 0)
    large = score_image("a", square(9, 9, 13), square(99, 99, 13), ["nerve"]).structures["nerve"]
    assert (large.regions.true, large.regions.predicted) == (1, 1)


def test_precision_recall_and_f1_count_regions_over_all_images() -> None:
    two = square(10, 10) | square(100, 100)
    three = two | square(200, 200)
    found_both_and_one_too_many = score_image("a", two, three, ["nerve"])
    missed_one = score_image("b", two, square(10, 10), ["nerve"])
    report = evaluate_images([found_both_and_one_too_many, missed_one], ["nerve"]).structures
    assert report["nerve"].precision == pytest.approx(3 / 4)
    assert report["nerve"].recall == pytest.approx(3 / 4)
    assert report["nerve"].f1 == pytest.approx(3 / 4)
    assert (report["nerve"].true_regions, report["nerve"].predicted_regions) == (4, 4)


def test_iou_sums_over_images_and_structures_and_by_image_has_quartiles() -> None:
    truth = square(10, 10) | square(100, 100, label=2)
    perfect = score_image("a", truth, truth, ["nerve", "vessel"])
    half = score_image("b", square(50, 50), square(50, 60), ["nerve", "vessel"])
    evaluation = evaluate_images([perfect, half], ["nerve", "vessel"])
    assert evaluation.iou == pytest.approx((800 + 200) / (800 + 600))
    assert evaluation.structures["nerve"].iou == pytest.approx((400 + 200) / (400 + 600))
    assert evaluation.iou_by_image.median == pytest.approx((1 + 1 / 3) / 2)
    assert evaluation.iou_by_image.share_above_half == 0.5
    assert evaluation.pixel_accuracy == pytest.approx(1 - 400 / (2 * SIDE * SIDE))


def test_what_nobody_shows_has_no_score_and_is_counted() -> None:
    empty = np.zeros((SIDE, SIDE), np.uint8)
    evaluation = evaluate_images([score_image("a", empty, empty, ["nerve"])], ["nerve"])
    report = evaluation.structures["nerve"]
    assert report.dice is report.iou is report.f1 is report.precision is report.hd95_px is None
    assert report.iou_by_image.empty == 1
    assert evaluation.iou is None
    assert evaluation.pixel_accuracy == 1.0


def test_a_structure_that_is_missed_or_invented_scores_zero_and_has_no_distance() -> None:
    empty = np.zeros((SIDE, SIDE), np.uint8)
    missed = score_image("a", square(9, 9), empty, ["nerve"])
    invented = score_image("b", empty, square(9, 9), ["nerve"])
    for image, precision, recall in ((missed, None, 0.0), (invented, 0.0, None)):
        report = evaluate_images([image], ["nerve"]).structures["nerve"]
        assert report.dice == report.iou == report.f1 == 0.0
        assert (report.precision, report.recall) == (precision, recall)
        assert report.hd95_px is None
        assert report.distances_undefined == 1


def test_surface_distances_of_a_shifted_line_are_the_shift() -> None:
    line, moved = np.zeros((60, 60), bool), np.zeros((60, 60), bool)
    line[10, 5:55], moved[17, 5:55] = True, True
    assert surface_distances(line, moved) == (7.0, 7.0)
    assert surface_distances(line, line) == (0.0, 0.0)
    assert surface_distances(line, np.zeros_like(line)) is None


def test_distances_are_in_millimetres_where_the_scale_is_known() -> None:
    truth, moved = square(10, 10, 20), square(10, 15, 20)
    known = score_image("a", truth, moved, ["nerve"], microns_per_pixel=200.0)
    unknown = score_image("b", truth, moved, ["nerve"])
    report = evaluate_images([known, unknown], ["nerve"]).structures["nerve"]
    assert report.hd95_px == pytest.approx(5.0)
    assert report.hd95_mm == pytest.approx(1.0)
    assert evaluate_images([unknown], ["nerve"]).structures["nerve"].hd95_mm is None


def test_distances_say_over_how_many_frames_they_are_means_and_in_mm_over_how_many() -> None:
    empty = np.zeros((SIDE, SIDE), np.uint8)
    far, near = square(10, 30, 20), square(10, 12, 20)
    images = [
        *(score_image(f"far-{n}", square(10, 10), far, ["nerve"], group=f"{n}") for n in range(9)),
        score_image("near", square(10, 10), near, ["nerve"], group="9", microns_per_pixel=50.0),
        *(score_image(f"missed-{n}", far, empty, ["nerve"], group=f"{n}") for n in range(5)),
        score_image("neither", empty, empty, ["nerve"], group="9"),
    ]
    report = evaluate_images(images, ["nerve"]).structures["nerve"]
    assert report.hd95_px == pytest.approx((9 * 20 + 2) / 10)
    assert report.hd95_mm == pytest.approx(0.1)
    assert (report.distances_defined, report.distances_undefined) == (10, 5)
    assert report.distances_in_mm == 1
    low, high = report.intervals["hd95_px"] or (0.0, 0.0)
    assert 2 < low < report.hd95_px < high
    assert report.intervals["surface_distance_px"] is not None
    assert report.intervals["hd95_mm"] is None  # of one subject


def test_intervals_resample_subjects_and_need_two_of_them() -> None:
    images = [
        score_image(f"{n}", square(50, 50), square(50, 50 + n % 10), ["nerve"], group=f"{n // 4}")
        for n in range(24)
    ]
    evaluation = evaluate_images(images, ["nerve"])
    low, high = evaluation.intervals["iou"] or (0.0, 0.0)
    assert evaluation.groups == 6
    assert low < (evaluation.iou or 0.0) < high
    assert evaluate_images(images, ["nerve"]).intervals == evaluation.intervals
    alone = evaluate_images(images[:4], ["nerve"])
    assert alone.intervals["iou"] is None


def test_images_of_one_subject_make_the_interval_wider_than_independent_ones() -> None:
    def width(group_size: int) -> float:
        images = [
            score_image(
                f"{n}",
                square(50, 50),
                square(50, 50 + 2 * (n // 5)),
                ["nerve"],
                group=f"{n // group_size}",
            )
            for n in range(40)
        ]
        low, high = evaluate_images(images, ["nerve"]).intervals["iou"] or (0.0, 0.0)
        return high - low

    assert width(5) > 1.5 * width(1)


def test_an_evaluation_reads_back_from_its_json() -> None:
    images = [score_image("a", square(9, 9), square(9, 12), ["nerve"], group="s")]
    evaluation = evaluate_images(images, ["nerve"])
    assert evaluation_from_json(json.loads(json.dumps(evaluation.to_json()))) == evaluation


def test_folds_are_summed_up_by_mean_and_deviation_and_pooled() -> None:
    perfect = evaluate_images([score_image("a", square(9, 9), square(9, 9), ["nerve"])], ["nerve"])
    half = evaluate_images([score_image("b", square(9, 9), square(9, 19), ["nerve"])], ["nerve"])
    summary = summarise_folds({0: perfect, 1: half}, ["nerve"])
    assert summary["over_folds"]["iou"]["mean"] == pytest.approx(2 / 3)
    assert summary["over_folds"]["iou"]["deviation"] == pytest.approx(np.std([1, 1 / 3], ddof=1))
    assert summary["pooled"]["iou"] == pytest.approx(600 / 1000)
    distance = summary["over_folds"]["structures"]["nerve"]["hd95_px"]
    assert distance["mean"] == pytest.approx(5.0)
    assert distance["deviation"] == pytest.approx(np.std([0, 10], ddof=1))
    assert summary["over_folds"]["structures"]["nerve"]["hd95_mm"]["mean"] is None
    last = summary["folds"][1]["structures"]["nerve"]
    assert last["surface_distance_px"] == half.structures["nerve"].surface_distance_px
    assert (last["distances_defined"], last["distances_undefined"]) == (1, 0)


def test_a_stored_evaluation_of_an_earlier_version_reads_back() -> None:
    images = [score_image("a", square(9, 9), square(9, 12), ["nerve"], group="s")]
    stored = json.loads(json.dumps(evaluate_images(images, ["nerve"]).to_json()))
    for name in ("distances_defined", "distances_in_mm"):
        del stored["structures"]["nerve"][name]
    assert evaluation_from_json(stored) == evaluate_images(images, ["nerve"])


def test_a_prediction_of_another_size_is_refused() -> None:
    with pytest.raises(BadInputError, match="truth is"):
        score_image("a", np.zeros((4, 4), np.uint8), np.zeros((4, 5), np.uint8), ["nerve"])
