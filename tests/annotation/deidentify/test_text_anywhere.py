"""Wherever a line of text is drawn, and whenever, it is gone after the proposal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.deidentify import DeidentifyError, propose
from annotation.deidentify.onsets import WINDOW, OnsetWatch

from .screens import Label, covered, kept_pixels, linear_screen, sector_screen

# The bound of docs/deidentification.md: letters of 16 px and more, well above the echoes.
LABELS = st.builds(
    Label,
    words=st.sampled_from(["DOE, JANE", "1998-04-12", "ID 4471-22", "St. Mary Hospital"]),
    x=st.integers(10, 400),
    y=st.integers(10, 420),
    size=st.integers(16, 33),
    level=st.integers(235, 255),
    font=st.sampled_from(["pillow", "cv2"]),
)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(
    label=LABELS,
    draw=st.sampled_from([linear_screen, sector_screen]),
    frames=st.sampled_from([1, 5]),
)
def test_a_bright_line_is_gone_wherever_it_stands(label: Label, draw: object, frames: int) -> None:
    screen = draw((label,), frames=frames)  # type: ignore[operator]
    kept = kept_pixels(propose(screen.frames).redaction, 480, 640)
    assert covered(kept, screen.text[0]) >= 0.98


def test_what_stands_between_two_samples_only_is_seen_while_decoding_and_blanked() -> None:
    bare = linear_screen(frames=24).frames
    written = linear_screen((Label("DOE, JANE", 200, 200, 18, 250),), frames=24)
    shown = [*bare[:8], *written.frames[8 : 8 + 2 * WINDOW], *bare[8 + 2 * WINDOW :]]
    watch = OnsetWatch()
    for index, frame in enumerate(shown):
        watch.add(index, frame)
    moments = watch.chosen()
    assert any(8 <= moment.frame_index < 8 + 2 * WINDOW for moment in moments)
    samples = [shown[0], shown[4], shown[-1]]
    unseen = kept_pixels(propose(samples).redaction, 480, 640)
    assert covered(unseen, written.text[0]) < 0.5
    kept = kept_pixels(propose(samples, (), [one.grey for one in moments]).redaction, 480, 640)
    assert covered(kept, written.text[0]) >= 0.98


def test_a_clip_in_which_nothing_appears_has_no_onset_and_few_are_kept() -> None:
    still = OnsetWatch()
    for index in range(40):
        still.add(index, linear_screen(frames=1).frames[0])
    assert still.chosen() == ()
    flashing = OnsetWatch(most=3)
    rng = np.random.default_rng(0)
    for index in range(100):
        frame = np.zeros((120, 160), dtype=np.uint8)
        if index // WINDOW % 4 == 3:
            frame[40:60:3, 20 : int(rng.integers(40, 140))] = 255
        flashing.add(index, frame)
    assert len(flashing.chosen()) == 3
    assert [one.frame_index for one in flashing.chosen()] == sorted(
        one.frame_index for one in flashing.chosen()
    )


def test_a_moment_of_another_size_is_refused() -> None:
    with pytest.raises(DeidentifyError):
        propose([np.zeros((40, 40), np.uint8)], (), [np.zeros((40, 41), np.uint8)])
