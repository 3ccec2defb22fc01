"""Inference beside the scanner (`--infer`): the mask travels with the picture it was made from."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inference.bridge.picture import Picture, SourceError
from inference.live.wire import Codec, Kind, Segment, confidence_segment, labels_segment

if TYPE_CHECKING:
    from inference.engine import Engine, TemporalFilter


@dataclass(frozen=True, slots=True)
class Labelled:
    """Segments to send with a frame, and how long they took in microseconds."""

    segments: tuple[Segment, ...]
    inference_us: int


class Labeller:
    """One model, for one thread."""

    def __init__(self, engine: Engine, steady: TemporalFilter, name: str) -> None:
        self._engine = engine
        self._steady = steady
        meta = {
            "model": name,
            "classes": [
                {"index": each.index, "code": each.code, "name": each.name}
                for each in engine.classes
            ],
        }
        self._meta = Segment(Kind.META, Codec.JSON, 0, 0, json.dumps(meta).encode())

    @classmethod
    def load(cls, model: Path) -> Labeller:
        """Load the model. Raises SourceError with a sentence where it cannot serve."""
        try:
            from inference.engine import Engine, EngineError, TemporalFilter
        except ImportError as error:
            sentence = f"--infer needs the engine's packages: {error.name} is not installed."
            raise SourceError(sentence, retry=False) from error
        try:
            engine = Engine.load(model)
        except (EngineError, OSError) as error:
            raise SourceError(f"{model.name} cannot be used: {error}", retry=False) from error
        return cls(engine, TemporalFilter(engine.classes), model.name)

    def label(self, picture: Picture, grey: NDArray[np.uint8]) -> Labelled:
        """The model's view of the frame as it is sent (H, W), steadied over the frames before."""
        begun = time.perf_counter_ns()
        live = self._steady.see(
            grey,
            self._engine.see(grey),
            epoch=picture.epoch,
            sequence=picture.sequence,
            time_s=picture.t_bridge_us / 1e6,
        )
        segments = (
            labels_segment(live.sight.labels),
            confidence_segment(live.confidence),
            self._meta,
        )
        return Labelled(segments, (time.perf_counter_ns() - begun) // 1000)
