"""Answers to suggestions: remembered for their person, counted for the model."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.models import AnnotationSet
from annotation.services.set_open import set_open
from annotation.services.set_submit import set_submit
from annotation.services.suggestion_write import suggestion_write
from inference.models import ModelVersion, Suggestion, SuggestionAnswer
from tests.annotation.review.blind import assign, draw, hand_in
from tests.factories import Team, client_of, make_clip, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def suggestion(team: Team) -> Suggestion:
    clip = make_clip(team, frame_count=100)
    model = ModelVersion.objects.create(
        project=team.project, number=1, name="Model", recipe="tiny", members=[], structures=[]
    )
    written = suggestion_write(
        clip_id=clip.pk, model_version_id=model.pk, model_label=str(model), tracks=[]
    )
    return Suggestion.objects.create(annotation_set=written, model_version=model)


@pytest.fixture
def mine(team: Team, suggestion: Suggestion) -> AnnotationSet:
    """The expert's reading, begun."""
    return set_open(clip=suggestion.annotation_set.clip, actor=team.expert)


def answer(
    client: Client, suggestion: Suggestion, work: AnnotationSet, *answers: dict[str, Any]
) -> Any:
    path = f"/api/suggestions/{suggestion.pk}/answers/"
    body = {"annotation_set": str(work.pk), "answers": answers}
    return client.post(path, body, content_type="application/json")


def asked(client: Client, suggestion: Suggestion, work: AnnotationSet) -> Any:
    query = {"annotation_set": str(work.pk)}
    return client.get(f"/api/suggestions/{suggestion.pk}/answers/", query)


def answers_of(client: Client, suggestion: Suggestion, work: AnnotationSet) -> Any:
    return asked(client, suggestion, work).json()["answers"]


def test_a_rejection_is_remembered_for_its_person_alone(team: Team, suggestion: Suggestion) -> None:
    reading = hand_in(team, suggestion.annotation_set.clip, team.expert)
    nerve = str(team.structures[0].pk)
    given = {"structure": nerve, "frame": 7, "answer": "rejected", "seconds": 2.5}
    assert answer(client_of(team.expert), suggestion, reading, given).status_code == 204
    assert answers_of(client_of(team.expert), suggestion, reading) == [given]
    # a colleague who corrects the reading answers for themselves
    assert answers_of(client_of(team.colleague), suggestion, reading) == []
    other = given | {"answer": "accepted"}
    assert answer(client_of(team.colleague), suggestion, reading, other).status_code == 204
    assert answers_of(client_of(team.colleague), suggestion, reading) == [other]
    assert answers_of(client_of(team.expert), suggestion, reading) == [given]


def test_the_last_answer_stands_and_can_be_taken_back(
    team: Team, suggestion: Suggestion, mine: AnnotationSet
) -> None:
    client, nerve = client_of(team.expert), str(team.structures[0].pk)
    for kind in ("rejected", "edited"):
        answer(client, suggestion, mine, {"structure": nerve, "frame": 7, "answer": kind})
    assert [one["answer"] for one in answers_of(client, suggestion, mine)] == ["edited"]
    answer(client, suggestion, mine, {"structure": nerve, "frame": 7, "answer": None})
    assert answers_of(client, suggestion, mine) == []


def test_a_clip_read_again_has_answers_of_its_own(team: Team, suggestion: Suggestion) -> None:
    clip, client = suggestion.annotation_set.clip, client_of(team.expert)
    first = hand_in(team, clip, team.expert)
    place = {"structure": str(team.structures[0].pk), "frame": 7, "seconds": None}
    then, now = place | {"answer": "accepted"}, place | {"answer": "rejected"}
    answer(client, suggestion, first, then)

    assign(clip, team.expert, reading=2, check_kind="reread", reference=first)
    again = draw(team, clip, team.expert)
    assert again != first
    # what was said before is hidden, and cannot be written over by a page left open
    assert answers_of(client, suggestion, again) == []
    assert asked(client, suggestion, first).status_code == 404
    assert answer(client, suggestion, first, now).status_code == 404
    assert answer(client, suggestion, again, now).status_code == 204

    set_submit(annotation_set=again, actor=team.expert, revision=again.revision)
    assert answers_of(client, suggestion, first) == [then]
    assert answers_of(client, suggestion, again) == [now]


