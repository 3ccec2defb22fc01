"""The axillary system of Smistad et al., as published."""

from training.augment import DepthCut, Elastic, Gamma, GaussianShadow, JpegCompression, Rotation
from training.recipes.recipe import Recipe

SMISTAD_AXILLARY = Recipe(
    name="smistad-axillary",
    title="Smistad et al., axillary",
    description=(
        "Six-level U-Net of about two million parameters at 256x256 with Dice loss; made for "
        "vessel, bone, musculocutaneous, median and ulnar nerve."
    ),
    source=(
        "E. Smistad et al., Highlighting nerves and blood vessels for ultrasound-guided axillary "
        "nerve block procedures using neural networks, J. Med. Imaging 5(4) 2018, and the "
        "real-time systems built on it"
    ),
    height=256,
    width=256,
    filters=(8, 16, 32, 64, 128, 256),
    fit="crop",
    batch_norm=False,
    normalisation="unit",
    loss="dice",
    optimiser="adam",
    # Adam's usual 1e-3 is too much for Dice loss alone without normalisation: on structures of two
    # in a hundred pixels the network answered background everywhere after one epoch, for good
    learning_rate=1e-4,
    schedule="constant",
    epochs=150,
    batch_size=16,
    augmentations=(
        Rotation(probability=0.5, maximum_degrees=10.0),
        DepthCut(probability=0.3, maximum_share=0.3),
        Elastic(probability=0.3, sigma_share=0.03),
        Gamma(probability=0.5, sigma=0.35),
        GaussianShadow(probability=0.5),
        JpegCompression(probability=0.3),
    ),
)
