"""Our own recipe: a normalised U-Net, soft labels, a full cosine and anatomy-like variety."""

from training.augment import (
    Attenuation,
    Blur,
    BrightnessContrast,
    Elastic,
    Flip,
    Gamma,
    GaussianShadow,
    JpegCompression,
    MarkerDot,
    Rotation,
    ScaleShift,
    Speckle,
)
from training.recipes.recipe import Recipe

FASCICLE = Recipe(
    name="fascicle",
    title="Fascicle",
    description=(
        "Five-level U-Net of two million parameters with batch normalisation; the input follows "
        "the images' aspect at about 128x128 pixels; each structure is told from background on "
        "its own, in shares of pixels. Long schedule: at least 6,000 steps."
    ),
    source=(
        "Network after O. Ronneberger et al., MICCAI 2015, at a quarter of its widths; Dice with "
        "cross-entropy and the plan from the data after F. Isensee et al., nnU-Net, Nat. Methods "
        "18, 2021; I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR 2019"
    ),
    height=96,
    width=192,
    plan_pixels=128 * 128,
    network="transposed-unet",
    filters=(16, 32, 64, 128, 256),
    batch_norm=True,
    norm_momentum=0.98,
    label_detail=2,
    normalisation="zscore",
    loss="dice+binary-cross-entropy",
    optimiser="adamw",
    background_bias=3.0,
    learning_rate=1e-3,
    weight_decay=1e-3,
    clip_norm=1.0,
    schedule="cosine",
    warm_up_epochs=2.0,
    epochs=110,
    batch_size=8,
    precision="bfloat16-where-native",
    ema=0.998,
    is_calibrated=True,
    augmentations=(
        # arteries lie on either side in the images of both legs and arms
        Flip(probability=0.5),
        Rotation(probability=1.0, maximum_degrees=20.0, sigma_degrees=7.0),
        ScaleShift(probability=1.0, scale_sigma=0.12, shift_share=0.08, anisotropy_sigma=0.08),
        Elastic(probability=0.35, sigma_share=0.025, grid=5, columns=9),
        Gamma(probability=0.7, sigma=0.35),
        BrightnessContrast(probability=0.5),
        GaussianShadow(probability=0.3),
        Attenuation(probability=0.25),
        Blur(probability=0.2),
        Speckle(probability=0.25),
        MarkerDot(probability=0.2),
        JpegCompression(probability=0.2),
    ),
)
