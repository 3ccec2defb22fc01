"""My queue: what to annotate, what came back, what colleagues wait for."""

from __future__ import annotations

from typing import Any

import pytest

from annotation.models import AnnotationSet, SetState
from annotation.services.set_open import set_open
from tests.annotation.sets.test_save import client_of, save, stroke
from tests.factories import Team, make_clip, make_team

pytestmark = pytest.mark.django_db


def queue(person: Any, team: Team) -> dict[str, Any]:
    answer = client_of(person).get(f"/api/queue/?project={team.project.pk}")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_each_person_sees_what_waits_for_them() -> None:
    team = make_team()
    new, drafted, submitted = (make_clip(team, subject=f"S-{i}") for i in range(3))
    set_open(clip=drafted, actor=team.expert)
    reading = set_open(clip=submitted, actor=team.expert)
    save(client_of(team.expert), reading, ops=stroke(team))
    client_of(team.expert).post(
        f"/api/annotation-sets/{reading.pk}/submit/", {"revision": 1}, "application/json"
    )

    mine = queue(team.expert, team)
    assert [c["id"] for c in mine["to_annotate"]] == [str(drafted.pk), str(new.pk)]
    assert mine["to_review"] == []
    theirs = queue(team.colleague, team)
    assert [c["id"] for c in theirs["to_annotate"]] == [str(new.pk)]
    [waiting] = theirs["to_review"]
    assert waiting["annotation_set"]["id"] == str(reading.pk)
    assert waiting["clip"]["id"] == str(submitted.pk)

    AnnotationSet.objects.filter(pk=reading.pk).update(state=SetState.RETURNED)
    [back] = queue(team.expert, team)["returned"]
    assert back["annotation_set"]["state"] == "returned"


def test_a_trainee_has_no_queue_and_a_stranger_no_project() -> None:
    team = make_team()
    make_clip(team)
    nothing = queue(team.trainee, team)
    assert nothing.pop("assigned_count") == 0
    assert set(nothing) == {"assigned", "to_annotate", "returned", "to_review"}
    assert not any(nothing.values())
    answer = client_of(team.stranger).get(f"/api/queue/?project={team.project.pk}")
    assert answer.status_code == 404
    assert client_of(team.expert).get("/api/queue/").status_code == 400


def test_the_queries_do_not_grow_with_the_queue(django_assert_max_num_queries: Any) -> None:
    team = make_team()
    for number in range(12):
        make_clip(team, subject=f"S-{number % 3}")
    client = client_of(team.expert)
    with django_assert_max_num_queries(12):
        answer = client.get(f"/api/queue/?project={team.project.pk}")
    assert len(answer.json()["to_annotate"]) == 12
