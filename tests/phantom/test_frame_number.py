"""A frame number burnt into the pixels comes back, and nothing else is taken for one."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phantom import Scene, burn_index, read_index, write_video


@settings(max_examples=60, deadline=None)
@given(
    index=st.integers(0, 65535),
    height=st.integers(32, 600),
    width=st.integers(92, 700),
    seed=st.integers(0, 99),
)
def test_a_burnt_number_is_read_back(index: int, height: int, width: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    assert read_index(burn_index(image, index)) == index


@settings(max_examples=30, deadline=None)
@given(
    index=st.integers(0, 65535),
    gain=st.floats(0.6, 1.0),
    offset=st.integers(0, 60),
    quality=st.integers(20, 90),
)
def test_the_number_survives_gain_colour_and_jpeg(
    index: int, gain: float, offset: int, quality: int
) -> None:
    image = np.full((256, 320, 3), 90, np.uint8)
    marked = burn_index(image, index).astype(np.float32) * gain + offset
    stored = cv2.imencode(".jpg", np.clip(marked, 0, 255), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    assert read_index(cv2.imdecode(stored, cv2.IMREAD_COLOR)) == index


def test_the_number_survives_resizing_there_and_back() -> None:
    marked = burn_index(np.full((512, 512), 60, np.uint8), 40321)
    for side in (256, 400, 777):
        resized = cv2.resize(marked, (side, side), interpolation=cv2.INTER_AREA)
        assert read_index(cv2.resize(resized, (512, 512))) == 40321
        assert read_index(resized) == 40321


def test_burning_leaves_the_given_image_and_its_upper_part_alone() -> None:
    image = Scene("femoral", 0, 128, 128).frame(0).image
    before = image.copy()
    marked = burn_index(image, 9)
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(marked[:112], before[:112])


def test_an_image_without_a_number_reads_as_none() -> None:
    rng = np.random.default_rng(0)
    assert read_index(np.zeros((64, 128), np.uint8)) is None
    assert read_index(np.zeros((10, 10), np.uint8)) is None
    for seed in range(8):
        assert read_index(Scene("axillary", seed, 96, 128).frame(0).image) is None
        assert read_index(rng.integers(0, 256, (96, 128), np.uint8)) is None


def test_one_flipped_bit_is_noticed() -> None:
    marked = burn_index(np.zeros((64, 230), np.uint8), 1234)
    marked[48:, 60:70] = 255 - marked[48:, 60:70]
    assert read_index(marked) is None


def test_a_number_or_image_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="65535"):
        burn_index(np.zeros((64, 128), np.uint8), 65536)
    with pytest.raises(ValueError, match="92 x 32"):
        burn_index(np.zeros((64, 80), np.uint8), 1)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("clip.mp4", "libx264"), ("clip.mov", "mpeg4"), ("clip.avi", "mjpeg"), ("clip.avi", "ffv1")],
)
def test_every_frame_of_a_video_carries_its_number(tmp_path: Path, name: str, codec: str) -> None:
    scene = Scene("axillary", 3, 128, 192)
    write_video(tmp_path / name, scene, 30, codec=codec, burn_in_index=True)
    with av.open(str(tmp_path / name)) as container:
        decoded = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert [read_index(image) for image in decoded] == list(range(30))
    error = np.abs(decoded[17][:112].astype(int) - scene.frame(17).image[:112])
    assert error.mean() < 6
