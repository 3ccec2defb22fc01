"""Starts a network with the weights of a model file, wherever they fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from inference.engine.errors import ModelFileError
from inference.engine.modelfile import read_spec
from training.datasets.pairs import ClassMap
from training.datasets.problem import BadInputError

HEAD = "structures"


class Taken(NamedTuple):
    """How many of a network's layers with weights began with those of another."""

    layers: int
    of: int


def start_from(model: Any, path: Path, class_map: ClassMap) -> Taken:
    """Copy a model file's weights into the network; says how many layers took them.

    Layers are matched by name, or one by one where both networks have equally many. The output
    takes the channels of structures that both name; others stay as they were initialised. Raises
    BadInputError where not a single layer fits, ModelFileError for a file that is no model.
    """
    import keras  # noqa: PLC0415 - brings its backend along

    spec = read_spec(path)
    try:
        source = keras.models.load_model(path, compile=False)
    # a damaged archive ends in whatever its reader stumbles over
    except Exception as damage:
        raise ModelFileError(f"{path.name} cannot be loaded: {damage}.") from damage
    ours = [layer for layer in model.layers if layer.weights and layer.name != HEAD]
    theirs = [layer for layer in source.layers if layer.weights and layer.name != HEAD]
    named = {layer.name: layer for layer in theirs}
    if len(ours) == len(theirs):
        pairs = list(zip(ours, theirs, strict=True))
    else:
        pairs = [(layer, named[layer.name]) for layer in ours if layer.name in named]
    taken = 0
    for layer, origin in pairs:
        shapes = [tuple(each.shape) for each in layer.weights]
        if shapes == [tuple(each.shape) for each in origin.weights]:
            layer.set_weights(origin.get_weights())
            taken += 1
    if not taken:
        raise BadInputError(
            f"No layer of {path.name} (recipe {spec.recipe}) fits this recipe's network; "
            "start from a model of the same network."
        )
    _take_head(model.get_layer(HEAD), source.get_layer(HEAD), spec.codes, class_map.codes)
    return Taken(taken, len(ours))


def _take_head(
    layer: Any, origin: Any, their_codes: tuple[str, ...], our_codes: tuple[str, ...]
) -> None:
    kernel, bias = (np.array(each) for each in layer.get_weights())
    their_kernel, their_bias = origin.get_weights()
    if kernel.shape[:3] != their_kernel.shape[:3]:
        return
    # channel 0 is the background of both
    for channel, code in enumerate(("", *our_codes)):
        if code in ("", *their_codes):
            origin_channel = ("", *their_codes).index(code)
            kernel[..., channel] = their_kernel[..., origin_channel]
            bias[channel] = their_bias[origin_channel]
    layer.set_weights([kernel, bias])
