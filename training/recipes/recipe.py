"""The shape of a recipe. A recipe is data: everything that decides a model, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from inference.engine.preprocess import FitMode, Normalisation, Preprocessing
from training.augment.pipeline import Augmentation

Loss = Literal["dice", "dice+cross-entropy"]
Optimiser = Literal["adam", "adamw"]
Schedule = Literal["constant", "cosine"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train one kind of model.

    filters: convolution widths per level from the top. background_bias: the background's logit at
    the start. learning_rate is the peak; the schedule "cosine" warms up over warm_up_epochs and
    falls to zero at the last step. clip_norm bounds the gradient's global norm. source says where
    the design comes from.
    """

    name: str
    title: str
    description: str
    source: str
    height: int
    width: int
    filters: tuple[int, ...]
    batch_norm: bool
    normalisation: Normalisation
    loss: Loss
    optimiser: Optimiser
    learning_rate: float
    schedule: Schedule
    epochs: int
    batch_size: int
    augmentations: tuple[Augmentation, ...]
    fit: FitMode = "pad"
    background_bias: float = 0.0
    weight_decay: float = 0.0
    warm_up_epochs: float = 0.0
    clip_norm: float = 1.0
    seed: int = 0

    @property
    def preprocessing(self) -> Preprocessing:
        return Preprocessing(self.height, self.width, self.normalisation, self.fit)
