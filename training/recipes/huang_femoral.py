"""The femoral system of Huang et al., as published."""

from training.recipes.recipe import Recipe

HUANG_FEMORAL = Recipe(
    name="huang-femoral",
    title="Huang et al., femoral",
    description=(
        "Simplified U-Net with a sigmoid at 256x256, cross-entropy and Adam, no augmentation and "
        "no early stopping; made for the femoral nerve block region."
    ),
    source=(
        "C. Huang et al., Applying deep learning in recognizing the femoral nerve block region on "
        "ultrasound images, Ann. Transl. Med. 7(18):453, 2019; the widths are a quarter of "
        "Ronneberger's U-Net"
    ),
    height=256,
    width=256,
    network="transposed-unet",
    filters=(16, 32, 64, 128, 256),
    batch_norm=False,
    normalisation="unit",
    loss="binary-cross-entropy",
    optimiser="adam",
    learning_rate=1e-3,
    schedule="constant",
    epochs=75,
    batch_size=32,
    augmentations=(),
)
