"""The same networks and losses under a second Keras backend, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from training import recipes
from training.fit.losses import loss_function
from training.networks import build_network

CHANNELS = 3
# OpenVINO is installed with Fascicle; it multiplies in bfloat16 where the processor does
BACKEND = "openvino"
TOLERANCE = 0.05
_SCRIPT = """
import json, sys
from dataclasses import replace
from pathlib import Path
import keras
import numpy as np
from training import recipes
from training.fit.losses import loss_function
from training.networks import build_network

folder = Path(sys.argv[1])
frames, labels = np.load(folder / "frames.npy"), np.load(folder / "labels.npy")
answers = {}
for name in json.loads(sys.argv[2]):
    recipe = replace(recipes.get(name), height=16, width=32, filters=(2, 4))
    network = build_network(recipe, 3)
    with np.load(folder / f"{name}.npz") as weights:
        network.set_weights([weights[str(number)] for number in range(len(weights.files))])
    answers[name] = np.asarray(network.predict_on_batch(frames)).tolist()
loss = float(keras.ops.convert_to_numpy(
    loss_function("dice+binary-cross-entropy", 3, 0.5)(
        keras.ops.convert_to_tensor(labels), keras.ops.convert_to_tensor(np.load(folder / "p.npy"))
    )
))
print(json.dumps({"backend": keras.backend.backend(), "answers": answers, "loss": loss}))
"""


@pytest.fixture(scope="module")
def one_recipe_a_network() -> list[str]:
    by_network = {recipes.get(name).network: name for name in recipes.names()}
    return sorted(by_network.values())


def test_networks_and_losses_answer_alike_under_another_backend(
    one_recipe_a_network: list[str], tmp_path: Path
) -> None:
    keras.utils.set_random_seed(6)
    rng = np.random.default_rng(6)
    frames = rng.normal(size=(1, 16, 32, 1)).astype(np.float32)
    labels = rng.integers(0, CHANNELS, (1, 32, 64)).astype(np.uint8)
    odds = np.exp(rng.normal(size=(1, 16, 32, CHANNELS))).astype(np.float32)
    answers = odds / odds.sum(axis=-1, keepdims=True)
    for stem, array in (("frames", frames), ("labels", labels), ("p", answers)):
        np.save(tmp_path / f"{stem}.npy", array)
    expected: dict[str, NDArray[np.float32]] = {}
    for name in one_recipe_a_network:
        small = replace(recipes.get(name), height=16, width=32, filters=(2, 4))
        network = build_network(small, CHANNELS)
        weights = {str(n): each for n, each in enumerate(network.get_weights())}
        np.savez(tmp_path / f"{name}.npz", allow_pickle=False, **weights)
        expected[name] = np.asarray(network.predict_on_batch(frames))
        # the golden answers are made by calling the network, runtimes are served a graph
        called = np.asarray(network(frames, training=False))
        np.testing.assert_allclose(called, expected[name], atol=1e-5, err_msg=name)

    said = _run(tmp_path, one_recipe_a_network)
    assert said["backend"] == BACKEND
    for name, answer in expected.items():
        np.testing.assert_allclose(said["answers"][name], answer, atol=TOLERANCE, err_msg=name)
    loss = float(loss_function("dice+binary-cross-entropy", CHANNELS, 0.5)(labels, answers))
    assert said["loss"] == pytest.approx(loss, rel=1e-3)


def _run(folder: Path, names: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(folder), json.dumps(names)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "KERAS_BACKEND": BACKEND, "KERAS_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said
