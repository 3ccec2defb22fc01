"""What is proposed for a clip: text gone, echoes kept, and a reason for each."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from annotation.deidentify import Box, DeidentifyError, Finding, Proposal, propose

from .screens import (
    Label,
    Screen,
    covered,
    kept_pixels,
    linear_screen,
    sector_screen,
    with_ruler,
)


def _kept(screen: Screen, proposal: Proposal) -> np.ndarray:
    return kept_pixels(proposal.redaction, *screen.frames[0].shape)


def _kinds(proposal: Proposal) -> set[str]:
    return {finding.kind for finding in proposal.findings}


def _away_from_text(screen: Screen) -> np.ndarray:
    """The picture without text and a rim around each line, which a blank box may take."""
    if not screen.text:
        return screen.picture
    ink = np.any(screen.text, axis=0).astype(np.uint8)
    return screen.picture & (cv2.dilate(ink, np.ones((31, 31), np.uint8)) == 0)


@pytest.mark.parametrize("frames", [1, 8])
@pytest.mark.parametrize("draw", [linear_screen, sector_screen])
def test_a_screen_without_text_keeps_its_picture_and_nothing_is_blanked(
    draw: object, frames: int
) -> None:
    screen = draw(frames=frames)  # type: ignore[operator]
    proposal = propose(screen.frames)
    kept = _kept(screen, proposal)
    assert proposal.redaction.blanks == ()
    assert kept[screen.picture].mean() >= 0.97
    assert kept[~screen.picture].mean() < 0.1
    expected = "sector" if draw is sector_screen else "ultrasound-region"
    assert expected in _kinds(proposal)


OUTSIDE = [(8, 6), (420, 8), (10, 448), (400, 452), (500, 230), (4, 250)]


@pytest.mark.parametrize("size", [10, 14, 22])
@pytest.mark.parametrize("draw", [linear_screen, sector_screen])
def test_text_around_the_picture_goes(draw: object, size: int) -> None:
    labels = tuple(Label("DOE, 1998", *place, size) for place in OUTSIDE)
    screen = draw(labels, frames=4)  # type: ignore[operator]
    kept = _kept(screen, propose(screen.frames))
    assert [covered(kept, text) for text in screen.text] == [1.0] * len(labels)
    assert kept[_away_from_text(screen)].mean() >= 0.97


@pytest.mark.parametrize("font", ["pillow", "cv2"])
@pytest.mark.parametrize("size", [12, 16, 24, 32])
@pytest.mark.parametrize("frames", [1, 4])
def test_text_typed_onto_the_picture_is_blanked(frames: int, size: int, font: str) -> None:
    places = [(150, 110), (230, 240), (170, 340)]
    labels = tuple(Label("FEM NERVE R", *place, size, 240, font) for place in places)
    screen = linear_screen(labels, frames=frames)
    proposal = propose(screen.frames)
    kept = _kept(screen, proposal)
    assert min(covered(kept, text) for text in screen.text) >= 0.98
    assert kept[_away_from_text(screen)].mean() >= 0.97
    assert "Text inside the picture." in {finding.reason for finding in proposal.findings}


def test_text_that_stands_for_the_last_third_only_is_found() -> None:
    late = linear_screen((Label("RIGHT LEG", 200, 200, 18, 250),), frames=9)
    bare = linear_screen(frames=9)
    proposal = propose([*bare.frames[:6], *late.frames[6:]])
    assert covered(_kept(late, proposal), late.text[0]) >= 0.98


@pytest.mark.parametrize("ticks", [6, 11])
def test_a_depth_ruler_is_named_before_it_is_cut_off(ticks: int) -> None:
    screen, box = with_ruler(linear_screen(), column=500, first=95, spacing=25, ticks=ticks)
    rulers = [found for found in propose(screen.frames).findings if found.kind == "ruler"]
    assert [found.box for found in rulers] == [box]
    assert "25.0 pixels apart right of the picture: a depth ruler" in rulers[0].reason


def test_a_still_logo_beside_the_picture_is_named() -> None:
    screen = linear_screen()
    for frame in screen.frames:
        cv2.circle(frame, (60, 60), 22, 180, -1)
        cv2.circle(frame, (60, 60), 12, 20, 4)
    # a round one may pass for a letter
    found = [one for one in propose(screen.frames).findings if one.kind in ("logo", "text")]
    assert max(one.box.overlap(Box(38, 38, 83, 83)) for one in found) > 0.9 * 45 * 45


def test_what_the_file_states_is_taken_for_the_picture() -> None:
    screen = linear_screen()
    proposal = propose(screen.frames, [Box(120, 90, 480, 390), Box(0, 400, 60, 440)])
    assert proposal.redaction.crop == Box(120, 90, 480, 390)
    assert "The file states" in proposal.findings[0].reason


def test_a_stated_region_of_the_whole_frame_says_nothing() -> None:
    screen = linear_screen(frames=4)
    assert propose(screen.frames, [Box(0, 0, 640, 480)]) == propose(screen.frames)


def test_the_same_frames_give_the_same_proposal_and_its_json_comes_back() -> None:
    screen = sector_screen((Label("DOE, JANE", 20, 20, 16),), frames=4)
    proposal = propose(screen.frames)
    assert propose(screen.frames) == proposal
    again = Proposal.from_json(proposal.to_json())
    assert again.redaction == proposal.redaction
    assert [found.box for found in again.findings] == [found.box for found in proposal.findings]


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_empty_screen_has_no_picture_and_is_left_whole(level: int) -> None:
    proposal = propose([np.full((240, 320), level, dtype=np.uint8)])
    assert proposal.redaction.crop is None
    assert not _kinds(proposal) & {"ultrasound-region", "sector", "text"}


@pytest.mark.parametrize(
    "samples",
    [
        [],
        [np.zeros((40, 40, 3), dtype=np.uint8)],
        [np.zeros((40, 40), dtype=np.uint16)],
        [np.zeros((40, 40), dtype=np.uint8), np.zeros((40, 41), dtype=np.uint8)],
        [np.zeros((4, 40), dtype=np.uint8)],
    ],
)
def test_what_are_no_frames_is_refused(samples: list[np.ndarray]) -> None:
    with pytest.raises(DeidentifyError):
        propose(samples)


@pytest.mark.parametrize(
    "value", [None, {}, {"kind": "name", "box": {}, "confidence": 1, "reason": ""}, {"kind": []}]
)
def test_what_is_no_finding_is_refused(value: object) -> None:
    with pytest.raises(DeidentifyError):
        Finding.from_json(value)


def _video(path: Path, count: int) -> list[np.ndarray]:
    import av

    frames = []
    with av.open(str(path)) as container:
        total = container.streams.video[0].frames
        for index, frame in enumerate(container.decode(video=0)):
            if index % max(total // count, 1) == 0:
                frames.append(frame.to_ndarray(format="gray"))
            if len(frames) == count:
                break
    return frames


def test_institution_and_date_of_a_real_clip_are_cut_off(real_data: Path) -> None:
    (path,) = (real_data / "clips" / "flowave").glob("DemoBMode.*")
    frames = _video(path, 8)
    proposal = propose(frames)
    kept = kept_pixels(proposal.redaction, *frames[0].shape)
    # read off the picture: institution and date stand in the upper 46 rows, settings right of 505
    assert not kept[:44].any()
    assert not kept[:, 510:].any()
    assert kept[52:385, 30:495].mean() >= 0.97
    above = [one for one in proposal.findings if one.reason == "Text above the picture."]
    assert len(above) >= 3


@pytest.mark.parametrize("name", ["0000", "0036", "0107", "0177"])
def test_a_real_still_keeps_its_nerves_and_vessels(real_data: Path, name: str) -> None:
    grey = np.asarray(Image.open(real_data / "usgra" / "images" / f"{name}.png").convert("L"))
    mask = np.asarray(Image.open(real_data / "usgra" / "masks" / f"{name}.png")) > 0
    kept = kept_pixels(propose([grey]).redaction, *grey.shape)
    assert kept[mask].mean() >= 0.99
