"""Temperature of a network's output, from images that it was not trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

Answer = tuple[NDArray[np.float32], NDArray[np.uint8]]

LOWEST, HIGHEST = 0.25, 4.0
PIXELS_MOST = 2_000_000  # one number is fitted; more pixels cost gigabytes and hardly move it
_TINY_PROBABILITY = 1e-7


def sampled_pixels(
    answers: Iterable[Answer], pixels: int, *, seed: int, most: int | None = None
) -> Answer:
    """What the fit is made on: all pixels in order, or `most` (PIXELS_MOST), evenly spread.

    answers: batches of probabilities (b, h, w, c) of a softmax with labels (b, d * h, d * w), taken
    one by one, of so many pixels (b * h * w) in all. Returns probabilities (n, c) and labels
    (n, d * d). Beyond `most` the pixels are counted through all frames, cut into `most` equal
    lengths, and one of each length is drawn.
    """
    probabilities, labels = [], []
    picked = _picked(pixels, most or PIXELS_MOST, seed)
    start = 0
    for seen, truth in answers:
        count, height, width, channels = seen.shape
        detail = truth.shape[1] // height
        blocks = truth.reshape(count, height, detail, width, detail).transpose(0, 1, 3, 2, 4)
        flat, true = seen.reshape(-1, channels), blocks.reshape(-1, detail * detail)
        stop = start + len(flat)
        if picked is not None:
            first, last = np.searchsorted(picked, (start, stop))
            here = picked[first:last] - start
            flat, true = flat[here], true[here]
        probabilities.append(flat)
        labels.append(true)
        start = stop
    return np.concatenate(probabilities), np.concatenate(labels)


def _picked(pixels: int, most: int, seed: int) -> NDArray[np.int64] | None:
    """Which pixels to take, ascending; None for all."""
    if pixels <= most:
        return None
    borders = np.arange(most + 1, dtype=np.int64) * pixels // most
    return np.random.default_rng(seed).integers(borders[:-1], borders[1:])


def fitted_temperature(probabilities: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """The temperature of least cross-entropy, between 0.25 and 4; above 1 softens.

    probabilities: (n, c) of a softmax; labels: (n, d * d), as of `sampled_pixels`. After C. Guo et
    al., On calibration of modern neural networks, ICML 2017. Which channel is the likeliest stays
    as it is.
    """
    logits = np.log(np.maximum(probabilities, _TINY_PROBABILITY))
    true = labels.astype(np.intp)
    rows = np.arange(len(true))[:, None]

    def cross_entropy(temperature: float) -> float:
        scaled = logits / np.float32(temperature)
        top = scaled.max(axis=1)
        total = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float((total[:, None] - scaled[rows, true]).mean(dtype=np.float64))

    found = minimize_scalar(
        cross_entropy, bounds=(LOWEST, HIGHEST), method="bounded", options={"xatol": 0.01}
    )
    return float(found.x)


def temperatures_apart(
    probabilities: NDArray[np.float32],
    labels: NDArray[np.uint8],
    sizes: Sequence[int],
    groups: Sequence[str],
    *,
    seed: int,
    most: int | None = None,
) -> list[float] | None:
    """For each frame the temperature of the frames of other groups, to measure calibration with.

    probabilities, labels: of `sampled_pixels` with the same seed and `most`. sizes: pixels of each
    frame, in the order of the answers; groups: of each frame. The groups are halved, and each half
    takes what fits the other (two-fold cross-fitting). None where there is one group alone.
    """
    is_second = _second_half(groups)
    picked = _picked(sum(sizes), most or PIXELS_MOST, seed)
    ends = np.cumsum(sizes)
    pixels = np.arange(ends[-1]) if picked is None else picked
    of_second = is_second[np.searchsorted(ends, pixels, side="right")]
    if of_second.all() or not of_second.any():
        return None
    first, second = (
        fitted_temperature(probabilities[half], labels[half]) for half in (~of_second, of_second)
    )
    return [first if is_second_one else second for is_second_one in is_second]


def bake_temperature(network: Any, temperature: float) -> None:
    """Divide the logits of the output layer by the temperature, for good: no runtime need know."""
    layer = network.get_layer("structures")
    layer.set_weights([np.asarray(each) / np.float32(temperature) for each in layer.get_weights()])


def _second_half(groups: Sequence[str]) -> NDArray[np.bool_]:
    """Of each frame whether its group is of the second half; halves are as alike in frames as the
    groups allow, dealt from the largest on.
    """
    frames = [0, 0]
    half: dict[str, int] = {}
    for group, count in sorted(Counter(groups).items(), key=lambda each: (-each[1], each[0])):
        half[group] = int(frames[1] < frames[0])
        frames[half[group]] += count
    return np.array([half[group] == 1 for group in groups], np.bool_)
