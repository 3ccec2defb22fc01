"""From a grey frame to named regions, without Django.

The rooms, in the order a frame walks through them: `preprocess` (frame -> network input),
`runtimes` (input -> probabilities), `engine` (probabilities -> label map in the frame's pixels),
`regions` (label map -> contours and anchors), `temporal` (steady over time, for live). `modelfile`
says what a model expects and names; `conversion` brings it into the runtimes' formats, `bundle`
keeps those, `golden` and `choose` decide which runtime serves. `labelfile` writes label maps as
palette PNGs. Importing this package costs NumPy and OpenCV; a runtime comes with the first model
that is loaded, and TensorFlow only where nothing else can serve.
"""

from inference.engine.doubt import Doubt
from inference.engine.engine import Engine, Segmentation, Sight, presence_thresholds
from inference.engine.errors import (
    ConversionError,
    EngineError,
    ModelFileError,
    RuntimeRefusedError,
    RuntimeUnavailableError,
)
from inference.engine.modelfile import ModelClass, ModelSpec, read_spec
from inference.engine.preprocess import Placement, Preprocessing
from inference.engine.regions import Region, find_regions, minimum_region_area
from inference.engine.runtimes import RUNTIME_NAMES
from inference.engine.temporal import Hysteresis, LiveSight, TemporalFilter

__all__ = [
    "RUNTIME_NAMES",
    "ConversionError",
    "Doubt",
    "Engine",
    "EngineError",
    "Hysteresis",
    "LiveSight",
    "ModelClass",
    "ModelFileError",
    "ModelSpec",
    "Placement",
    "Preprocessing",
    "Region",
    "RuntimeRefusedError",
    "RuntimeUnavailableError",
    "Segmentation",
    "Sight",
    "TemporalFilter",
    "find_regions",
    "minimum_region_area",
    "presence_thresholds",
    "read_spec",
]
