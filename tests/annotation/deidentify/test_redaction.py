"""What a redaction keeps of a frame, pixel by pixel."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.deidentify import Box, DeidentifyError, Redaction

HEIGHT, WIDTH = 24, 32


def _boxes() -> st.SearchStrategy[Box]:
    return st.builds(
        lambda x0, y0, w, h: Box(x0, y0, min(x0 + w, WIDTH), min(y0 + h, HEIGHT)),
        st.integers(0, WIDTH - 1),
        st.integers(0, HEIGHT - 1),
        st.integers(1, WIDTH),
        st.integers(1, HEIGHT),
    )


def _corners() -> st.SearchStrategy[tuple[tuple[float, float], ...]]:
    side = st.floats(-5, 40, allow_nan=False)
    return st.lists(st.tuples(side, side), min_size=3, max_size=8).map(tuple)


REDACTIONS = st.builds(
    Redaction,
    crop=st.none() | _boxes(),
    blanks=st.lists(_boxes(), max_size=4).map(tuple),
    keep=st.none() | _corners(),
)


def _frame() -> np.ndarray:
    return np.random.default_rng(1).integers(1, 256, (HEIGHT, WIDTH), dtype=np.uint8)


def _inside(x: float, y: float, corners: tuple[tuple[float, float], ...]) -> bool:
    """Even-odd rule for one point, corners snapped to 1/256 pixel as geometry snaps them."""
    snapped = [(round(px * 256) / 256, round(py * 256) / 256) for px, py in corners]
    crossed = False
    for (ax, ay), (bx, by) in zip(snapped, [*snapped[1:], snapped[0]], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            crossed = not crossed
    return crossed


@given(redaction=REDACTIONS)
def test_its_json_gives_the_same_redaction_back(redaction: Redaction) -> None:
    assert Redaction.from_json(json.loads(json.dumps(redaction.to_json()))) == redaction


@given(redaction=REDACTIONS)
def test_a_pixel_is_either_kept_as_it_was_or_black(redaction: Redaction) -> None:
    frame = _frame()
    result = redaction.apply(frame)
    crop = redaction.crop or Box(0, 0, WIDTH, HEIGHT)
    assert result.shape == redaction.output_size(HEIGHT, WIDTH)
    kept = redaction.keep_mask(HEIGHT, WIDTH) > 0
    expected = np.where(kept, frame[crop.y0 : crop.y1, crop.x0 : crop.x1], 0)
    assert np.array_equal(result, expected)
    assert not np.shares_memory(result, frame)


@given(redaction=REDACTIONS)
def test_no_pixel_of_a_blank_survives(redaction: Redaction) -> None:
    crop = redaction.crop or Box(0, 0, WIDTH, HEIGHT)
    full = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    full[crop.y0 : crop.y1, crop.x0 : crop.x1] = redaction.apply(_frame())
    for box in redaction.blanks:
        assert not full[box.y0 : box.y1, box.x0 : box.x1].any()


@given(keep=_corners(), crop=st.none() | _boxes())
def test_the_sector_takes_pixels_by_their_centres(
    keep: tuple[tuple[float, float], ...], crop: Box | None
) -> None:
    box = crop or Box(0, 0, WIDTH, HEIGHT)
    mask = Redaction(crop=crop, keep=keep).keep_mask(HEIGHT, WIDTH)
    wrong = [
        (x, y)
        for y in range(box.y0, box.y1)
        for x in range(box.x0, box.x1)
        if (mask[y - box.y0, x - box.x0] > 0) != _inside(x + 0.5, y + 0.5, keep)
        # centres on an edge may go either way in floating point
        and _inside(x + 0.499, y + 0.501, keep) == _inside(x + 0.501, y + 0.499, keep)
    ]
    assert wrong == []


def test_the_crop_comes_first_and_boxes_stay_in_source_pixels() -> None:
    frame = np.full((10, 10), 7, dtype=np.uint8)
    redaction = Redaction(crop=Box(4, 2, 10, 8), blanks=(Box(0, 0, 5, 3),))
    result = redaction.apply(frame)
    assert result.shape == (6, 6)
    assert result[0, 0] == 0
    assert result[0, 1] == 7
    assert result[1, 0] == 7


def test_nothing_to_do_copies_the_frame() -> None:
    frame = _frame()
    result = Redaction().apply(frame)
    assert Redaction().is_identity
    assert np.array_equal(result, frame)
    assert not np.shares_memory(result, frame)


def test_a_crop_beyond_the_frame_is_refused_with_its_size() -> None:
    with pytest.raises(DeidentifyError, match="outside the 32 x 24 picture"):
        Redaction(crop=Box(0, 0, 33, 24)).apply(_frame())


def test_only_grey_bytes_are_redacted() -> None:
    with pytest.raises(DeidentifyError, match="8-bit grey"):
        Redaction().apply(np.zeros((4, 4, 3), dtype=np.uint8))


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"crops": None},
        {"crop": {"x0": 0, "y0": 0, "x1": 0, "y1": 4}},
        {"crop": {"x0": 0, "y0": 0, "x1": 4}},
        {"crop": {"x0": 0.5, "y0": 0, "x1": 4, "y1": 4}},
        {"crop": {"x0": -1, "y0": 0, "x1": 4, "y1": 4}},
        {"crop": {"x0": "0", "y0": 0, "x1": 4, "y1": 4}},
        {"crop": {"x0": True, "y0": 0, "x1": 4, "y1": 4}},
        {"crop": {"x0": 0, "y0": 0, "x1": 1e9, "y1": 4}},
        {"crop": {"x0": 0, "y0": 0, "x1": float("nan"), "y1": 4}},
        {"crop": {"x0": 0, "y0": 0, "x1": float("inf"), "y1": 4}},
        {"blanks": {"x0": 0, "y0": 0, "x1": 4, "y1": 4}},
        {"blanks": [None]},
        {"blanks": [{"x0": 0, "y0": 0, "x1": 4, "y1": 4}] * 1001},
        {"keep": [[0, 0], [1, 1]]},
        {"keep": [[0, 0], [1, 1], [2]]},
        {"keep": [[0, 0], [1, 1], [2, "3"]]},
        {"keep": [[0, 0], [1, 1], [2, float("nan")]]},
        {"keep": "sector"},
    ],
)
def test_what_is_no_redaction_is_refused_with_a_sentence(value: object) -> None:
    with pytest.raises(DeidentifyError) as refusal:
        Redaction.from_json(value)
    assert str(refusal.value).endswith(".")


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["crop", "blanks", "keep", "x0", "x1"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_gives_a_redaction_or_a_sentence(value: object) -> None:
    try:
        redaction = Redaction.from_json(value)
    except DeidentifyError:
        return
    assert Redaction.from_json(redaction.to_json()) == redaction
