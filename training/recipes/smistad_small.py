"""A quarter of Smistad et al.'s network with a modern schedule: minutes on two processor cores."""

from training.augment import (
    DepthCut,
    Elastic,
    Flip,
    Gamma,
    GaussianShadow,
    JpegCompression,
    Rotation,
    ScaleShift,
)
from training.recipes.recipe import Recipe

SMISTAD_SMALL = Recipe(
    name="smistad-small",
    title="Small and quick",
    description=(
        "The same design with half the filters (about half a million parameters), batch "
        "normalisation and 128x128 input; for first models and machines without a GPU."
    ),
    source="The design of Smistad et al. 2018; Dice with cross-entropy, AdamW and a full cosine",
    height=128,
    width=128,
    filters=(4, 8, 16, 32, 64, 128),
    batch_norm=True,
    normalisation="zscore",
    loss="dice+cross-entropy",
    optimiser="adamw",
    background_bias=3.0,
    learning_rate=8e-3,
    weight_decay=1e-3,
    schedule="cosine",
    warm_up_epochs=1.0,
    epochs=60,
    batch_size=8,
    augmentations=(
        # arteries lie on either side in the images of both legs and arms
        Flip(probability=0.5),
        Rotation(probability=0.5, maximum_degrees=10.0),
        ScaleShift(probability=0.5, scale_sigma=0.12, shift_share=0.08),
        DepthCut(probability=0.2, maximum_share=0.25),
        Elastic(probability=0.3, sigma_share=0.025),
        Gamma(probability=0.6, sigma=0.35),
        GaussianShadow(probability=0.3),
        JpegCompression(probability=0.2),
    ),
)
