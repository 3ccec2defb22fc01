"""What the database itself refuses to keep in a set."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from annotation.geometry import Absent, encode_shape
from annotation.models import (
    AnnotationSet,
    FrameQuality,
    Keyframe,
    Note,
    NotVisible,
    Procedure,
    Structure,
    Track,
)
from annotation.services.set_open import set_open
from tests.factories import Team, make_clip, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def reading(team: Team) -> AnnotationSet:
    return set_open(clip=make_clip(team, frame_count=10), actor=team.expert)


@pytest.fixture
def foreign(team: Team) -> Structure:
    """A structure of another procedure."""
    return Structure.objects.filter(
        procedure=Procedure.objects.exclude(pk=team.procedure.pk).first()
    )[0]


def refused(rule: str, act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        act()


def keyframe(track: Track, frame: int) -> Keyframe:
    return Keyframe(
        track=track,
        frame_index=frame,
        kind="absent",
        shape=encode_shape(Absent()),
        source="drawn",
        revision=1,
    )


def test_a_track_follows_a_structure_of_the_projects_procedure(
    team: Team, reading: AnnotationSet, foreign: Structure
) -> None:
    refused(
        "track_structure_of_procedure",
        lambda: Track.objects.create(annotation_set=reading, structure=foreign),
    )
    track = Track.objects.create(annotation_set=reading, structure=team.structures[0])
    track.structure = foreign
    refused("track_structure_of_procedure", track.save)
    assert Track.objects.get().structure == team.structures[0]


def test_a_structure_judged_not_visible_is_of_the_projects_procedure(
    reading: AnnotationSet, foreign: Structure
) -> None:
    span = NotVisible(annotation_set=reading, structure=foreign, first_frame=0, last_frame=1)
    refused("not_visible_structure_of_procedure", span.save)
    assert not NotVisible.objects.exists()


def test_a_keyframe_lies_within_the_clip(team: Team, reading: AnnotationSet) -> None:
    track = Track.objects.create(annotation_set=reading, structure=team.structures[0])
    Keyframe.objects.bulk_create([keyframe(track, frame) for frame in range(10)])
    refused("keyframe_within_clip", keyframe(track, 10).save)
    many = [keyframe(track, frame) for frame in (11, 3, 4)]
    refused(
        "keyframe_within_clip",
        lambda: Keyframe.objects.bulk_create(
            many,
            update_conflicts=True,
            unique_fields=["track", "frame_index"],
            update_fields=["kind", "shape", "revision"],
        ),
    )
    refused("keyframe_within_clip", lambda: Keyframe.objects.update(frame_index=99))
    assert Keyframe.objects.filter(track=track).update(revision=2) == 10


def test_judgements_and_notes_lie_within_the_clip(team: Team, reading: AnnotationSet) -> None:
    last = FrameQuality(annotation_set=reading, frame_index=9, quality="good")
    last.save()
    beyond = FrameQuality(annotation_set=reading, frame_index=10, quality="good")
    refused("quality_within_clip", beyond.save)
    span = NotVisible(
        annotation_set=reading, structure=team.structures[0], first_frame=3, last_frame=10
    )
    refused("not_visible_within_clip", span.save)
    Note(annotation_set=reading, frame_index=None, text="On the clip.").save()
    refused("note_within_clip", Note(annotation_set=reading, frame_index=10, text="No.").save)
    assert [each.frame_index for each in FrameQuality.objects.all()] == [9]
    assert [each.text for each in Note.objects.all()] == ["On the clip."]
    assert not NotVisible.objects.exists()