def test_an_answer_names_a_persons_set_of_the_same_clip_that_one_may_see(
    team: Team, suggestion: Suggestion, mine: AnnotationSet
) -> None:
    given = {"structure": str(team.structures[0].pk), "frame": 0, "answer": "accepted"}
    elsewhere = set_open(clip=make_clip(team), actor=team.expert)
    for wrong in (elsewhere, suggestion.annotation_set):
        assert answer(client_of(team.expert), suggestion, wrong, given).status_code == 400
    path = f"/api/suggestions/{suggestion.pk}/answers/"
    for body in ({"answers": [given]}, {"answers": [given], "annotation_set": "mine"}):
        sent = client_of(team.expert).post(path, body, content_type="application/json")
        assert sent.status_code == 400
    assert client_of(team.expert).get(path).status_code == 400
    unknown = AnnotationSet(pk=uuid4())
    assert answer(client_of(team.expert), suggestion, unknown, given).status_code == 404
    # a draft is its author's alone
    assert answer(client_of(team.colleague), suggestion, mine, given).status_code == 404
    assert not SuggestionAnswer.objects.exists()


def test_a_whole_clip_is_answered_with_a_handful_of_queries(
    team: Team, suggestion: Suggestion, mine: AnnotationSet
) -> None:
    structures = [str(one.pk) for one in team.structures[:4]]
    given = [
        {"structure": structure, "frame": frame, "answer": "accepted"}
        for structure in structures
        for frame in range(100)
    ]
    client = client_of(team.expert)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert answer(client, suggestion, mine, *given).status_code == 204
    assert SuggestionAnswer.objects.count() == 400
    assert len(queries) < 20


@pytest.mark.parametrize(
    "wrong", [{"frame": 100}, {"frame": -1}, {"answer": "maybe"}, {"seconds": -1}]
)
def test_an_answer_beyond_the_clip_is_refused(
    team: Team, suggestion: Suggestion, mine: AnnotationSet, wrong: dict[str, Any]
) -> None:
    given = {"structure": str(team.structures[0].pk), "frame": 0, "answer": "accepted"}
    assert answer(client_of(team.expert), suggestion, mine, given | wrong).status_code == 400
    assert not SuggestionAnswer.objects.exists()


def test_a_structure_of_another_procedure_is_refused(
    team: Team, suggestion: Suggestion, mine: AnnotationSet
) -> None:
    foreign = str(make_team("femoral").structures[0].pk)
    given = {"structure": foreign, "frame": 0, "answer": "accepted"}
    assert answer(client_of(team.expert), suggestion, mine, given).status_code == 400


def test_scores_count_by_person_and_model(
    team: Team, suggestion: Suggestion, mine: AnnotationSet
) -> None:
    nerve = str(team.structures[0].pk)
    kinds = ["accepted", "accepted", "edited", "rejected"]
    given = [
        {"structure": nerve, "frame": frame, "answer": kind, "seconds": float(frame)}
        for frame, kind in enumerate(kinds)
    ]
    answer(client_of(team.expert), suggestion, mine, *given)
    theirs = set_open(clip=mine.clip, actor=team.colleague)
    answer(client_of(team.colleague), suggestion, theirs, given[3])

    query = {"project": str(team.project.pk)}
    scores = client_of(team.admin).get("/api/suggestion-scores/", query).json()["scores"]
    counts = {
        one["person"]["name"]: (one["accepted"], one["edited"], one["rejected"], one["seconds"])
        for one in scores
    }
    assert counts == {"Expert": (2, 1, 1, 1.5), "Colleague": (0, 0, 1, 3.0)}
    mine = client_of(team.expert).get("/api/suggestion-scores/", query).json()["scores"]
    assert [one["person"]["name"] for one in mine] == ["Expert"]
