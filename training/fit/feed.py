"""Feeds batches: pictures are placed once, then augmented ahead of the network by a thread.

Every random draw is a function of (seed, epoch, image), never of what was drawn before: a resumed
run sees exactly the batches of an uninterrupted one, and threads cannot change the order.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from inference.engine.preprocess import (
    Placement,
    Preprocessing,
    normalise,
    place_frame,
    place_labels,
)
from training.augment.pipeline import augment
from training.datasets.pairs import ClassMap, ImageMaskPair, read_pair
from training.datasets.soft import hard_shares, read_soft
from training.recipes.recipe import Recipe

Batch = tuple[NDArray[np.float32], NDArray[np.uint8]]
Item = TypeVar("Item")

BATCHES_AHEAD = 3
_WAIT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class PlacedSet:
    """Pictures at the network's size, and where each lies.

    images: uint8 (n, h, w). labels: uint8 (n, d * h, d * w) for the recipe's label detail d.
    shares: of readers, uint8 (n, d * h, d * w, c - 1), 255 for all; None where each image has one.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    placements: tuple[Placement, ...]
    shares: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.images)


def load_placed(pairs: Sequence[ImageMaskPair], class_map: ClassMap, recipe: Recipe) -> PlacedSet:
    """Read pairs and place them at the network's size; BadInputError names the file at fault."""
    return placed_at(pairs, class_map, recipe.preprocessing, recipe.label_detail)


def placed_at(
    pairs: Sequence[ImageMaskPair], class_map: ClassMap, size: Preprocessing, detail: int = 1
) -> PlacedSet:
    """The same for any size and label detail."""
    images = np.zeros((len(pairs), size.height, size.width), np.uint8)
    labels = np.zeros((len(pairs), detail * size.height, detail * size.width), np.uint8)

    structures = len(class_map.classes)
    shares = None
    if any(pair.soft is not None for pair in pairs):
        shares = np.zeros((*labels.shape, structures), np.uint8)

    def read(number: int) -> Placement:
        image, mask = read_pair(pairs[number], class_map)
        if shares is not None:
            soft = pairs[number].soft
            said = hard_shares(mask, structures)
            if soft is not None:
                said = read_soft(soft, structures, (image.shape[0], image.shape[1]))
            for place in range(structures):
                layer = np.ascontiguousarray(said[..., place])
                shares[number, ..., place] = place_labels(layer, size, detail)
        images[number], labels[number] = place_frame(image, size), place_labels(mask, size, detail)
        return size.placement(*image.shape)

    with ThreadPoolExecutor(2) as pool:
        placements = tuple(pool.map(read, range(len(pairs))))
    return PlacedSet(images, labels, placements, shares)


def steps_per_epoch(images: int, batch_size: int) -> int:
    """Batches an epoch; the last one is filled up from the epoch's beginning."""
    return -(-images // batch_size)


def training_batches(
    placed: PlacedSet, recipe: Recipe, epoch: int, from_step: int = 0
) -> Iterator[Batch]:
    """Augmented batches of one epoch: float32 (b, h, w, 1), labels uint8 (b, d * h, d * w), or the
    shares (b, d * h, d * w, c - 1) where there are any.

    All batches have the same size, so that the compiled step never changes shape.
    """
    count = len(placed)
    truth = placed.labels if placed.shares is None else placed.shares
    order = np.random.default_rng([recipe.seed, epoch]).permutation(count)
    for step in range(from_step, steps_per_epoch(count, recipe.batch_size)):
        places = np.arange(step * recipe.batch_size, (step + 1) * recipe.batch_size) % count
        batch = np.empty((recipe.batch_size, *placed.images.shape[1:], 1), np.float32)
        labels = np.empty((recipe.batch_size, *truth.shape[1:]), np.uint8)
        for row, number in enumerate(order[places]):
            rng = np.random.default_rng([recipe.seed, epoch, int(number)])
            image, labels[row] = augment(
                placed.images[number], truth[number], recipe.augmentations, rng
            )
            where = placed.placements[number]
            batch[row, :, :, 0] = normalise(
                blanked_outside(image, where), where, recipe.normalisation
            )
            labels[row] = blanked_outside(labels[row], where, recipe.label_detail)
        yield batch, labels


def blanked_outside(
    moved: NDArray[np.uint8], where: Placement, detail: int = 1
) -> NDArray[np.uint8]:
    """A picture or label map (d * h, d * w) with zeros wherever no frame lies.

    What an augmentation moves into the padding is not seen there when frames are segmented, so
    nothing is to be learnt from it.
    """
    kept = np.zeros_like(moved)
    frame = finer(where.rows, detail), finer(where.columns, detail)
    kept[frame] = moved[frame]
    return kept


def finer(pixels: slice, detail: int) -> slice:
    """A range of pixels among those of labels that are so many times finer."""
    return slice(detail * pixels.start, detail * pixels.stop)


def plain_batches(placed: PlacedSet, recipe: Recipe) -> Iterator[Batch]:
    """The set in order without augmentation; the last batch may be short."""
    for start in range(0, len(placed), recipe.batch_size):
        numbers = range(start, min(start + recipe.batch_size, len(placed)))
        batch = np.stack(
            [
                normalise(placed.images[each], placed.placements[each], recipe.normalisation)
                for each in numbers
            ]
        )
        yield batch[..., None], placed.labels[start : numbers.stop]


def ahead(source: Callable[[], Iterator[Item]], depth: int = BATCHES_AHEAD) -> Iterator[Item]:
    """Run an iterator in a thread, up to `depth` items ahead of whoever consumes it.

    An exception in the source is raised at the consumer; closing the generator ends the thread.
    """
    ready: queue.Queue[Item | BaseException | None] = queue.Queue(depth)
    is_abandoned = threading.Event()

    def offer(item: Item | BaseException | None) -> None:
        while not is_abandoned.is_set():
            try:
                ready.put(item, timeout=_WAIT_SECONDS)
            except queue.Full:
                continue
            return

    def produce() -> None:
        try:
            for item in source():
                offer(item)
                if is_abandoned.is_set():
                    return
            offer(None)
        except BaseException as problem:  # raised again where it is consumed
            offer(problem)

    thread = threading.Thread(target=produce, name="feed", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        is_abandoned.set()
        thread.join()
