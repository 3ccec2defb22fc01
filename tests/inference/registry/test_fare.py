"""What became of accepted suggestions is the model's score in real life."""

from __future__ import annotations

from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.geometry import encode_shape, mask_from_dense
from annotation.models import AnnotationSet, Keyframe, SetPurpose, SetState, Track
from annotation.services.set_save import kind_of
from annotation.services.suggestion_write import (
    SuggestedShape,
    SuggestionTrack,
    suggestion_write,
)
from inference.models import Answer, ModelVersion, Suggestion, SuggestionAnswer
from inference.services.answers_settle import answers_settle
from tests.factories import Team, client_of, make_clip, make_team

pytestmark = pytest.mark.django_db


def square(left: int, side: int = 10) -> np.ndarray:
    pixels = np.zeros((48, 64), bool)
    pixels[10 : 10 + side, left : left + side] = True
    return pixels


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def suggestion(team: Team) -> Suggestion:
    """The first structure in a square on frames 0 to 3."""
    clip = make_clip(team)
    model = ModelVersion.objects.create(
        project=team.project, number=1, name="Model", recipe="tiny", members=[], structures=[]
    )
    shape = mask_from_dense(square(10))
    track = SuggestionTrack(
        team.structures[0].pk, [SuggestedShape.of(frame, shape, 0.9) for frame in range(4)]
    )
    written = suggestion_write(
        clip_id=clip.pk, model_version_id=model.pk, model_label=str(model), tracks=[track]
    )
    return Suggestion.objects.create(annotation_set=written, model_version=model)


def begin(team: Team, suggestion: Suggestion, *, reading: int = 1) -> AnnotationSet:
    """The expert's set, with nothing in it yet."""
    return AnnotationSet.objects.create(
        clip=suggestion.annotation_set.clip,
        purpose=SetPurpose.READER,
        author=team.expert,
        reading=reading,
    )


def hand_in(team: Team, work: AnnotationSet, lefts: list[int]) -> None:
    """The set with the square at these places on frames 0, 1, ..."""
    work.state = SetState.SUBMITTED
    work.revision = 1
    work.save(update_fields=["state", "revision"])
    track = Track.objects.create(annotation_set=work, structure=team.structures[0])
    for frame, left in enumerate(lefts):
        shape = mask_from_dense(square(left))
        Keyframe.objects.create(
            track=track, frame_index=frame, kind=kind_of(shape), shape=encode_shape(shape),
            source="accepted_suggestion", revision=1,
        )  # fmt: skip


def answered(team: Team, suggestion: Suggestion, work: AnnotationSet, *kinds: Answer) -> None:
    SuggestionAnswer.objects.bulk_create(
        [
            SuggestionAnswer(
                suggestion=suggestion, annotation_set=work, structure=team.structures[0],
                frame_index=frame, user=team.expert, answer=kind, seconds=2.0 + frame,
            )
            for frame, kind in enumerate(kinds)
        ]
    )  # fmt: skip


def test_what_was_accepted_is_measured_against_what_was_handed_in(
    team: Team, suggestion: Suggestion
) -> None:
    work = begin(team, suggestion)
    kinds = (Answer.ACCEPTED, Answer.EDITED, Answer.ACCEPTED, Answer.REJECTED)
    answered(team, suggestion, work, *kinds)
    assert answers_settle() == 0  # nothing is handed in yet
    hand_in(team, work, [10, 15, 40, 10])
    assert answers_settle() == 3
    kept = dict(SuggestionAnswer.objects.values_list("frame_index", "kept_dice"))
    assert kept == {0: 1.0, 1: pytest.approx(0.5), 2: 0.0, 3: None}
    assert answers_settle() == 0

    path = f"/api/model-versions/{suggestion.model_version_id}/fare/"
    fare = client_of(team.admin).get(path).json()
    assert (fare["accepted"], fare["edited"], fare["rejected"]) == (2, 1, 1)
    assert (fare["people"], fare["handed_in"], fare["unchanged"]) == (1, 3, 1)
    assert fare["seconds"] == 3.5
    assert fare["kept_dice"] == pytest.approx(0.5)
    [structure] = fare["structures"]
    assert (structure["code"], structure["kept_dice"]) == (
        team.structures[0].code,
        pytest.approx(0.5),
    )
    # a colleague sees the fare of their own answers, of which there are none
    assert client_of(team.colleague).get(path).json()["people"] == 0


def test_a_set_handed_in_again_is_measured_again(team: Team, suggestion: Suggestion) -> None:
    work = begin(team, suggestion)
    answered(team, suggestion, work, Answer.ACCEPTED)
    hand_in(team, work, [40])
    answers_settle()
    Keyframe.objects.filter(track__annotation_set=work).update(
        shape=encode_shape(mask_from_dense(square(10)))
    )
    work.revision = 2
    work.save(update_fields=["revision"])
    assert answers_settle() == 1
    [row] = SuggestionAnswer.objects.all()
    assert (row.kept_dice, row.kept_revision) == (1.0, 2)


def test_a_clip_read_again_is_measured_by_itself_and_not_counted_for_the_model(
    team: Team, suggestion: Suggestion
) -> None:
    first, again = (begin(team, suggestion, reading=reading) for reading in (1, 2))
    answered(team, suggestion, first, Answer.ACCEPTED, Answer.ACCEPTED)
    answered(team, suggestion, again, Answer.ACCEPTED, Answer.REJECTED)
    hand_in(team, first, [15, 10])
    assert answers_settle() == 2  # the second is still being read
    path = f"/api/model-versions/{suggestion.model_version_id}/fare/"
    fare = client_of(team.admin).get(path).json()
    hand_in(team, again, [10, 10])
    assert answers_settle() == 1
    kept = SuggestionAnswer.objects.values_list("annotation_set", "frame_index", "kept_dice")
    assert set(kept) == {
        (first.pk, 0, 0.5), (first.pk, 1, 1.0), (again.pk, 0, 1.0), (again.pk, 1, None),
    }  # fmt: skip
    assert (fare["accepted"], fare["rejected"], fare["handed_in"]) == (2, 0, 2)
    assert client_of(team.admin).get(path).json() == fare
    query = {"project": str(team.project.pk)}
    [score] = client_of(team.admin).get("/api/suggestion-scores/", query).json()["scores"]
    assert (score["accepted"], score["rejected"]) == (2, 0)


def test_many_answers_cost_a_handful_of_queries(team: Team, suggestion: Suggestion) -> None:
    work = begin(team, suggestion)
    answered(team, suggestion, work, *[Answer.ACCEPTED] * 10)
    hand_in(team, work, [10] * 10)
    with CaptureQueriesContext(connection) as queries:
        assert answers_settle() == 10
    assert len(queries) <= 5


def test_the_fare_of_a_model_that_nobody_knows_is_not_found(team: Team) -> None:
    answer = client_of(team.admin).get(f"/api/model-versions/{uuid4()}/fare/")
    assert answer.status_code == 404
    assert SuggestionAnswer.objects.count() == 0
