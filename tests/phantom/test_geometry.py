"""Outlines, curves and the displacement that a pulsating vessel makes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phantom.display import path_gain_db
from phantom.geometry import Curve, Outline, teardrop_radii, wobbly_radii
from phantom.motion import cardiac_wave, rest_offsets

sizes = st.floats(1.0, 8.0)


@settings(max_examples=40, deadline=None)
@given(half_width=sizes, half_height=sizes, tilt=st.floats(-3, 3), seed=st.integers(0, 999))
def test_an_outline_encloses_its_area_and_lies_in_its_box(
    half_width: float, half_height: float, tilt: float, seed: int
) -> None:
    outline = Outline(
        1.0, 12.0, half_width, half_height, tilt, wobbly_radii(np.random.default_rng(seed), 0.05)
    )
    step = 0.05
    x = np.arange(-14, 16, step, dtype=np.float32)[None, :]
    y = np.arange(-3, 27, step, dtype=np.float32)[:, None]
    inside = outline.rho(x, y) <= 1
    assert inside.sum() * step**2 == pytest.approx(outline.area_mm2(), rel=0.02)
    box = outline.box()
    rows, columns = np.nonzero(inside)
    assert x[0, columns.min()] >= box.left - step
    assert x[0, columns.max()] <= box.right + step
    assert y[rows.min(), 0] >= box.top - step
    assert y[rows.max(), 0] <= box.bottom + step


def test_a_teardrop_is_blunt_on_the_right_and_pointed_on_the_left() -> None:
    drop = Outline(0.0, 0.0, 4.0, 2.0, 0.0, teardrop_radii(np.random.default_rng(0)))
    y = np.linspace(-3, 3, 601, dtype=np.float32)[:, None]

    def height_at(x: float) -> float:
        return float((drop.rho(np.array([[x]], np.float32), y) <= 1).sum() * 0.01)

    assert height_at(1.8) > 2 * height_at(-3.5) > 0


@settings(max_examples=30, deadline=None)
@given(scale=st.floats(0.75, 1.12))
def test_a_swollen_vessel_has_the_scaled_area_and_keeps_the_tissue_around_it(scale: float) -> None:
    vessel = Outline(0.0, 0.0, 3.0, 2.6, 0.2, wobbly_radii(np.random.default_rng(3), 0.03))
    step = 0.04
    axis = np.arange(-16, 16, step, dtype=np.float32)
    x, y = np.meshgrid(axis, axis)
    dx, dy = rest_offsets(vessel, scale, x, y)
    rest = vessel.rho(x + dx, y + dy)
    assert np.count_nonzero(rest <= 1) * step**2 == pytest.approx(
        vessel.area_mm2() * scale**2, rel=0.02
    )
    # a ring of tissue that touches the vessel keeps its area: it is pushed, not squashed
    ring = np.count_nonzero((rest > 1) & (rest <= 1.3)) * step**2
    assert ring == pytest.approx(vessel.area_mm2() * (1.3**2 - 1), rel=0.05)
    assert np.abs(dx[np.hypot(x, y) > 13]).max() == 0


@given(st.floats(-50, 50))
def test_the_cardiac_wave_repeats_and_stays_within_its_range(phase: float) -> None:
    assert cardiac_wave(phase) == pytest.approx(cardiac_wave(phase + 1), abs=1e-6)
    assert 0 <= cardiac_wave(phase) < 1.2


def test_systole_is_the_peak_of_the_wave() -> None:
    beat = np.linspace(0, 1, 400, endpoint=False)
    assert beat[int(np.argmax([cardiac_wave(float(p)) for p in beat]))] == pytest.approx(
        0.15, abs=0.02
    )


def test_a_curve_passes_through_its_depth_slope_and_bow() -> None:
    curve = Curve(5.0, slope=0.1, bow=2.0, bow_x=0.0, bow_width=3.0)
    x = np.array([0.0, 30.0], np.float32)
    np.testing.assert_allclose(curve.y(x), [7.0, 8.0], atol=1e-4)


def test_attenuation_adds_up_along_the_beam_and_shadows_end_at_their_floor() -> None:
    loss = np.zeros((100, 3), np.float32)
    loss[50:, 1] = 8.0
    loss[20:40, 2] = -0.5
    gain = path_gain_db(loss, 0.2)
    assert np.all(gain[:, 0] == 0)
    assert gain[-1, 1] == -30
    assert gain[-1, 2] == pytest.approx(2.0)
