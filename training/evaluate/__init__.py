"""The figures of a paper's table: detection, overlap, surface distance, with intervals by group.

`scores` measures one image, `report` sums up many, `folds` compares the folds of a run; what is
measured of masks is in `annotation.measures`. NumPy, SciPy and OpenCV only.
"""

from training.evaluate.report import Evaluation, evaluate_images, evaluation_from_json
from training.evaluate.scores import ImageScore, StructureScore, score_image

__all__ = [
    "Evaluation",
    "ImageScore",
    "StructureScore",
    "evaluate_images",
    "evaluation_from_json",
    "score_image",
]
