"""Write down what a model sees while it is still looking, for pages that watch."""

import base64
import time
from collections.abc import Mapping
from uuid import UUID

from annotation.services.suggestion_write import SuggestedShape
from fascicle.jobs.context import JobContext
from inference.models import PreannotatedFrame
from inference.services.held_job import held_job

# the page asks every half second: writing more often shows nothing sooner
WRITE_EVERY_S = 0.4


class SuggestionStream:
    """Rows of a running job's frames. An attempt after a killed one adds those that are missing:
    the same model sees the same.
    """

    def __init__(self, context: JobContext, structures: Mapping[str, UUID]) -> None:
        self._context = context
        self._structures = structures
        self._waiting: list[PreannotatedFrame] = []
        self._written_at = time.monotonic()

    def add(self, frame_index: int, begins: Mapping[str, SuggestedShape]) -> None:
        """A frame, in order, with the shapes that begin on it by structure code."""
        shapes = [
            {
                "structure": str(self._structures[code]),
                "confidence": shape.confidence,
                "shape": base64.b64encode(shape.encoded).decode("ascii"),
            }
            for code, shape in begins.items()
        ]
        self._waiting.append(
            PreannotatedFrame(job_id=self._context.job_id, frame_index=frame_index, shapes=shapes)
        )

    @property
    def is_due(self) -> bool:
        """Whether there is something to write and enough time has passed."""
        return bool(self._waiting) and time.monotonic() - self._written_at >= WRITE_EVERY_S

    def write(self) -> None:
        """Raises JobStopped when another attempt has taken over."""
        with held_job(self._context):
            PreannotatedFrame.objects.bulk_create(self._waiting, ignore_conflicts=True)
        self._waiting = []
        self._written_at = time.monotonic()


def stream_clear(*, job_id: UUID) -> None:
    """The suggestion is written, or never will be: its frames are needed no more."""
    PreannotatedFrame.objects.filter(job_id=job_id).delete()
