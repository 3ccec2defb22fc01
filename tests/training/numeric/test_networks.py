from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training import recipes
from training.datasets import BadInputError
from training.networks import build_network


def test_the_smistad_network_has_the_parameters_of_the_paper() -> None:
    network = build_network(recipes.get("smistad-axillary"), channels=6)
    assert network.count_params() == 1_966_366
    assert network.input_shape == (None, 256, 256, 1)
    assert network.output_shape == (None, 256, 256, 6)


def test_the_small_network_has_about_half_a_million_parameters() -> None:
    assert (
        450_000 < build_network(recipes.get("smistad-small"), channels=6).count_params() < 550_000
    )


@pytest.mark.parametrize("channels", [2, 7])
def test_the_output_is_a_probability_at_every_pixel(channels: int) -> None:
    network = build_network(recipes.get("tiny"), channels)
    batch = np.random.default_rng(0).normal(size=(2, 64, 64, 1)).astype(np.float32)
    output = np.asarray(network(batch))
    assert output.shape == (2, 64, 64, channels)
    assert output.dtype == np.float32
    np.testing.assert_allclose(output.sum(axis=-1), 1.0, atol=1e-5)


def test_a_size_that_cannot_be_halved_often_enough_is_refused() -> None:
    with pytest.raises(BadInputError, match="divisible by 4, not 64x66"):
        build_network(replace(recipes.get("tiny"), height=66), 2)


def test_every_recipe_has_a_name_a_source_and_figures_one_can_start_with() -> None:
    for name in recipes.names():
        recipe = recipes.get(name)
        assert recipe.name == name
        assert all((recipe.title, recipe.description, recipe.source))
        assert recipe.epochs > 0
        assert recipe.batch_size > 0


def test_an_unknown_recipe_lists_the_known_ones() -> None:
    with pytest.raises(BadInputError, match=r"smistad-axillary, smistad-femoral, smistad-small"):
        recipes.get("smistad")
