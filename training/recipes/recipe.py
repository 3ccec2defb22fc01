"""The shape of a recipe. A recipe is data: everything that decides a model, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from inference.engine.preprocess import FitMode, Normalisation, Preprocessing, Step
from training.augment.geometry import Flip
from training.augment.pipeline import Augmentation

Loss = Literal["dice", "dice+cross-entropy", "binary-cross-entropy", "dice+binary-cross-entropy"]
Network = Literal["unet", "transposed-unet", "resunet", "unetpp", "attention-unet", "plain-cnn"]
Precision = Literal["float32", "bfloat16-where-native"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
Optimiser = Literal["adam", "adamw"]
Schedule = Literal["constant", "cosine"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train one kind of model.

    network: which of `training.networks`. filters: its convolution widths per level from the top.
    steps: preprocessing after resizing, which the model file carries. plan_pixels: where given,
    height and width are chosen from the images' median aspect with about so many pixels
    (`training.recipes.shape_plan`). precision: of the arithmetic, weights are always float32.
    ema: momentum of the moving average of weights kept beside them, None for none.
    norm_momentum: of the statistics of batch normalisation; they are means over about
    1 / (1 - momentum) steps. label_detail: labels are kept and moved at so many times the network's
    size down and across, and averaged into shares of its pixels last: soft labels without smearing.
    empty_weight: weight of the loss of images without any structure. is_calibrated: temperature
    from the held-out images, and structures that the masks always show in one piece are kept in
    one piece. background_bias: the background's logit at
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
    network: Network = "unet"
    steps: tuple[Step, ...] = ()
    plan_pixels: int | None = None
    precision: Precision = "float32"
    ema: float | None = None
    norm_momentum: float = 0.9
    label_detail: int = 1
    empty_weight: float = 1.0
    is_calibrated: bool = False
    fit: FitMode = "pad"
    background_bias: float = 0.0
    weight_decay: float = 0.0
    warm_up_epochs: float = 0.0
    clip_norm: float = 1.0
    seed: int = 0

    @property
    def preprocessing(self) -> Preprocessing:
        return Preprocessing(self.height, self.width, self.normalisation, self.fit, self.steps)

    @property
    def is_trained_with_flips(self) -> bool:
        """Whether mirrored frames are as familiar to the model as frames are."""
        return any(isinstance(each, Flip) for each in self.augmentations)
