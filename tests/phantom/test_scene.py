"""What a scene promises: repeatable frames, exact labels and plausible physics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phantom import Scene

ANATOMIES = ("axillary", "femoral", "brachial-plexus", "femoral-block")
CODES = {
    "axillary": ["vessel", "bone", "musculocutaneous", "median", "ulnar"],
    "femoral": ["vessel", "bone", "femoral-nerve"],
    "brachial-plexus": ["nerve", "vessel"],
    "femoral-block": ["block-region"],
}


def test_same_seed_and_index_give_the_same_pixels_in_any_order() -> None:
    first, second = (Scene("axillary", 4, 128, 160) for _ in range(2))
    forwards = {index: first.frame(index) for index in (0, 1, 7, 30)}
    for index in (30, 0, 7, 1, 7):
        frame = second.frame(index)
        np.testing.assert_array_equal(frame.image, forwards[index].image)
        np.testing.assert_array_equal(frame.labels, forwards[index].labels)
        assert frame.index == index
        assert frame.time_s == pytest.approx(index / 25)


def test_frames_yields_the_frames_that_frame_returns() -> None:
    scene = Scene("femoral", 1, 96, 96)
    frames = list(scene.frames(3))
    assert [frame.index for frame in frames] == [0, 1, 2]
    np.testing.assert_array_equal(frames[2].image, scene.frame(2).image)


def test_another_seed_is_another_subject() -> None:
    one, other = Scene("axillary", 1, 128, 128).frame(0), Scene("axillary", 2, 128, 128).frame(0)
    assert np.mean(one.labels != other.labels) > 0.02
    assert np.mean(one.image != other.image) > 0.5


def test_consecutive_frames_move_a_little_and_not_much() -> None:
    scene = Scene("femoral", 6, 256, 256)
    frame, following = scene.frame(10), scene.frame(11)
    assert np.any(frame.image != following.image)
    correlation = np.corrcoef(frame.image.ravel(), following.image.ravel())[0, 1]
    assert 0.85 < correlation < 0.9999


@pytest.mark.parametrize("anatomy", ANATOMIES)
def test_labels_are_known_and_every_structure_appears_in_most_scenes(anatomy: str) -> None:
    structures = Scene(anatomy, 0, 64, 64).structures
    assert [structure.code for structure in structures] == CODES[anatomy]
    assert [structure.label for structure in structures] == list(range(1, len(structures) + 1))
    seen = np.zeros(len(structures) + 1, int)
    for seed in range(20):
        frame = Scene(anatomy, seed, 96, 96).frame(0)
        present = np.unique(frame.labels)
        assert present.max() <= len(structures)
        assert frame.image.dtype == frame.labels.dtype == np.uint8
        seen[present] += 1
    assert np.all(seen > 12), seen


def test_some_subjects_lack_a_structure_and_some_are_mirrored() -> None:
    complete, bone_sides = [], []
    for seed in range(40):
        labels = Scene("femoral", seed, 64, 64).frame(0).labels
        complete.append(len(np.unique(labels)) == 4)
        if np.any(labels == 3) and np.any(labels == 1):
            bone_sides.append(
                np.mean(np.nonzero(labels == 3)[1]) < np.mean(np.nonzero(labels == 1)[1])
            )
    assert not all(complete)
    assert len(set(bone_sides)) == 2


@settings(max_examples=12, deadline=None)
@given(
    height=st.integers(32, 300),
    width=st.integers(32, 300),
    seed=st.integers(0, 10_000),
    anatomy=st.sampled_from(ANATOMIES),
    index=st.integers(0, 100_000),
)
def test_any_size_gives_image_and_labels_of_that_size(
    height: int, width: int, seed: int, anatomy: str, index: int
) -> None:
    frame = Scene(anatomy, seed, height, width).frame(index)
    assert frame.image.shape == frame.labels.shape == (height, width)
    assert frame.image.std() > 5


def test_the_scale_follows_the_depth_or_the_argument() -> None:
    assert Scene("axillary", 3, 512, 64).microns_per_pixel == pytest.approx(
        Scene("axillary", 3, 256, 64).microns_per_pixel / 2
    )
    assert Scene("axillary", 3, 64, 64, microns_per_pixel=420.0).microns_per_pixel == 420.0


def test_the_same_subject_at_another_size_has_the_same_outlines() -> None:
    large, small = (
        Scene("axillary", 5, 512, 512).frame(20),
        Scene("axillary", 5, 256, 256).frame(20),
    )
    assert np.mean(large.labels[::2, ::2] != small.labels) < 0.01


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("knee", 0), "unknown anatomy"),
        (("femoral", -1), "seed"),
        (("femoral", 0, 16, 64), "32 x 32"),
        (("femoral", 0, 64, 64, 0.0), "frames_per_second"),
        (("femoral", 0, 64, 64, 25.0, 1.0), "microns_per_pixel"),
    ],
)
def test_a_senseless_argument_is_refused_by_name(
    arguments: tuple[object, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Scene(*arguments)  # type: ignore[arg-type]


def test_a_negative_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        Scene("femoral", 0, 64, 64).frame(-1)


def test_a_lumen_is_darker_than_the_tissue_around_it() -> None:
    cv2 = pytest.importorskip("cv2")
    darker = 0
    for seed in range(10):
        frame = Scene("femoral", seed, 256, 256).frame(5)
        lumen = (frame.labels == 1).astype(np.uint8)
        inner = cv2.erode(lumen, np.ones((5, 5), np.uint8)) > 0
        ring = (cv2.dilate(lumen, np.ones((25, 25), np.uint8)) > 0) & (frame.labels == 0)
        if inner.sum() > 100:
            darker += bool(frame.image[inner].mean() < 0.45 * frame.image[ring].mean())
        else:
            darker += 1  # the vessels of this subject lie outside the view
    assert darker == 10


def test_bone_has_a_bright_surface_and_casts_a_shadow() -> None:
    shadows, surfaces, count = [], [], 0
    for seed in range(12):
        frame = Scene("axillary", seed, 256, 256).frame(0)
        rows, columns = np.nonzero(frame.labels == 2)
        if rows.size < 500:
            continue
        count += 1
        apex_row = int(rows.min())
        apex = int(np.median(columns[rows == apex_row]))
        strip = frame.image[:, max(apex - 8, 0) : apex + 9].astype(float)
        surfaces.append(strip[max(apex_row - 3, 0) : apex_row + 5].max(axis=0).mean())
        below, above = strip[apex_row + 25 :], strip[apex_row - 45 : apex_row - 8]
        shadows.append(below.mean() < 0.6 * above.mean())
    assert count >= 8
    assert all(shadows)
    assert np.mean(surfaces) > 110


def test_tissue_behind_an_artery_is_brighter_than_beside_it() -> None:
    brighter = []
    for seed in range(16):
        scene = Scene("femoral", seed, 256, 256)
        frame = scene.frame(0)
        level = np.log(scene.envelope(0) + 1e-6)
        labels = frame.labels
        arteries = labels == 1
        if not arteries.any():
            continue
        columns = np.nonzero(arteries.any(axis=0))[0]
        middle = int(columns[np.argmax(arteries.sum(axis=0)[columns])])
        bottom = int(np.nonzero(arteries[:, middle])[0].max())
        behind = slice(bottom + 8, bottom + 40)
        free = labels[behind] == 0
        under = np.zeros_like(free)
        under[:, max(middle - 8, 0) : middle + 9] = True
        beside = ~arteries.any(axis=0)[None, :] & free
        beside &= np.abs(np.arange(256) - middle)[None, :] < 90
        if (under & free).sum() > 100 and beside.sum() > 100:
            brighter.append(level[behind][under & free].mean() > level[behind][beside].mean())
    assert len(brighter) >= 8
    assert np.mean(brighter) > 0.8


def test_vessel_area_pulsates_at_the_heart_rate() -> None:
    scene = Scene("brachial-plexus", 2, 256, 256)
    rate, frames = scene.frames_per_second, 200
    area = np.array([np.count_nonzero(frame.labels == 2) for frame in scene.frames(frames)], float)
    assert area.min() > 200
    time = np.arange(frames) / rate
    # hand and breath drift under 0.5 Hz: looked at above it, the largest line is the pulse
    spectrum = np.abs(np.fft.rfft((area - area.mean()) * np.hanning(frames), 8 * frames))
    hertz = np.fft.rfftfreq(8 * frames, time[1])
    band = (hertz > 0.7) & (hertz < 4)
    assert hertz[band][np.argmax(spectrum[band])] == pytest.approx(scene.heart_rate_hz, abs=0.12)


@pytest.mark.parametrize("anatomy", ["axillary", "femoral"])
def test_labels_lie_on_the_pixels_they_name_to_within_two(anatomy: str) -> None:
    for seed in range(6):
        frame = Scene(anatomy, seed, 256, 256).frame(40)
        lumen = frame.labels == 1
        if lumen.sum() < 300:
            continue
        brightness = {
            (dy, dx): float(frame.image[np.roll(lumen, (dy, dx), (0, 1))].mean())
            for dy in (-3, 0, 3)
            for dx in (-3, 0, 3)
        }
        # moved any way, the label would cover some of the wall
        assert min(brightness, key=lambda shift: brightness[shift]) == (0, 0)
