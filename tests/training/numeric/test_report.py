"""What a report says of a run, from traits of single frames to HTML and PDF."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from tests.training.numeric.report_images import (
    CODES,
    SAME_SIZE,
    SIDE,
    disc,
    scored,
    seen,
    truth_of,
)
from training.evaluate.diagnosis import diagnose_image, diagnosis_from_json, pool
from training.evaluate.folds import summarise_folds
from training.evaluate.report import evaluate_images
from training.evaluate.traits import associate, frame_traits
from training.reports.contents import (
    CurvePoint,
    ReportStructure,
    RunContents,
    confusion_shares,
    described,
    worst_images,
)
from training.reports.figures import PLOTS, svg
from training.reports.gallery import GalleryFrame, side_by_side
from training.reports.html import report_html
from training.reports.pdf import report_pdf
from training.reports.theme import DARK

GREY = np.full((SIDE, SIDE), 90, np.uint8)
STRUCTURES = (
    ReportStructure("vessel", "Blood <vessel>", "vessel", "#D55E00"),
    ReportStructure("median", "Median nerve", "nerve", "#56B4E9"),
)


@pytest.fixture(scope="module")
def contents() -> RunContents:
    """Two folds of five frames, each further off than the one before."""
    rng = np.random.default_rng(4)
    folds = {}
    diagnoses = []
    for fold in range(2):
        rows = [scored(f"{fold}-{n}", f"s{fold}{n // 2}", shift=n) for n in range(5)]
        folds[fold] = tuple(rows)
        for n, row in enumerate(rows):
            noisy = np.clip(GREY + rng.normal(0, 3 + 3 * n, GREY.shape), 0, 255).astype(np.uint8)
            told = seen(truth_of(n), 0.85)
            diagnosis = diagnose_image(
                row.stem, noisy, truth_of(), told, CODES, preprocessing=SAME_SIZE
            )
            diagnoses.append(diagnosis_from_json(json.loads(json.dumps(diagnosis.to_json()))))
    evaluations = {fold: evaluate_images(rows, CODES) for fold, rows in folds.items()}
    points = tuple(CurvePoint(n, 1 / n, 1.2 / n, {"vessel": 0.1 * n}) for n in range(1, 5))
    return RunContents(
        title="Arm & leg: run 7",
        facts=(("Recipe", "Tiny"), ("Snapshot's SHA-256", "ab" * 32)),
        structures=STRUCTURES,
        metrics=json.loads(json.dumps(summarise_folds(evaluations, CODES))),
        images=folds,
        curves={0: points, 1: points},
        diagnosis=pool(diagnoses, CODES),
    )


def test_the_noise_of_a_flat_frame_is_measured_and_its_depth_is_where_it_shows() -> None:
    noisy = np.random.default_rng(1).normal(120, 8, (200, 200))
    found = frame_traits(np.clip(noisy, 0, 255).astype(np.uint8), np.zeros((200, 200), np.uint8))
    assert found["noise"] == pytest.approx(8, rel=0.05)
    assert found["brightness"] == pytest.approx(120, abs=1)
    assert found["depth"] is None
    assert frame_traits(GREY, disc(48, 20, 6))["depth"] == pytest.approx(48.5 / SIDE, abs=0.01)


def test_a_figure_that_falls_with_a_trait_is_found_and_few_frames_say_nothing() -> None:
    trait = list(range(12))
    found = associate(trait, [1 - 0.05 * value for value in trait])
    assert found.rho == pytest.approx(-1)
    assert [images for _, _, images in found.quarters] == [3, 3, 3, 3]
    assert found.quarters[0][1] > found.quarters[3][1]
    assert associate([1, 2, None], [0.2, None, 0.3]).rho is None


def test_a_model_surer_than_it_is_right_is_told_by_how_much() -> None:
    truth, found = truth_of(), truth_of() * 0
    found[:] = disc(20, 24, 9)
    found[:, 24:] = 0  # half of the vessel, and no nerve
    sure = diagnose_image(
        "a", GREY, found, seen(disc(20, 24, 9), 0.9), CODES, preprocessing=SAME_SIZE
    )
    vessel = sure.reliability["vessel"]
    [(given, true, pixels)] = [point for point in vessel.points() if point[0] > 0.5]
    assert given == pytest.approx(0.9, abs=1e-3)
    assert true == pytest.approx(0.5, abs=0.08)
    assert pixels == int((disc(20, 24, 9) > 0).sum())
    assert vessel.expected_error == pytest.approx(given - true, abs=1e-3)
    missed = pool(
        [diagnose_image("b", GREY, truth, seen(found, 0.9), CODES, preprocessing=SAME_SIZE)], CODES
    )
    assert missed.confusion[2][0] == int((truth == 2).sum())
    assert sum(map(sum, missed.confusion)) == SIDE * SIDE


def test_shares_of_what_is_taken_for_what_add_up(contents: RunContents) -> None:
    shares = confusion_shares(contents)
    assert set(shares) == set(CODES)
    for row in shares.values():
        assert sum(row.values()) == pytest.approx(1)
    assert shares["median"]["median"] > shares["median"]["background"] > 0


def test_the_worst_frames_are_not_all_of_one_subject(contents: RunContents) -> None:
    bad = [scored(f"bad-{n}", "hard", shift=8) for n in range(5)]
    chosen = worst_images([*contents.all_images, *bad], 6)
    assert sum(image.group == "hard" for image in chosen) == 2
    assert [image.iou for image in chosen] == sorted(image.iou for image in chosen)
    assert len(worst_images(bad, 4)) == 4


def test_the_numbers_of_a_report_are_plain_json(contents: RunContents) -> None:
    numbers = json.loads(json.dumps(described(contents)))
    assert numbers["frames"] == 10
    assert numbers["boxes"]["folds"]["0"]["high"] == 1.0
    assert numbers["traits"]["noise"]["rho"] < -0.5
    assert 0 < numbers["calibration"]["vessel"]["expected_error"] < 1


def test_the_report_is_one_file_with_every_figure_table_and_frame(contents: RunContents) -> None:
    truth = truth_of()
    picture = side_by_side(GREY, truth, truth_of(4), [each.colour for each in STRUCTURES])
    with Image.open(io.BytesIO(picture)) as shown:
        assert shown.width > 3 * shown.height * 0.9
    frame = GalleryFrame("0-4", "Clip 1, frame 4", "c", 4, 0, 0.31, {"vessel": 0.4}, picture)
    html = report_html(contents, [frame])
    assert "Research use only" in html
    assert "Arm &amp; leg: run 7" in html
    assert "Blood &lt;vessel&gt;" in html
    assert "<vessel>" not in html
    assert html.count("<img") == len(PLOTS) + 1
    assert "Clip 1, frame 4, fold 1: IoU 0.31" in html
    assert "src='http" not in html
    pdf = report_pdf(contents, [frame])
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page ") + pdf.count(b"/Type /Page\n") == 1 + len(PLOTS) + 1


def test_figures_of_the_page_need_no_background_and_no_script(contents: RunContents) -> None:
    for plot in PLOTS:
        drawn = svg(plot, contents, DARK)
        assert drawn is not None, plot.name
        assert drawn.startswith("<svg")
        assert "<script" not in drawn
