"""Many rows are written as one by one they would be."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from annotation.models import (
    AnnotationSet,
    Keyframe,
    KeyframeSource,
    SetPurpose,
    ShapeKind,
    Track,
)
from fascicle.rows_copy import rows_copy
from tests.factories import Team, make_clip, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team("axillary")


@pytest.fixture
def track(team: Team) -> Track:
    row = AnnotationSet.objects.create(
        clip=make_clip(team, frame_count=5), purpose=SetPurpose.READER, author=team.expert
    )
    return Track.objects.create(annotation_set=row, structure=team.structures[0])


def keyframe(track: Track, frame_index: int, confidence: float | None = None) -> Keyframe:
    return Keyframe(
        track=track,
        frame_index=frame_index,
        kind=ShapeKind.MASK,
        shape=bytes([0, 9, 10, 13, 92, 255, frame_index]),  # what a text format must escape
        source=KeyframeSource.MODEL,
        confidence=confidence,
        revision=3,
    )


def test_every_value_comes_back_as_it_was(track: Track) -> None:
    rows_copy([keyframe(track, 0, 0.125), keyframe(track, 4)])
    found = list(Keyframe.objects.filter(track=track).order_by("frame_index"))
    assert [each.frame_index for each in found] == [0, 4]
    assert [bytes(each.shape) for each in found] == [
        bytes([0, 9, 10, 13, 92, 255, 0]),
        bytes([0, 9, 10, 13, 92, 255, 4]),
    ]
    assert [each.confidence for each in found] == [0.125, None]
    assert {(each.kind, each.source, each.revision) for each in found} == {("mask", "model", 3)}
    assert all(each.pk for each in found)


def test_one_wrong_row_leaves_none_behind(track: Track) -> None:
    with pytest.raises(IntegrityError, match="keyframe_once_a_frame"):
        rows_copy([keyframe(track, 1), keyframe(track, 1)])
    assert not Keyframe.objects.filter(track=track).exists()


def test_rules_across_tables_hold(track: Track) -> None:
    with pytest.raises(IntegrityError, match="keyframe_within_clip"):
        rows_copy([keyframe(track, 4), keyframe(track, 5)])
    assert not Keyframe.objects.filter(track=track).exists()


def test_nothing_is_nothing() -> None:
    rows_copy([])
    assert not Keyframe.objects.exists()
