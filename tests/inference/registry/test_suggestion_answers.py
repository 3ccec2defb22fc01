"""Answers to suggestions: remembered for their person, counted for the model."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.services.suggestion_write import suggestion_write
from inference.models import ModelVersion, Suggestion, SuggestionAnswer
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


def answer(client: Client, suggestion: Suggestion, *answers: dict[str, Any]) -> Any:
    path = f"/api/suggestions/{suggestion.pk}/answers/"
    return client.post(path, {"answers": answers}, content_type="application/json")


def answers_of(client: Client, suggestion: Suggestion) -> Any:
    return client.get(f"/api/suggestions/{suggestion.pk}/answers/").json()["answers"]


def test_a_rejection_is_remembered_for_its_person_alone(team: Team, suggestion: Suggestion) -> None:
    nerve = str(team.structures[0].pk)
    given = {"structure": nerve, "frame": 7, "answer": "rejected", "seconds": 2.5}
    assert answer(client_of(team.expert), suggestion, given).status_code == 204
    assert answers_of(client_of(team.expert), suggestion) == [given]
    assert answers_of(client_of(team.colleague), suggestion) == []


def test_the_last_answer_stands_and_can_be_taken_back(team: Team, suggestion: Suggestion) -> None:
    client, nerve = client_of(team.expert), str(team.structures[0].pk)
    for kind in ("rejected", "edited"):
        answer(client, suggestion, {"structure": nerve, "frame": 7, "answer": kind})
    assert [one["answer"] for one in answers_of(client, suggestion)] == ["edited"]
    answer(client, suggestion, {"structure": nerve, "frame": 7, "answer": None})
    assert answers_of(client, suggestion) == []


def test_a_whole_clip_is_answered_with_a_handful_of_queries(
    team: Team, suggestion: Suggestion
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
        assert answer(client, suggestion, *given).status_code == 204
    assert SuggestionAnswer.objects.count() == 400
    assert len(queries) < 20


@pytest.mark.parametrize(
    "wrong", [{"frame": 100}, {"frame": -1}, {"answer": "maybe"}, {"seconds": -1}]
)
def test_an_answer_beyond_the_clip_is_refused(
    team: Team, suggestion: Suggestion, wrong: dict[str, Any]
) -> None:
    given = {"structure": str(team.structures[0].pk), "frame": 0, "answer": "accepted"}
    assert answer(client_of(team.expert), suggestion, given | wrong).status_code == 400
    assert not SuggestionAnswer.objects.exists()


def test_a_structure_of_another_procedure_is_refused(team: Team, suggestion: Suggestion) -> None:
    foreign = str(make_team("femoral").structures[0].pk)
    given = {"structure": foreign, "frame": 0, "answer": "accepted"}
    assert answer(client_of(team.expert), suggestion, given).status_code == 400


def test_scores_count_by_person_and_model(team: Team, suggestion: Suggestion) -> None:
    nerve = str(team.structures[0].pk)
    kinds = ["accepted", "accepted", "edited", "rejected"]
    given = [
        {"structure": nerve, "frame": frame, "answer": kind, "seconds": float(frame)}
        for frame, kind in enumerate(kinds)
    ]
    answer(client_of(team.expert), suggestion, *given)
    answer(client_of(team.colleague), suggestion, given[3])

    query = {"project": str(team.project.pk)}
    scores = client_of(team.admin).get("/api/suggestion-scores/", query).json()["scores"]
    counts = {
        one["person"]["name"]: (one["accepted"], one["edited"], one["rejected"], one["seconds"])
        for one in scores
    }
    assert counts == {"Expert": (2, 1, 1, 1.5), "Colleague": (0, 0, 1, 3.0)}
    mine = client_of(team.expert).get("/api/suggestion-scores/", query).json()["scores"]
    assert [one["person"]["name"] for one in mine] == ["Expert"]
