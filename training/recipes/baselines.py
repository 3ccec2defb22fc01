"""The networks papers compare with, trained as `fascicle` is, so that only the network differs."""

from dataclasses import replace

from training.recipes.fascicle import FASCICLE

UNETPP = replace(
    FASCICLE,
    name="unetpp",
    title="U-Net++ (baseline)",
    description="U-Net++ with nested skips, trained exactly as the fascicle recipe; to compare.",
    source="Z. Zhou et al., UNet++, DLMIA 2018; training as the fascicle recipe",
    network="unetpp",
    filters=(16, 32, 64, 128, 192),
)

ATTENTION_UNET = replace(
    FASCICLE,
    name="attention-unet",
    title="Attention U-Net (baseline)",
    description="U-Net with gated skips, trained exactly as the fascicle recipe; to compare.",
    source="O. Oktay et al., Attention U-Net, MIDL 2018; training as the fascicle recipe",
    network="attention-unet",
)

PLAIN_CNN = replace(
    FASCICLE,
    name="plain-cnn",
    title="Plain encoder-decoder (baseline)",
    description="No skips at all, trained exactly as the fascicle recipe; to compare.",
    source="V. Badrinarayanan et al., SegNet, TPAMI 39(12) 2017; training as the fascicle recipe",
    network="plain-cnn",
)
