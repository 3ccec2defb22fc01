"""What runtimes that answer one frame at a time share: fixed buffers, and batches as a loop."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from inference.engine.errors import RuntimeRefusedError
from inference.engine.modelfile import ModelSpec


class SingleFrameRuntime(ABC):
    """One frame a call through buffers that are made once; a batch is so many calls.

    A larger batch would not be faster on a processor, and live needs the shape of one frame.
    """

    name: str

    def __init__(self, spec: ModelSpec) -> None:
        size = spec.preprocessing
        self._shape = (size.height, size.width, spec.channels)
        self._input = np.zeros((1, size.height, size.width, 1), np.float32)

    @abstractmethod
    def _run(self) -> NDArray[np.float32]:
        """Run the network on the input buffer; returns its output, four axes, as it comes."""

    def probabilities(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        if len(batch) == 1:
            np.copyto(self._input, batch)
            return self._channels_last(self._run())
        answers = np.empty((len(batch), *self._shape), np.float32)
        for number, frame in enumerate(batch):
            np.copyto(self._input[0], frame)
            answers[number] = self._channels_last(self._run())[0]
        return answers

    def _channels_last(self, output: NDArray[np.float32]) -> NDArray[np.float32]:
        """A view (1, h, w, c), whichever axis order the converted network answers in."""
        height, width, channels = self._shape
        if output.shape == (1, channels, height, width):
            return output.transpose(0, 2, 3, 1)
        if output.shape == (1, height, width, channels):
            return output
        raise RuntimeRefusedError(
            f"The {self.name} runtime returned shape {output.shape}; the model's description says "
            f"{(1, height, width, channels)}."
        )
