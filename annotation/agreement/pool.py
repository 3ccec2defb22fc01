"""Measures many clips, on several cores where that is worth it."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice

from annotation.agreement.clip_measures import ClipMeasures, measure_clip
from annotation.agreement.readings import ClipReadings

_AHEAD = 2  # clips waiting for each process; more would only fill memory


def measure_clips(
    clips: Iterable[ClipReadings], channels: Sequence[int], *, workers: int = 1
) -> Iterator[ClipMeasures]:
    """`measure_clip` of each clip, in order, whatever the number of processes.

    Closing the iterator, or an exception in whoever consumes it, ends the processes.
    """
    if workers < 2 or multiprocessing.current_process().daemon:
        for clip in clips:
            yield measure_clip(clip, channels)
        return
    source = iter(clips)
    # not forked: a worker's threads and its database connection stay where they are
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(workers, mp_context=context)
    try:
        waiting: deque[Future[ClipMeasures]] = deque(
            executor.submit(measure_clip, clip, channels)
            for clip in islice(source, _AHEAD * workers)
        )
        while waiting:
            yield waiting.popleft().result()
            for clip in islice(source, 1):
                waiting.append(executor.submit(measure_clip, clip, channels))
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
