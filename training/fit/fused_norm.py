"""Batch normalisation in one TensorFlow operation while a network is trained.

Keras normalises by means, variances and arithmetic of their own, each a pass over the activations;
on processors that is a third of a step of a normalised U-Net. The layers stay Keras' own: what is
saved, exported and trained on other backends is the same network.
"""

from __future__ import annotations

from types import MethodType
from typing import Any


def fuse_norms(model: Any) -> int:
    """Let each batch normalisation over the last of four axes of model take the fused operation.

    Same result as Keras' `BatchNormalization` up to rounding, moving statistics included. Call it
    before the model is compiled. Returns how many layers changed: none on other backends.
    """
    import keras  # noqa: PLC0415 - brings its backend along

    if keras.backend.backend() != "tensorflow":
        return 0
    fused = [layer for layer in model.layers if _is_fusible(layer, keras)]
    for layer in fused:
        # Keras tracks attributes that hold state; this one is code
        object.__setattr__(layer, "call", MethodType(_fused_call, layer))
    return len(fused)


def _is_fusible(layer: Any, keras: Any) -> bool:
    return (
        type(layer) is keras.layers.BatchNormalization
        and layer.center
        and layer.scale
        and len(layer.input.shape) == 4
        and layer.axis in {-1, 3}
    )


def _fused_call(layer: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
    del mask  # convolutions pass none on
    import tensorflow as tf  # noqa: PLC0415

    is_learning = bool(training) and layer.trainable
    none = tf.zeros([0])
    normalised, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=inputs,
        scale=tf.convert_to_tensor(layer.gamma.value),
        offset=tf.convert_to_tensor(layer.beta.value),
        mean=none if is_learning else tf.convert_to_tensor(layer.moving_mean.value),
        variance=none if is_learning else tf.convert_to_tensor(layer.moving_variance.value),
        epsilon=layer.epsilon,
        is_training=is_learning,
    )
    if is_learning:
        count = tf.cast(tf.size(inputs) / tf.shape(inputs)[-1], tf.float32)
        # the operation answers the sample's variance, Keras keeps the population's
        population = variance * (count - 1.0) / count
        keep = layer.momentum
        layer.moving_mean.assign(layer.moving_mean * keep + mean * (1.0 - keep))
        layer.moving_variance.assign(layer.moving_variance * keep + population * (1.0 - keep))
    return normalised
