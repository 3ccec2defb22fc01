"""How far decoding is, told to a Job."""

import time

from fascicle.jobs.context import JobContext

_REPORT_SECONDS = 0.5  # not more often than a person can read


class DecodingProgress:
    """Fills `share` of a Job's progress bar as frames are decoded."""

    def __init__(self, context: JobContext, expected: int | None, share: float) -> None:
        self._context = context
        self._expected = expected
        self._share = share
        self._told_at = time.monotonic()

    def frame_decoded(self, count: int) -> None:
        """Called after each frame; raises JobStopped when the Job was cancelled."""
        self._context.check()
        now = time.monotonic()
        if now - self._told_at < _REPORT_SECONDS:
            return
        self._told_at = now
        if self._expected:
            done = min(1.0, count / self._expected)
            message = f"Decoding frame {count} of {max(count, self._expected)}"
        else:
            done, message = 0.0, f"Decoding frame {count}"
        self._context.report(self._share * done, message)
