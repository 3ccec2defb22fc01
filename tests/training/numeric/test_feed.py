"""What a network is fed while it learns, and how the feeding ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training import recipes
from training.augment import ScaleShift
from training.fit.feed import PlacedSet, ahead, training_batches


def test_nothing_is_learnt_from_where_no_frame_lies() -> None:
    recipe = replace(
        recipes.get("fascicle"),
        height=32, width=64, batch_size=1, normalisation="unit",
        augmentations=(ScaleShift(1.0, scale_sigma=0.0, shift_share=0.5),),
    )  # fmt: skip
    where = recipe.preprocessing.placement(100, 100)
    assert (where.left, where.width) == (16, 32)
    images = np.zeros((1, 32, 64), np.uint8)
    images[:, where.rows, where.columns] = 200
    labels = (images > 0).astype(np.uint8).repeat(2, axis=1).repeat(2, axis=2)
    for epoch in range(5):
        [(batch, moved)] = training_batches(PlacedSet(images, labels, (where,)), recipe, epoch)
        assert 0 < moved.sum() < labels.sum()
        for outside in (batch[..., :16, 0], batch[..., 48:, 0], moved[..., :32], moved[..., 96:]):
            assert not outside.any()


def test_a_problem_in_the_feed_is_raised_at_the_network() -> None:
    def broken():
        yield 1
        raise ValueError("broken picture")

    items = ahead(broken)
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken picture"):
        next(items)


def test_an_abandoned_feed_ends() -> None:
    items = ahead(lambda: iter(range(1000)), depth=2)
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    assert list(items) == []
