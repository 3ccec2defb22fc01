"""What a report says of a run, from traits of single frames to HTML and PDF."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
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
from training.evaluate.scores import ImageScore, score_image
from training.evaluate.traits import associate, frame_traits
from training.reports.contents import (
    CurvePoint,
    ReadersAgreement,
    ReadersDice,
    ReportStructure,
    RunContents,
    confusion_shares,
    described,
    worst_images,
)
from training.reports.figures import NO_FIGURE, PLOT_OF, PLOTS, svg
from training.reports.gallery import GalleryFrame, side_by_side
from training.reports.html import report_html
from training.reports.pdf import report_pdf
from training.reports.tables import TextTable, tables
from training.reports.theme import DARK, LIGHT

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


def of_folds(contents: RunContents, folds: dict[int, tuple[ImageScore, ...]]) -> RunContents:
    """The same with other scores."""
    evaluations = {fold: evaluate_images(rows, CODES) for fold, rows in folds.items()}
    return replace(contents, images=folds, metrics=summarise_folds(evaluations, CODES))


def table_of(contents: RunContents, title: str) -> TextTable:
    [table] = [each for each in tables(contents) if each.title == title]
    return table


def column(table: TextTable, head: str) -> list[str]:
    at = table.head.index(head)
    return [row[at] for row in table.rows]


@pytest.fixture
def missing(contents: RunContents) -> RunContents:
    """Frames without the median nerve: predicted rightly, or missed, in two folds; one has mm."""
    none = truth_of() * 0

    def image(stem: str, found: NDArray[np.uint8], scale: float | None = None) -> ImageScore:
        return score_image(stem, truth_of(), found, CODES, group=stem, microns_per_pixel=scale)

    vessel = np.where(truth_of() == 1, 1, 0).astype(np.uint8)
    right_empty = [score_image(f"e-{n}", none, none, CODES, group=f"e{n}") for n in range(3)]
    return of_folds(
        contents,
        {
            0: (image("a", truth_of(6)), image("b", vessel), image("c", truth_of(2), 500.0)),
            1: tuple(right_empty),
        },
    )


def test_a_distance_stands_with_the_frames_that_it_is_a_mean_of(missing: RunContents) -> None:
    table = table_of(missing, "Distances between outlines")
    assert [row[0] for row in table.rows] == ["Blood <vessel>", "Median nerve"]
    assert column(table, "Defined in frames") == ["3 of 3", "2 of 3"]
    assert column(table, "Frames with scale") == ["1 of 3", "1 of 2"]
    vessel, median = missing.metrics["pooled"]["structures"].values()
    assert column(table, "HD95, px")[1].startswith(f"{median['hd95_px']:.1f} (")
    assert column(table, "HD95, mm") == ["1.00", "1.00"], "without the px of other frames"
    assert vessel["hd95_px"] < median["hd95_px"]
    assert "no distance" in table.note
    folds = table_of(missing, "Each fold: Median nerve")
    assert column(folds, "Fold") == ["Fold 1", "Fold 2", "Mean", "SD"]
    assert column(folds, "Defined in frames") == ["2 of 3", "0 of 0", "", ""]
    assert column(folds, "Surface distance, px")[1] == "-"
    assert column(folds, "Recall") == ["0.667", "-", "0.667", "-"]


def test_without_any_scale_a_report_has_no_mm(contents: RunContents) -> None:
    assert "HD95, mm" not in table_of(contents, "Distances between outlines").head
    folds = table_of(contents, "Each fold: Blood <vessel>")
    assert "HD95, px" in folds.head
    assert "HD95, mm" not in folds.head


def test_every_frame_of_a_fold_is_counted_also_where_nothing_is_shown(missing: RunContents) -> None:
    numbers = json.loads(json.dumps(described(missing)))
    assert numbers["boxes"]["folds"]["1"] is None
    assert numbers["folds"] == {"0": {"frames": 3}, "1": {"frames": 3}}
    assert column(table_of(missing, "Each fold"), "Frames") == ["3", "3", ""]
    shown = table_of(missing, "IoU of single frames")
    assert column(shown, "Frames that show it") == ["3", "3", "3"]


def test_a_figure_that_nothing_defines_has_no_bar(missing: RunContents) -> None:
    only_empty = of_folds(missing, dict.fromkeys((0, 1), missing.images[1]))
    figure = PLOT_OF["bars"].draw(only_empty, LIGHT)
    assert figure is not None
    [axes] = figure.axes
    assert [text.get_text() for text in axes.texts] == [NO_FIGURE] * 6
    assert axes.get_xlim()[1] > max(text.get_position()[0] for text in axes.texts)
    drawn = svg(PLOT_OF["bars"], only_empty, DARK)
    assert drawn is not None
    assert "nan" not in drawn.lower()
    whole = PLOT_OF["bars"].draw(missing, LIGHT)
    assert whole is not None
    assert not whole.axes[0].texts


def test_what_readers_reach_is_no_bound_and_not_of_these_frames(contents: RunContents) -> None:
    agreed = ReadersAgreement("the report of 2026-02-01", (ReadersDice("median", 0.818, 12),))
    read = replace(contents, readers=agreed)
    table = table_of(read, "Over all frames held out")
    assert column(table, "Readers' Dice") == ["-", "0.818, n = 12", "-"]
    assert "not on these. A model can exceed it" in table.note
    told = json.loads(json.dumps(described(read)))["readers"]
    assert told["structures"] == [{"code": "median", "dice": 0.818, "comparisons": 12}]
    assert told["words"] in table.note
    assert described(contents)["readers"] is None
    assert "Readers' Dice" not in table_of(contents, "Over all frames held out").head
    assert "not on these" in PLOT_OF["bars"].caption
    figure = PLOT_OF["bars"].draw(read, LIGHT)
    assert figure is not None
    [line] = figure.axes[0].collections[-1].get_paths()
    assert np.ptp(line.vertices[:, 0]) < 0.3, "over the bar of Dice only"


def test_calibration_can_be_read_at_another_temperature_than_the_file_has() -> None:
    given, found = seen(disc(20, 24, 9), 0.9), disc(20, 24, 9)
    as_is, softer = (
        diagnose_image("a", GREY, found, given, CODES, preprocessing=SAME_SIZE, soften_by=by)
        for by in (None, 2.0)
    )
    assert (as_is.is_apart, softer.is_apart) == (False, True)
    [(before, _, _)] = [point for point in as_is.reliability["vessel"].points() if point[0] > 0.2]
    [(after, _, _)] = [point for point in softer.reliability["vessel"].points() if point[0] > 0.2]
    odds = np.sqrt(given.probabilities[0][20, 24])
    assert (before, after) == pytest.approx((0.9, float(odds[1] / odds.sum())), abs=1e-3)
    assert softer.confusion == as_is.confusion
    kept = diagnosis_from_json(json.loads(json.dumps(softer.to_json())))
    assert pool([kept], CODES).is_apart
    assert not pool([kept, as_is], CODES).is_apart
    older = as_is.to_json()
    del older["is_apart"]
    assert not diagnosis_from_json(older).is_apart


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
    assert pdf.count(b"/Type /Page ") + pdf.count(b"/Type /Page\n") == 2 + len(PLOTS) + 1


def test_figures_of_the_page_need_no_background_and_no_script(contents: RunContents) -> None:
    for plot in PLOTS:
        drawn = svg(plot, contents, DARK)
        assert drawn is not None, plot.name
        assert drawn.startswith("<svg")
        assert "<script" not in drawn
