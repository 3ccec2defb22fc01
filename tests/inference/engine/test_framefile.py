"""Pictures that are read as they are seen, and those that say nothing of black and white."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.engine.errors import EngineError
from inference.engine.framefile import read_frame

ORIENTATION = 0x0112  # of EXIF; 6: turned by a quarter, shown upright by viewers


@pytest.mark.parametrize("kind", [np.float32, np.int32])
def test_numbers_without_a_black_and_a_white_are_refused(tmp_path: Path, kind: type) -> None:
    path = tmp_path / "deep.tif"
    Image.fromarray(np.linspace(0, 1, 12).reshape(3, 4).astype(kind)).save(path)
    with pytest.raises(EngineError, match=r"deep\.tif holds 32-bit numbers.*8 or 16 bits"):
        read_frame(path)


def test_sixteen_bits_keep_their_high_byte(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray(np.array([[0, 256, 65535]], np.uint16)).save(path)
    np.testing.assert_array_equal(read_frame(path), [[0, 1, 255]])


def test_a_picture_is_read_upright(tmp_path: Path) -> None:
    stored = np.zeros((16, 32), np.uint8)
    stored[:, :8] = 200  # at the left as stored, at the top as shown
    picture = Image.fromarray(stored)
    exif = picture.getexif()
    exif[ORIENTATION] = 6
    picture.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    frame = read_frame(tmp_path / "turned.jpg")
    assert frame.shape == (32, 16)
    assert frame[:6].mean() > 150
    assert frame[12:].mean() < 50
