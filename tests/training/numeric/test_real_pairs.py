"""The public images as they come: palette masks, JPEG in RGB, a size of their own each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.datasets.pairs import parse_classes, read_pair, scan_pairs


@pytest.mark.parametrize(
    ("name", "classes", "count"),
    [("femoral", "1=femoral-region", 500), ("usgra", "1=nerve,2=vessel", 204)],
)
def test_the_public_pairs_read_by_index(
    real_data: Path, name: str, classes: str, count: int
) -> None:
    folder = real_data / name
    pairs = scan_pairs(folder / "images", folder / "masks").pairs
    assert len(pairs) == count
    class_map = parse_classes(classes)
    for pair in pairs[:: count // 10]:
        image, mask = read_pair(pair, class_map)
        assert image.shape == mask.shape
        assert 0.001 < (mask > 0).mean() < 0.5
        assert np.ptp(image) > 50
