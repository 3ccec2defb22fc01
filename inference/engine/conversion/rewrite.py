"""An exact rewrite of a U-Net's decoder and of its normalisations, for speed.

Two identities, both independent of the input:

- upsampling by repetition, concatenation with the skip and a 3x3 convolution equal a 4x4 transposed
  convolution of stride 2 on the deep branch (its kernel sums the 3x3 taps that fall on the same
  source pixel) plus a 3x3 convolution of the skip. Nothing is upsampled or copied any more, and
  Keras' `UpSampling2D` never reaches an export as the Tile and Reshape it would become.
- a batch normalisation behind a convolution is a scaling of its kernel and another bias.

Keras is imported by calling, never by importing this module.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Kernel = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Node:
    """One layer of a functional model: its name, its kind, and the layers it reads."""

    name: str
    kind: str
    sources: tuple[str, ...]


def upsampled_kernel(kernel: Kernel) -> Kernel:
    """The 4x4 kernel that, transposed with stride 2, acts as a 3x3 one behind 2x2 repetition.

    kernel: (3, 3, in, out); returns (4, 4, out, in) as a Keras Conv2DTranspose holds it. Along one
    axis an even output pixel 2i sees source i-1 by tap 0 and source i by taps 1 and 2; an odd one
    sees i by taps 0 and 1 and i+1 by tap 2.
    """
    spread = np.array([[0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]], np.float32)
    taps = np.einsum("ra,sb,abio->rsoi", spread, spread, kernel.astype(np.float32))
    return np.asarray(taps, np.float32)


def rewritten(model: Any) -> Any | None:
    """The same network in fewer and cheaper steps, or None where it is not built that way.

    model: a functional `keras.Model` of one input and one output. Layers it does not know are taken
    over as they are.
    """
    nodes = _nodes(model)
    if nodes is None:
        return None
    return _Rewriter(model, nodes).build()


def _nodes(model: Any) -> list[_Node] | None:
    """The graph from the model's own description; None where layers are shared or unusual."""
    described = model.get_config()
    if "input_layers" not in described or len(model.inputs) != 1 or len(model.outputs) != 1:
        return None
    nodes = []
    for layer in described["layers"]:
        calls = layer["inbound_nodes"]
        if len(calls) > 1 or (calls and calls[0]["kwargs"].get("mask") is not None):
            return None
        sources = tuple(_sources(calls[0]["args"])) if calls else ()
        nodes.append(_Node(layer["name"], layer["class_name"], sources))
    return nodes


def _sources(arguments: Any) -> list[str]:
    if isinstance(arguments, dict) and arguments.get("class_name") == "__keras_tensor__":
        return [str(arguments["config"]["keras_history"][0])]
    if isinstance(arguments, list | tuple):
        return [name for each in arguments for name in _sources(each)]
    return []


