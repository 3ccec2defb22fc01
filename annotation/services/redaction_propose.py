"""Ask de-identification what it would cut off and blank."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotation.deidentify import Box, DeidentifyError, Proposal, propose
from annotation.frames.facts import PixelRegion
from annotation.frames.problem import UnreadableSourceError

# regions that show the picture itself, not curves and scales
_PICTURES = frozenset({"tissue", "colour flow"})


def redaction_propose(
    samples: Sequence[NDArray[np.uint8]],
    regions: Sequence[PixelRegion],
    moments: Sequence[NDArray[np.uint8]] = (),
) -> Proposal:
    """A redaction for a person to confirm, from a few frames uint8 (H, W) and the regions that the
    file itself marks. `moments` are further frames, looked at for text. Raises
    UnreadableSourceError when the frames cannot be looked at.
    """
    pictures = [
        Box(region.x0, region.y0, region.x1, region.y1)
        for region in regions
        if region.kind in _PICTURES
    ]
    try:
        return propose(samples, pictures, moments)
    except DeidentifyError as wrong:
        raise UnreadableSourceError(str(wrong)) from wrong
