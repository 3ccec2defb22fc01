"""What every classical method comes to: a function from a placed picture to its labels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from inference.engine.preprocess import Placement

# (picture uint8 (h, w), where the frame lies in it) -> labels uint8 (h, w)
Segmenter = Callable[[NDArray[np.uint8], Placement], NDArray[np.uint8]]
