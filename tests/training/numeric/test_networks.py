from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training import recipes
from training.datasets import BadInputError
from training.fit.losses import against_background, loss_function, mean_weight, shares
from training.networks import build_network
from training.recipes.shape_plan import planned_size


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


@pytest.mark.parametrize("name", recipes.names())
def test_every_network_answers_at_its_own_size_within_two_million_parameters(name: str) -> None:
    recipe = recipes.get(name)
    assert build_network(recipe, 2).count_params() < 2_150_000
    small = replace(recipe, height=32, width=64, filters=(2, 4, 6))
    output = np.asarray(build_network(small, 3)(np.zeros((1, 32, 64, 1), np.float32)))
    assert output.shape == (1, 32, 64, 3)
    np.testing.assert_allclose(output.sum(axis=-1), 1.0, atol=1e-5)


def test_the_input_follows_the_aspect_of_the_images_at_about_the_same_cost() -> None:
    assert planned_size(514 / 270, 128 * 128, 32) == (96, 192)
    assert planned_size(512 / 534, 128 * 128, 32) == (128, 128)
    assert planned_size(4 / 3, 128 * 128, 32) == (96, 160)


def test_the_sum_of_sigmoids_is_what_a_single_structure_s_softmax_says() -> None:
    logits = np.random.default_rng(1).normal(size=(2, 8, 8, 2)).astype(np.float32)
    odds = np.exp(logits)
    softmax = odds / odds.sum(axis=-1, keepdims=True)
    sigmoid = 1.0 / (1.0 + np.exp(logits[..., 0] - logits[..., 1]))
    alone = np.asarray(against_background(softmax))
    np.testing.assert_allclose(alone[..., 0], sigmoid, atol=1e-6)


@pytest.mark.parametrize(
    "loss", ["dice", "dice+cross-entropy", "binary-cross-entropy", "dice+binary-cross-entropy"]
)
def test_finer_labels_count_by_their_share_of_a_pixel(loss: recipes.recipe.Loss) -> None:
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 3, (2, 8, 8)).astype(np.uint8)
    odds = np.exp(rng.normal(size=(2, 8, 8, 3))).astype(np.float32)
    answers = odds / odds.sum(axis=-1, keepdims=True)
    finer = labels.repeat(2, axis=1).repeat(2, axis=2)
    expected = float(loss_function(loss, 3)(labels, answers))
    assert float(loss_function(loss, 3)(finer, answers)) == pytest.approx(expected, rel=1e-5)

    finer[0, 0, 0] = 1
    finer[0, 0, 1], finer[0, 1, :2] = 2, 0
    np.testing.assert_allclose(np.asarray(shares(finer, 3, 2))[0, 0, 0], [0.5, 0.25, 0.25])


def test_empty_images_count_as_much_as_they_are_told_to() -> None:
    labels = np.zeros((2, 8, 8), np.uint8)
    labels[0, 2:5, 2:5] = 1
    answers = np.full((2, 8, 8, 2), 0.5, np.float32)
    both = [float(loss_function("dice", 2)(labels[n : n + 1], answers[n : n + 1])) for n in (0, 1)]
    assert float(loss_function("dice", 2)(labels, answers)) == pytest.approx(np.mean(both))
    for weight in (0.0, 0.1, 3.0):
        mean = mean_weight(labels, weight)
        weighted = float(loss_function("dice", 2, weight, mean)(labels, answers))
        assert weighted == pytest.approx((both[0] + weight * both[1]) / (1.0 + weight))
        # a batch of nothing but empty images weighs no more
        alone = float(loss_function("dice", 2, weight, mean)(labels[1:], answers[1:]))
        assert alone == pytest.approx(weight * both[1] / mean)
    soft = np.stack([labels * 90, np.zeros_like(labels)], axis=-1)
    assert mean_weight(soft, 0.5) == mean_weight(labels, 0.5) == 0.75


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
    with pytest.raises(BadInputError, match=r"fascicle, smistad-axillary, smistad-femoral"):
        recipes.get("smistad")
