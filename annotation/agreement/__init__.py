"""How far readers agree: what they delineated and what they say is visible. No Django.

`readings` is what goes in, `clip_measures` compares the readers of one clip frame by frame, `pool`
does that for many clips, `reliability` has the coefficients of agreement on what is visible,
`figures` sums up with intervals by subject, `table` keeps every frame, and `consensus` makes one
mask of several. What counts as agreement, and as having looked, is in docs/agreement.md.
"""

from .clip_measures import ClipMeasures, measure_clip
from .consensus import BLENDS, Blended, blend_masks
from .figures import agreement_figures, breakdown, pair_figures
from .pool import measure_clips
from .readings import ClipReadings, Reading
from .table import FRAME_ROW, STATES, FrameTable, disagreements, pack_table, unpack_table

__all__ = [
    "BLENDS",
    "FRAME_ROW",
    "STATES",
    "Blended",
    "ClipMeasures",
    "ClipReadings",
    "FrameTable",
    "Reading",
    "agreement_figures",
    "blend_masks",
    "breakdown",
    "disagreements",
    "measure_clip",
    "measure_clips",
    "pack_table",
    "pair_figures",
    "unpack_table",
]
