"""What was done before networks, for the comparison tables: edges, superpixels with texture.

Needs the extra `classical` (scikit-image, scikit-learn), which is imported by the methods that use
it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from training.classical.edges import learn_edges
from training.classical.segmenter import Segmenter
from training.classical.superpixels import learn_superpixels
from training.fit.feed import PlacedSet

Learner = Callable[[PlacedSet, int, int], Segmenter]

METHODS: dict[str, Learner] = {
    "edges": learn_edges,
    "slic-svm": partial(learn_superpixels, classifier="svm"),
    "slic-gaussian-process": partial(learn_superpixels, classifier="gaussian-process"),
}

__all__ = ["METHODS", "Learner", "Segmenter"]
