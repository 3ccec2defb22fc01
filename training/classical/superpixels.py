"""Superpixels, each told by its texture: SLIC with a support vector machine or Gaussian process.

R. Achanta et al., SLIC superpixels, IEEE TPAMI 34(11), 2012; T. Ojala, M. Pietikainen, T. Maenpaa,
local binary patterns, IEEE TPAMI 24(7), 2002; C. Cortes, V. Vapnik, Mach. Learn. 20, 1995; C. E.
Rasmussen, C. Williams, Gaussian Processes for Machine Learning, MIT Press 2006.
"""

from __future__ import annotations

from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.engine.preprocess import Placement
from training.classical.segmenter import Segmenter
from training.datasets.problem import BadInputError
from training.fit.feed import PlacedSet

Classifier = Literal["svm", "gaussian-process"]

SUPERPIXELS = 300
_COMPACTNESS = 0.1
_PATTERN_POINTS, _PATTERN_RADIUS = 8, 2.0
_BACKGROUND_SHARE = 3  # superpixels of background learnt from, for each of a structure
# a Gaussian process takes the cube of the number of samples, an SVM about its square
_MOST_SAMPLES: dict[Classifier, int] = {"svm": 12_000, "gaussian-process": 2_000}
_NOISE_VARIANCE = 0.1


def learn_superpixels(
    placed: PlacedSet, channels: int, seed: int, *, classifier: Classifier
) -> Segmenter:
    """Learns the texture, grey values and place of each structure's superpixels.

    placed has labels of the pictures' own size. A superpixel belongs to the structure that most of
    its pixels belong to. Raises BadInputError where no superpixel belongs to any structure.
    """
    rng = np.random.default_rng([seed, channels])
    features: list[NDArray[np.float64]] = []
    answers: list[NDArray[np.intp]] = []
    for picture, labels, where in zip(placed.images, placed.labels, placed.placements, strict=True):
        segments = _segments(picture, where)
        owners = _owners(segments, labels[where.rows, where.columns], channels)
        chosen = _balanced(owners, rng)
        features.append(_described(picture, segments, where)[chosen])
        answers.append(owners[chosen])
    samples, owners = np.concatenate(features), np.concatenate(answers)
    if not owners.any():
        raise BadInputError("No superpixel belongs to a structure: the structures are too small.")
    kept = _thinned(owners, _MOST_SAMPLES[classifier], rng)
    model = _classifier(classifier, channels, seed).fit(samples[kept], owners[kept])

    def segment(picture: NDArray[np.uint8], where: Placement) -> NDArray[np.uint8]:
        segments = _segments(picture, where)
        found = model.predict(_described(picture, segments, where)).astype(np.uint8)
        labels = np.zeros(picture.shape, np.uint8)
        labels[where.rows, where.columns] = found[segments]
        return labels

    return segment


def _segments(picture: NDArray[np.uint8], where: Placement) -> NDArray[np.intp]:
    """Superpixels 0, 1, ... of the frame alone, (rows, columns) of the placement."""
    from skimage.segmentation import slic  # noqa: PLC0415

    frame = picture[where.rows, where.columns]
    found = slic(
        frame, n_segments=SUPERPIXELS, compactness=_COMPACTNESS, channel_axis=None, start_label=0
    )
    numbers = np.unique(found, return_inverse=True)[1].reshape(frame.shape)
    return np.asarray(numbers, np.intp)


def _owners(
    segments: NDArray[np.intp], labels: NDArray[np.uint8], channels: int
) -> NDArray[np.intp]:
    """The channel of most pixels of each superpixel, (superpixels,); both of the frame alone."""
    votes = np.bincount(
        (segments * channels + labels).ravel(), minlength=(int(segments.max()) + 1) * channels
    )
    return np.asarray(votes.reshape(-1, channels).argmax(axis=1), np.intp)


def _described(
    picture: NDArray[np.uint8], segments: NDArray[np.intp], where: Placement
) -> NDArray[np.float64]:
    """Features (superpixels, f): grey values, gradient, local binary patterns, place and size."""
    from skimage.feature import local_binary_pattern  # noqa: PLC0415

    frame = picture[where.rows, where.columns]
    grey = frame.astype(np.float64)
    grey = (grey - grey.mean()) / max(float(grey.std()), 1.0)
    across, down = (cv2.Sobel(grey, cv2.CV_64F, *order, ksize=3) for order in ((1, 0), (0, 1)))
    wide = cv2.GaussianBlur(grey, (0, 0), frame.shape[0] / 12)
    y, x = np.mgrid[: frame.shape[0], : frame.shape[1]]
    planes = [grey, grey**2, np.hypot(across, down), wide]
    planes += [x / frame.shape[1], y / frame.shape[0]]
    patterns = local_binary_pattern(frame, _PATTERN_POINTS, _PATTERN_RADIUS, method="uniform")
    planes += [patterns == kind for kind in range(_PATTERN_POINTS + 2)]

    flat = segments.ravel()
    size = np.bincount(flat).astype(np.float64)
    means = np.stack(
        [np.bincount(flat, np.asarray(plane, np.float64).ravel()) / size for plane in planes],
        axis=1,
    )
    means[:, 1] = np.sqrt(np.maximum(means[:, 1] - means[:, 0] ** 2, 0.0))
    return np.concatenate([means, np.sqrt(size / frame.size)[:, None]], axis=1)


def _balanced(owners: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """All superpixels of structures and a few times as many of the background."""
    structures, background = np.flatnonzero(owners), np.flatnonzero(owners == 0)
    count = min(len(background), _BACKGROUND_SHARE * max(1, len(structures)))
    return np.concatenate([structures, rng.choice(background, count, replace=False)])


def _thinned(owners: NDArray[np.intp], most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """At most so many samples, drawn evenly."""
    if len(owners) <= most:
        return np.arange(len(owners))
    return np.sort(rng.choice(len(owners), most, replace=False))


def _classifier(kind: Classifier, channels: int, seed: int) -> Any:
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415
    from sklearn.svm import SVC  # noqa: PLC0415

    if kind == "svm":
        return make_pipeline(StandardScaler(), SVC(C=10.0, gamma="scale", random_state=seed))
    return _GaussianProcess(channels)


class _GaussianProcess:
    """Least-squares classification: a Gaussian process regresses each channel's 0 and 1.

    Section 6.5 of Rasmussen and Williams; the Laplace approximation took a hundred times as long.
    """

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._process: Any = None

    def fit(self, samples: NDArray[np.float64], owners: NDArray[np.intp]) -> _GaussianProcess:
        from sklearn.gaussian_process import GaussianProcessRegressor  # noqa: PLC0415
        from sklearn.gaussian_process.kernels import RBF  # noqa: PLC0415
        from sklearn.pipeline import make_pipeline  # noqa: PLC0415
        from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

        # a length scale of the root of the number of features is what SVC's "scale" comes to
        kernel = RBF(length_scale=float(np.sqrt(samples.shape[1])))
        process = GaussianProcessRegressor(
            kernel, alpha=_NOISE_VARIANCE, optimizer=None, normalize_y=True
        )
        self._process = make_pipeline(StandardScaler(), process)
        self._process.fit(samples, np.eye(self._channels)[owners])
        return self

    def predict(self, samples: NDArray[np.float64]) -> NDArray[np.intp]:
        return np.asarray(self._process.predict(samples).argmax(axis=1), np.intp)
