"""A network that trains in a second: for tests and for trying the machinery, not for use."""

from training.augment import Gamma, Rotation
from training.recipes.recipe import Recipe

TINY = Recipe(
    name="tiny",
    title="Tiny (for trying things out)",
    description="Three levels at 64x64: shows that a set-up works, in seconds. Not for use.",
    source="For tests",
    height=64,
    width=64,
    filters=(8, 16, 32),
    batch_norm=True,
    normalisation="zscore",
    loss="dice+cross-entropy",
    optimiser="adamw",
    background_bias=2.0,
    learning_rate=1e-2,
    weight_decay=1e-4,
    schedule="cosine",
    warm_up_epochs=0.0,
    epochs=10,
    batch_size=4,
    augmentations=(
        Rotation(probability=0.5, maximum_degrees=10.0),
        Gamma(probability=0.5, sigma=0.3),
    ),
)
