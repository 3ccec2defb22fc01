"""What a model sees, in a session's own numbers: the same at the hub and in a bridge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inference.live.wire import Segment, labels_segment

if TYPE_CHECKING:
    from inference.engine.temporal import LiveSight

# a mask finer than this costs the way to the viewers more than anyone can see
MAX_LABEL_SIDE = 1024


class ModelMisfitError(ValueError):
    """A model that names what the procedure does not have; the sentence says what."""


def channels_of(codes: Sequence[str], by_code: Mapping[str, int]) -> tuple[int, ...]:
    """The label value of each of the model's structures, matched by code.

    Raises ModelMisfitError.
    """
    foreign = [code for code in codes if code not in by_code]
    if foreign:
        raise ModelMisfitError(
            f"The model names structures that the procedure does not have: {', '.join(foreign)}."
        )
    return tuple(by_code[code] for code in codes)


def in_channels(
    live: LiveSight, channels: Sequence[int]
) -> tuple[Segment, tuple[float | None, ...]]:
    """The label map with the session's values, and a confidence a structure of the model, None
    where it is not shown. `channels`: the label value of each of the model's structures.
    """
    import cv2  # noqa: PLC0415 - the hub itself lives without it

    labels = live.sight.labels
    scale = MAX_LABEL_SIDE / max(labels.shape)
    if scale < 1:
        size = (round(labels.shape[1] * scale), round(labels.shape[0] * scale))
        labels = np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    table = np.zeros(256, np.uint8)
    table[1 : len(channels) + 1] = channels
    mapped: NDArray[np.uint8] = np.asarray(cv2.LUT(labels, table), np.uint8)
    confidence = tuple(
        float(sure) if shown else None
        for sure, shown in zip(live.confidence, live.is_shown, strict=True)
    )
    return labels_segment(mapped), confidence


def in_order(
    confidence: Sequence[float | None], channels: Sequence[int], order: Sequence[int]
) -> NDArray[np.float32]:
    """The confidences of the model's structures in the order of the session's label values; NaN
    where a structure is not shown, or not of this model.
    """
    by_channel = dict(zip(channels, confidence, strict=False))
    found = (by_channel.get(channel) for channel in order)
    return np.array([np.nan if sure is None else sure for sure in found], np.float32)
