"""Learning from several readers: shares of readers in place of one reader's mask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.engine.labelfile import write_label_png
from training import recipes
from training.datasets.pairs import ImageMaskPair, parse_classes
from training.datasets.problem import BadInputError
from training.datasets.soft import read_soft, write_soft
from training.fit.feed import load_placed, plain_batches, training_batches
from training.fit.losses import loss_function, shares

CLASSES = parse_classes("1=nerve,3=vessel")


def readings() -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """Three readers of 40x60: all see the vessel (3), two of them the nerve (1)."""
    made = [np.zeros((40, 60), np.uint8) for _ in range(3)]
    for one in made:
        one[20:30, 5:15] = 3
    for one in made[:2]:
        one[5:15, 30:50] = 1
    return made


def pair(folder: Path, stem: str, *, is_soft: bool) -> ImageMaskPair:
    image, mask, soft = (folder / f"{stem}-{kind}.png" for kind in ("image", "mask", "soft"))
    Image.fromarray(np.full((40, 60), 90, np.uint8)).save(image)
    write_label_png(mask, readings()[2])
    if is_soft:
        write_soft(soft, readings(), [1, 3])
    return ImageMaskPair(stem, image, mask, soft=soft if is_soft else None)


def test_a_file_of_soft_labels_holds_the_share_of_readers_at_each_pixel(tmp_path: Path) -> None:
    one = pair(tmp_path, "a", is_soft=True)
    assert one.soft is not None
    found = read_soft(one.soft, 2, (40, 60))
    assert found.shape == (40, 60, 2)
    assert (found[10, 40, 0], found[25, 10, 1], found[0, 0, 0]) == (170, 255, 0)
    with pytest.raises(BadInputError, match="are not 3 structures of 60x40"):
        read_soft(one.soft, 3, (40, 60))


def test_an_image_with_one_reader_keeps_whole_labels_beside_soft_ones(tmp_path: Path) -> None:
    recipe = replace(recipes.get("tiny"), augmentations=(), batch_size=2)
    pairs = [pair(tmp_path, "a", is_soft=True), pair(tmp_path, "b", is_soft=False)]
    placed = load_placed(pairs, CLASSES, recipe)
    assert placed.shares is not None
    assert sorted(np.unique(placed.shares[0, ..., 0])) == [0, 170]
    assert placed.shares[1, ..., 0].max() == 0
    assert placed.shares[1, ..., 1].max() == 255
    _, labels = next(training_batches(placed, recipe, 0))
    assert labels.shape == (2, recipe.height, recipe.width, 2)
    # what is held out is measured with the mask
    assert next(plain_batches(placed, recipe))[1].shape == (2, recipe.height, recipe.width)
    alone = load_placed(pairs[1:], CLASSES, recipe)
    assert alone.shares is None


def test_shares_leave_the_rest_of_a_pixel_to_the_background() -> None:
    said = np.zeros((1, 2, 2, 2), np.uint8)
    said[0, 0, 0] = [170, 85]
    said[0, 1, 1] = [170, 0]
    truth = np.asarray(shares(said, 3))
    assert truth[0, 0, 0] == pytest.approx([0.0, 2 / 3, 1 / 3])
    assert truth[0, 1, 1] == pytest.approx([1 / 3, 2 / 3, 0.0])
    assert truth[0, 0, 1] == pytest.approx([1.0, 0.0, 0.0])
    assert np.asarray(shares(said, 3, 2))[0, 0, 0] == pytest.approx([7 / 12, 1 / 3, 1 / 12])


def test_cross_entropy_of_soft_labels_is_the_mean_over_readers() -> None:
    rng = np.random.default_rng(2)
    probabilities = rng.dirichlet(np.ones(3), size=(1, 40, 60)).astype(np.float32)
    maps = [np.where(one == 3, 2, one).astype(np.uint8)[None] for one in readings()]
    layers = [np.rint(255 * np.mean([one == c for one in maps], axis=0)) for c in (1, 2)]
    soft = np.stack(layers, axis=-1).astype(np.uint8)
    loss = loss_function("dice+cross-entropy", 3)
    only_dice = loss_function("dice", 3)

    def entropy(truth: object) -> float:
        return float(loss(truth, probabilities)) - float(only_dice(truth, probabilities))

    assert entropy(soft) == pytest.approx(np.mean([entropy(one) for one in maps]), rel=1e-4)
