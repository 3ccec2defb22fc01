"""Lists of projects, subjects and clips: what they hold, for whom, in how many queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.models import AnnotationSet, Clip, SetPurpose, SetState
from fascicle.accounts.models import Project
from tests.factories import Team, make_clip, make_team, make_user

pytestmark = pytest.mark.django_db
LogIn = Callable[..., Client]


def post(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, body, content_type="application/json")


def test_the_shipped_procedures_come_with_their_structures_in_channel_order(
    team: Team, log_in: LogIn
) -> None:
    rows = log_in(team.stranger).get("/api/procedures/").json()["results"]
    by_code = {row["code"]: row for row in rows}
    assert set(by_code) >= {"axillary", "femoral", "brachial-plexus", "femoral-block"}
    axillary = by_code["axillary"]["structures"]
    assert [structure["code"] for structure in axillary] == [
        "vessel", "bone", "musculocutaneous", "median", "ulnar",
    ]  # fmt: skip
    assert [structure["channel"] for structure in axillary] == [1, 2, 3, 4, 5]


def test_staff_found_projects_and_become_their_admins(log_in: LogIn) -> None:
    founder = make_user("founder", is_staff=True)
    body = {"name": "Femoral study", "procedure": "femoral"}
    made = post(log_in(founder), "/api/projects/", **body)
    assert made.status_code == 201
    assert (made.json()["role"], made.json()["clip_count"]) == ("admin", 0)
    assert made.json()["procedure"]["code"] == "femoral"
    assert post(log_in(make_user("other")), "/api/projects/", **body).status_code == 403
    assert Project.objects.count() == 1


def test_projects_are_listed_for_their_members_only(team: Team, log_in: LogIn) -> None:
    make_team()
    make_clip(team)
    [row] = log_in(team.trainee).get("/api/projects/").json()["results"]
    assert (row["id"], row["role"], row["clip_count"]) == (str(team.project.pk), "trainee", 1)
    address = f"/api/projects/{team.project.pk}/"
    assert log_in(team.stranger).get(address).status_code == 404


def test_only_admins_rename_a_project(team: Team, log_in: LogIn) -> None:
    address = f"/api/projects/{team.project.pk}/"
    for user, code in ((team.expert, 403), (team.stranger, 404), (team.admin, 200)):
        answer = log_in(user).patch(address, {"name": "Renamed"}, content_type="application/json")
        assert answer.status_code == code
    team.project.refresh_from_db()
    assert team.project.name == "Renamed"


def test_subjects_are_added_once(team: Team, log_in: LogIn) -> None:
    body = {"project": str(team.project.pk), "pseudonym": " S-7 "}
    made = post(log_in(team.expert), "/api/subjects/", **body)
    assert (made.status_code, made.json()["pseudonym"]) == (201, "S-7")
    assert post(log_in(team.expert), "/api/subjects/", **body).status_code == 409
    assert post(log_in(team.trainee), "/api/subjects/", **body).status_code == 403
    assert post(log_in(team.stranger), "/api/subjects/", **body).status_code == 404


def test_a_clip_row_tells_of_suggestions_and_of_ones_own_reading(team: Team, log_in: LogIn) -> None:
    clip = make_clip(team)
    AnnotationSet.objects.create(clip=clip, purpose=SetPurpose.READER, author=team.expert)
    for user, mine in ((team.expert, "draft"), (team.colleague, None)):
        [row] = log_in(user).get("/api/clips/").json()["results"]
        assert (row["my_set_state"], row["has_suggestion"]) == (mine, False)
    AnnotationSet.objects.create(
        clip=clip, purpose=SetPurpose.SUGGESTION, model_version_id=uuid4(), state=SetState.DRAFT
    )
    [row] = log_in(team.trainee).get("/api/clips/").json()["results"]
    assert row["has_suggestion"] is True


def test_clips_are_found_by_words_state_and_subject(team: Team, log_in: LogIn) -> None:
    first, second = make_clip(team, subject="Anna"), make_clip(team, subject="Berta")
    Clip.objects.filter(pk=second.pk).update(label="Left axilla", state="accepted")
    client = log_in(team.trainee)

    def found(**query: Any) -> list[str]:
        return [row["id"] for row in client.get("/api/clips/", query).json()["results"]]

    one, two = str(first.pk), str(second.pk)
    assert found(search="axilla berta") == [two]
    assert found(search="clip 1") == [one]
    assert found(search="anna") == [one]
    assert found(search="nothing of the kind") == []
    assert found(state="accepted") == [two]
    assert found(subject=str(first.subject_id)) == [one]
    assert found(project=str(team.project.pk)) == [two, one]
    assert found(project=str(uuid4())) == []


def test_words_about_a_clip_are_corrected_by_experts(team: Team, log_in: LogIn) -> None:
    clip = make_clip(team)
    body = {"label": "Right", "microns_per_pixel": 61.5}
    for user, code in ((team.trainee, 403), (team.stranger, 404), (team.expert, 200)):
        answer = log_in(user).patch(f"/api/clips/{clip.pk}/", body, content_type="application/json")
        assert answer.status_code == code
    assert (answer.json()["title"], answer.json()["microns_per_pixel"]) == ("Right", 61.5)
    bad = log_in(team.expert).patch(
        f"/api/clips/{clip.pk}/", {"microns_per_pixel": 0}, content_type="application/json"
    )
    assert bad.status_code == 400


@pytest.mark.parametrize("address", ["/api/clips/", "/api/subjects/", "/api/projects/"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    address: str, team: Team, log_in: LogIn
) -> None:
    client = log_in(team.expert)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    make_clip(team, subject="S-1")
    few = queries()
    for number in range(12):
        make_clip(team, subject=f"S-{number}")
    assert queries() == few
