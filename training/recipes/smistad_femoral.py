"""The femoral system of Smistad et al.: the axillary design on femoral nerve, vessels and bone."""

from dataclasses import replace

from training.recipes.smistad_axillary import SMISTAD_AXILLARY

SMISTAD_FEMORAL = replace(
    SMISTAD_AXILLARY,
    name="smistad-femoral",
    title="Smistad et al., femoral",
    description=(
        "The same six-level U-Net, loss and augmentation as the axillary recipe; made for "
        "femoral nerve, blood vessel and bone (four output channels)."
    ),
    source=(
        "E. Smistad et al., Automatic segmentation and probe guidance for real-time assistance "
        "of ultrasound-guided femoral nerve blocks, Ultrasound Med. Biol. 43(1) 2017, with the "
        "network of the axillary system"
    ),
)