class _Rewriter:
    def __init__(self, model: Any, nodes: list[_Node]) -> None:
        self._model = model
        self._nodes = {node.name: node for node in nodes}
        self._readers = Counter(source for node in nodes for source in node.sources)
        self._reader = {source: node for node in nodes for source in node.sources}
        self._tensors: dict[str, Any] = {}

    def build(self) -> Any:
        from keras import Input, Model  # noqa: PLC0415

        picture = Input(tuple(self._model.inputs[0].shape[1:]), name="frame")
        for node in self._nodes.values():
            self._tensors[node.name] = picture if not node.sources else self._applied(node)
        last = self._model.outputs[0]
        output = next(
            name for name in reversed(self._nodes) if self._model.get_layer(name).output is last
        )
        return Model(picture, self._tensors[output], name="rewritten")

    def _applied(self, node: _Node) -> Any:
        inputs = [self._tensors[source] for source in node.sources]
        if self._is_repeat(node) or self._is_join(node):
            return None  # taken up by the convolution that reads it
        if node.kind == "Conv2D":
            return self._convolved(node)
        if node.kind == "BatchNormalization" and self._folds(self._nodes[node.sources[0]]):
            return inputs[0]
        layer = self._model.get_layer(node.name)
        return layer(inputs if len(inputs) > 1 else inputs[0])

    def _convolved(self, node: _Node) -> Any:
        from keras import layers  # noqa: PLC0415

        layer = self._model.get_layer(node.name)
        kernel, bias = self._weights(node)
        join = self._nodes[node.sources[0]]
        if self._is_join(join):
            deep, skip, split = self._branches(join, kernel)
            filters = kernel.shape[-1]
            # the layers' own weights come after building; the bias goes with the deep branch
            up = layers.Conv2DTranspose(filters, 4, strides=2, padding="same", dtype="float32")
            side = layers.Conv2D(filters, 3, padding="same", use_bias=False, dtype="float32")
            result = layers.Add(dtype="float32")([up(deep), side(skip)])
            up.set_weights([upsampled_kernel(split[0]), bias])
            side.set_weights([split[1]])
        else:
            plain = layers.Conv2D(
                kernel.shape[-1],
                kernel.shape[:2],
                strides=layer.strides,
                padding=layer.padding,
                dilation_rate=layer.dilation_rate,
                groups=layer.groups,
                dtype="float32",
            )
            result = plain(self._tensors[node.sources[0]])
            plain.set_weights([kernel, bias])
        function = layer.get_config()["activation"]
        if function == "linear":
            return result
        return layers.Activation(function, dtype="float32")(result)

    def _weights(self, node: _Node) -> tuple[Kernel, NDArray[np.float32]]:
        """Kernel (kh, kw, in, out) and bias (out,), a following normalisation folded in."""
        layer = self._model.get_layer(node.name)
        weights = [np.asarray(each, np.float64) for each in layer.get_weights()]
        kernel = weights[0]
        bias = weights[1] if layer.use_bias else np.zeros(kernel.shape[-1])
        if self._folds(node):
            norm = self._model.get_layer(self._reader[node.name].name)
            scale = 1.0 / np.sqrt(np.asarray(norm.moving_variance, np.float64) + norm.epsilon)
            if norm.scale:
                scale = scale * np.asarray(norm.gamma, np.float64)
            bias = (bias - np.asarray(norm.moving_mean, np.float64)) * scale
            if norm.center:
                bias = bias + np.asarray(norm.beta, np.float64)
            kernel = kernel * scale
        return kernel.astype(np.float32), bias.astype(np.float32)

    def _branches(self, join: _Node, kernel: Kernel) -> tuple[Any, Any, tuple[Kernel, Kernel]]:
        """Deep tensor, skip tensor, and the kernel's part for each."""
        first, second = join.sources
        width = int(self._model.get_layer(first).output.shape[-1])
        parts = kernel[:, :, :width], kernel[:, :, width:]
        if self._is_repeat(self._nodes[first]):
            deep, skip = first, second
        else:
            deep, skip, parts = second, first, (parts[1], parts[0])
        return self._tensors[self._nodes[deep].sources[0]], self._tensors[skip], parts

    def _folds(self, node: _Node) -> bool:
        """Whether this is a convolution that a batch normalisation alone reads, bare."""
        if node.kind != "Conv2D" or self._readers[node.name] != 1:
            return False
        if self._reader[node.name].kind != "BatchNormalization":
            return False
        return bool(self._model.get_layer(node.name).get_config()["activation"] == "linear")

    def _is_repeat(self, node: _Node) -> bool:
        """Whether this is a 2x2 repetition that only a rewritable join reads."""
        if node.kind != "UpSampling2D" or self._readers[node.name] != 1:
            return False
        layer = self._model.get_layer(node.name)
        doubles = tuple(layer.size) == (2, 2) and layer.interpolation == "nearest"
        return doubles and self._is_join(self._reader[node.name])

    def _is_join(self, node: _Node) -> bool:
        """Whether this joins one repeated branch and one skip for a plain 3x3 convolution."""
        if node.kind != "Concatenate" or len(node.sources) != 2 or self._readers[node.name] != 1:
            return False
        repeated = [
            self._model.get_layer(source)
            for source in node.sources
            if self._nodes[source].kind == "UpSampling2D" and self._readers[source] == 1
        ]
        if len(repeated) != 1 or tuple(repeated[0].size) != (2, 2):
            return False
        reader = self._reader[node.name]
        if repeated[0].interpolation != "nearest" or reader.kind != "Conv2D":
            return False
        conv = self._model.get_layer(reader.name)
        return (
            tuple(conv.kernel_size) == (3, 3)
            and tuple(conv.strides) == (1, 1)
            and tuple(conv.dilation_rate) == (1, 1)
            and conv.padding == "same"
            and conv.groups == 1
            and self._model.get_layer(node.name).axis in (-1, 3)
        )
