"""Inference beside the scanner (`--infer`): the mask travels with the picture it was made from.

The model is made ready beside the stream, which begins at once with pictures alone. TensorFlow, if
a conversion needs it, is loaded in a process of its own.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inference.bridge.picture import Picture
from inference.live.labelling import ModelMisfitError, channels_of, in_channels, in_order
from inference.live.wire import Codec, Kind, Segment, confidence_segment

if TYPE_CHECKING:
    from inference.engine import Engine, TemporalFilter


@dataclass(frozen=True, slots=True)
class Labelled:
    """Segments to send with a frame, and how long they took in microseconds."""

    segments: tuple[Segment, ...]
    inference_us: int


class Labeller(Protocol):
    """What makes masks for the uplink, one frame after the other."""

    def infers(self) -> bool:
        """Whether masks come from here, now or soon; else the server's own model is wanted."""

    def fit(self, structures: Sequence[Mapping[str, Any]]) -> None:
        """The session's structures, as the hub's welcome names them: `index` and `code`."""

    def label(self, picture: Picture, grey: NDArray[np.uint8]) -> Labelled | None:
        """The mask of the frame as it is sent (H, W); None while there is none to give."""


class ModelState(StrEnum):
    """How a bridge's model stands."""

    LOADING = "loading"
    RUNNING = "running"
    REFUSED = "refused"


class BridgeModel:
    """One model file or exported folder, made ready in a thread of its own; see Labeller."""

    def __init__(
        self, path: Path, *, say: Callable[[str], None], cache: Path | None = None
    ) -> None:
        """Raises ValueError where there is no such file."""
        if not path.exists():
            raise ValueError(f"There is no model {path}.")
        self._path, self._say = path, say
        self._cache = cache
        self._lock = threading.Lock()
        self._state, self._sentence = ModelState.LOADING, f"{path.name} is made ready."
        self._engine: Engine | None = None
        self._steady: TemporalFilter | None = None
        self._structures: list[tuple[int, str]] = []
        self._channels: tuple[int, ...] = ()
        self._meta: Segment | None = None

    def start(self) -> None:
        """Begin to make it ready."""
        threading.Thread(target=self._load, name="model", daemon=True).start()

    def view(self) -> dict[str, str]:
        """For the status page."""
        return {"name": self._path.name, "state": self._state, "sentence": self._sentence}

    def infers(self) -> bool:
        """See Labeller."""
        return self._state is not ModelState.REFUSED

    def fit(self, structures: Sequence[Mapping[str, Any]]) -> None:
        """See Labeller."""
        with self._lock:
            self._structures = [
                (each["index"], str(each.get("code")))
                for each in structures
                if isinstance(each.get("index"), int)
            ]
            self._match()

    def label(self, picture: Picture, grey: NDArray[np.uint8]) -> Labelled | None:
        """See Labeller; steadied over the frames before."""
        with self._lock:
            engine, steady, channels, meta = (
                self._engine, self._steady, self._channels, self._meta,
            )  # fmt: skip
            order = [channel for channel, _ in self._structures]
        if engine is None or steady is None or meta is None or not channels:
            return None
        begun = time.perf_counter_ns()
        live = steady.see(
            grey,
            engine.see(grey),
            epoch=picture.epoch,
            sequence=picture.sequence,
            time_s=picture.t_bridge_us / 1e6,
        )
        labels, confidence = in_channels(live, channels)
        sure = confidence_segment(in_order(confidence, channels, order))
        return Labelled((labels, sure, meta), (time.perf_counter_ns() - begun) // 1000)

    def _load(self) -> None:
        from inference.bridge.model_trial import ModelTrialError, ready

        self._say(f"Model: {self._sentence} Pictures go on without masks meanwhile.")
        try:
            from inference.engine import EngineError, TemporalFilter
            from inference.engine.cache import default_cache
            from inference.engine.engine import Engine

            cache = self._cache or default_cache()
            cache.mkdir(parents=True, exist_ok=True)
            runtime = ready(self._path, cache)
            engine = Engine.load(self._path, cache=cache, runtime=runtime)
        except ImportError as error:
            self._refuse(f"--infer needs the engine's packages: {error.name} is not installed.")
        except (ModelTrialError, OSError) as error:
            self._refuse(str(error))
        except EngineError as error:
            self._refuse(f"{self._path.name} cannot be used: {error}")
        else:
            with self._lock:
                self._engine, self._steady = engine, TemporalFilter(engine.classes)
                self._meta = self._described(engine)
                self._state, self._sentence = ModelState.RUNNING, f"It runs on {runtime}."
                self._match()
            if self._state is ModelState.RUNNING:
                self._say(f"Model: {self._path.name} runs on {runtime}.")

    def _match(self) -> None:
        """Fit what is known of model and session together; under the lock."""
        self._channels = ()
        if self._engine is None or not self._structures:
            return
        by_code = {code: channel for channel, code in self._structures}
        try:
            self._channels = channels_of([each.code for each in self._engine.classes], by_code)
        except ModelMisfitError as misfit:
            self._refuse(str(misfit))

    def _refuse(self, sentence: str) -> None:
        self._state, self._sentence = ModelState.REFUSED, sentence
        self._say(f"Model: {sentence}")

    def _described(self, engine: Engine) -> Segment:
        classes = [
            {"index": each.index, "code": each.code, "name": each.name} for each in engine.classes
        ]
        meta = {"model": self._path.name, "classes": classes}
        return Segment(Kind.META, Codec.JSON, 0, 0, json.dumps(meta).encode())
