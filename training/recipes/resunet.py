"""Optimised residual U-Net: denoising, contrast, dense atrous and multi-kernel pooling bottom."""

from training.augment import Flip, Rotation
from training.recipes.recipe import Recipe

RESUNET = Recipe(
    name="resunet",
    title="Residual U-Net",
    description=(
        "Residual U-Net with a dense atrous and multi-kernel pooling bottom; median and Gaussian "
        "denoising and contrast enhancement before the network; Dice loss, Adam, 50 epochs."
    ),
    source=(
        "Z. Zhang et al., deep residual U-Net, IEEE GRSL 15(5) 2018, with the bottom of Z. Gu et "
        "al., CE-Net, IEEE TMI 38(10) 2019; schedule of the optimised residual U-Net for nerves"
    ),
    height=256,
    width=256,
    network="resunet",
    filters=(16, 32, 64, 128, 192),
    batch_norm=True,
    normalisation="unit",
    steps=("median", "gaussian", "clahe"),
    loss="dice",
    optimiser="adam",
    learning_rate=1e-3,
    schedule="constant",
    epochs=50,
    batch_size=16,
    augmentations=(
        Flip(probability=0.5),
        Rotation(probability=0.5, maximum_degrees=10.0),
    ),
)
