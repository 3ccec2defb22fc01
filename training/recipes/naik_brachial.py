"""The brachial plexus system of Naik et al.: U-Net with transposed convolutions, Dice loss."""

from training.augment import Flip, Rotation, ScaleShift, Shear
from training.recipes.recipe import Recipe

NAIK_BRACHIAL = Recipe(
    name="naik-brachial",
    title="Naik et al., brachial plexus",
    description=(
        "U-Net with transposed convolutions and Dice loss; flips, shift, shear, zoom and rotation."
    ),
    source=(
        "Naik et al., brachial plexus segmentation by U-Net with K-fold cross-validation; input "
        "size, widths and batch are ours where the source names none"
    ),
    height=256,
    width=256,
    network="transposed-unet",
    filters=(16, 32, 64, 128, 256),
    batch_norm=True,
    normalisation="unit",
    loss="dice",
    optimiser="adam",
    learning_rate=1e-3,
    schedule="constant",
    epochs=75,
    batch_size=16,
    augmentations=(
        Flip(probability=0.5),
        Rotation(probability=0.5, maximum_degrees=10.0),
        ScaleShift(probability=0.5, scale_sigma=0.05, shift_share=0.05),
        Shear(probability=0.5, maximum_share=0.05),
    ),
)
