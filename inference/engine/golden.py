"""Golden frames: what a model must answer, whichever runtime runs it.

The expected answers are computed once by the network as it was trained and kept beside the
converted files. A runtime is compared with them every time it is loaded, because a wrong
instruction set or precision can make one return garbage without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import EngineError, RuntimeRefusedError
from inference.engine.preprocess import Preprocessing, prepare

GOLDEN_SEED = 20180710
# what bfloat16 and int8 may cost; garbage is off by tens of percent
MEAN_TOLERANCE = 0.02
AGREEMENT_REQUIRED = 0.99
# pixels whose two best classes are this close may fall either way
CLEAR_MARGIN = 0.2
SMOOTH = 1e-9


@dataclass(frozen=True, slots=True)
class GoldenSet:
    """Network inputs float32 (k, h, w, 1) and their probabilities float32 (k, h, w, c).

    truth: what people drew, label maps uint8 (k, h, w), or None where nobody has.
    """

    inputs: NDArray[np.float32]
    expected: NDArray[np.float32]
    truth: NDArray[np.uint8] | None = None

    def save(self, path: Path) -> None:
        expected = self.expected.astype(np.float16)
        with path.open("wb") as stream:
            if self.truth is None:
                np.savez_compressed(stream, inputs=self.inputs, expected=expected)
            else:
                np.savez_compressed(stream, inputs=self.inputs, expected=expected, truth=self.truth)

    def dice_loss(self, answers: NDArray[np.float32]) -> float:
        """What other probabilities (k, h, w, c) lose in Dice, pooled over structures and frames.

        Against the truth; without one, what their label maps differ from the expected ones by,
        which is about the most that they can lose.
        """
        expected = np.asarray(self.expected.argmax(axis=-1), np.uint8)
        found = np.asarray(answers.argmax(axis=-1), np.uint8)
        if self.truth is None:
            return 1.0 - pooled_dice(expected, found)
        return pooled_dice(self.truth, expected) - pooled_dice(self.truth, found)


@dataclass(frozen=True, slots=True)
class Parity:
    """How far a runtime's answers lie from the expected ones.

    largest and mean: absolute difference of probabilities. agreement: share of the pixels with a
    clear expected class that are given it. dice: of the label maps, pooled over all structures;
    1 where neither sees any. class_dice: the same for each structure, in channel order from 1.
    """

    largest: float
    mean: float
    agreement: float
    dice: float
    class_dice: tuple[float, ...]

    @property
    def is_close(self) -> bool:
        return self.mean <= MEAN_TOLERANCE and self.agreement >= AGREEMENT_REQUIRED


def read_golden(path: Path) -> GoldenSet:
    """Read a stored set; EngineError where the file is damaged."""
    try:
        with np.load(path) as stored:
            return GoldenSet(
                np.asarray(stored["inputs"], np.float32),
                np.asarray(stored["expected"], np.float32),
                np.asarray(stored["truth"], np.uint8) if "truth" in stored.files else None,
            )
    except (OSError, ValueError, KeyError, EOFError) as damage:
        raise EngineError(
            f"The golden frames in {path.name} cannot be read ({damage})."
        ) from damage


def golden_frame(seed: int = GOLDEN_SEED) -> NDArray[np.uint8]:
    """A fixed speckled frame with two dark discs and a bright line, uint8 (240, 320)."""
    generator = np.random.Generator(np.random.PCG64(seed))
    rows, columns = np.mgrid[0:240, 0:320]
    tissue = 90.0 + 40.0 * np.sin(rows / 17.0)
    for row, column, radius in ((100, 90, 30), (150, 230, 22)):
        tissue[(rows - row) ** 2 + (columns - column) ** 2 < radius**2] = 12.0
    tissue[198:202] = 240.0
    speckle = generator.rayleigh(0.8, tissue.shape)
    return np.asarray(np.clip(tissue * speckle, 0, 255), np.uint8)


def golden_inputs(
    preprocessing: Preprocessing, frames: Sequence[NDArray[np.uint8]] = ()
) -> NDArray[np.float32]:
    """The golden frame, its mirror image, a dim one and a dark one, then `frames`, prepared."""
    first = golden_frame()
    fixed = [
        first,
        np.ascontiguousarray(first[:, ::-1]),
        (golden_frame(GOLDEN_SEED + 1) // 3).astype(np.uint8),
        np.zeros_like(first),
    ]
    return np.concatenate([prepare(frame, preprocessing) for frame in [*fixed, *frames]])


def compare(expected: NDArray[np.float32], actual: NDArray[np.float32]) -> Parity:
    """Compare probabilities (k, h, w, c); numbers that are not finite are as far off as can be."""
    channels = expected.shape[-1]
    if actual.shape != expected.shape or not np.isfinite(actual).all():
        nothing = tuple(0.0 for _ in range(channels - 1))
        return Parity(float("inf"), float("inf"), 0.0, 0.0, nothing)
    difference = np.abs(expected - actual)
    wanted, given = expected.argmax(axis=-1), actual.argmax(axis=-1)
    best = np.partition(expected, channels - 2, axis=-1)
    is_clear = best[..., -1] - best[..., -2] > CLEAR_MARGIN
    agreement = float((wanted == given)[is_clear].mean()) if is_clear.any() else 1.0
    shared = np.array([((wanted == c) & (given == c)).sum() for c in range(1, channels)], float)
    total = np.array([(wanted == c).sum() + (given == c).sum() for c in range(1, channels)], float)
    return Parity(
        largest=float(difference.max()),
        mean=float(difference.mean(dtype=np.float64)),
        agreement=agreement,
        dice=float((2 * shared.sum() + SMOOTH) / (total.sum() + SMOOTH)),
        class_dice=tuple(float(each) for each in (2 * shared + SMOOTH) / (total + SMOOTH)),
    )


def pooled_dice(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Dice of label maps (k, h, w) over all pixels of all structures; 1 where neither holds any."""
    shared = np.count_nonzero((a == b) & (a > 0))
    total = np.count_nonzero(a) + np.count_nonzero(b)
    return 2 * shared / total if total else 1.0


def check_answer(name: str, output: NDArray[np.float32], size: Preprocessing, count: int) -> None:
    """Raise RuntimeRefusedError unless the output holds probabilities of the input's size."""
    expected = (count, size.height, size.width)
    if output.ndim != 4 or output.shape[:3] != expected:
        raise RuntimeRefusedError(
            f"The {name} runtime returned shape {output.shape} for an input of {expected}."
        )
    if not np.isfinite(output).all():
        raise RuntimeRefusedError(f"The {name} runtime returned numbers that are not finite.")
    if np.abs(output.sum(axis=-1) - 1.0).max() > 0.02:
        raise RuntimeRefusedError(
            f"The {name} runtime returned probabilities that do not sum to one."
        )
