"""From a grey frame to named regions, without Django.

The rooms, in the order a frame walks through them: `preprocess` (frame -> network input),
`runtime` (input -> probabilities), `engine` (probabilities -> label map in the frame's own pixels),
`regions` (label map -> contours and anchors). `modelfile` says what a model expects and names;
`labelfile` writes label maps as palette PNGs. Importing this package costs NumPy and OpenCV;
TensorFlow comes with the first model that is loaded.
"""

from inference.engine.engine import Engine, Segmentation
from inference.engine.errors import EngineError, ModelFileError, RuntimeRefusedError
from inference.engine.modelfile import ModelClass, ModelSpec, read_spec
from inference.engine.preprocess import Placement, Preprocessing
from inference.engine.regions import Region, find_regions, minimum_region_area

__all__ = [
    "Engine",
    "EngineError",
    "ModelClass",
    "ModelFileError",
    "ModelSpec",
    "Placement",
    "Preprocessing",
    "Region",
    "RuntimeRefusedError",
    "Segmentation",
    "find_regions",
    "minimum_region_area",
    "read_spec",
]
