"""Deleting and restoring clips, finding them, their scale, and what they take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.models import AnnotationSet, Chunk, Clip, SetPurpose, Upload
from fascicle.accounts.models import User
from fascicle.audit.models import AuditRecord
from tests.factories import Team, make_clip, make_team

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


def post(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, body, content_type="application/json")


def patch(client: Client, clip: Clip, **body: Any) -> Any:
    return client.patch(f"/api/clips/{clip.pk}/", body, content_type="application/json")


def found(client: Client, **query: Any) -> set[str]:
    return {row["id"] for row in client.get("/api/clips/", query).json()["results"]}


def test_admins_see_deleted_clips_and_bring_them_back(team: Team, log_in: LogIn) -> None:
    clip, admin = make_clip(team), log_in(team.admin)
    assert admin.delete(f"/api/clips/{clip.pk}/").status_code == 204
    [row] = admin.get("/api/clips/", {"deleted": "true"}).json()["results"]
    assert (row["id"], row["deleted_at"] is None) == (str(clip.pk), False)
    assert found(admin) == set()
    assert found(log_in(team.expert), deleted="true") == set()
    assert post(log_in(team.expert), f"/api/clips/{clip.pk}/restore/").status_code == 404
    assert post(admin, f"/api/clips/{clip.pk}/restore/").json()["deleted_at"] is None
    assert found(log_in(team.trainee)) == {str(clip.pk)}
    acts = AuditRecord.objects.filter(target_id=str(clip.pk)).order_by("at")
    assert [act.action for act in acts] == ["clip.delete", "clip.restore"]


def test_a_clip_whose_file_came_again_is_not_restored_beside_it(team: Team, log_in: LogIn) -> None:
    clip, admin = make_clip(team), log_in(team.admin)
    admin.delete(f"/api/clips/{clip.pk}/")
    again = make_clip(team)
    Clip.objects.filter(pk=again.pk).update(source_sha256=clip.source_sha256)
    answer = post(admin, f"/api/clips/{clip.pk}/restore/")
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_clip")
    assert answer.json()["fields"]["clip"] == str(again.pk)


def test_many_clips_are_deleted_and_restored_at_once(team: Team, log_in: LogIn) -> None:
    clips = [str(make_clip(team).pk) for _ in range(5)]
    admin = log_in(team.admin)
    answer = post(admin, "/api/clips/bulk/", clips=clips[:3], action="delete")
    assert set(answer.json()["changed"]) == set(clips[:3])
    assert found(admin) == set(clips[3:])
    answer = post(admin, "/api/clips/bulk/", clips=clips, action="restore")
    assert set(answer.json()["changed"]) == set(clips[:3])
    assert found(admin) == set(clips)


def test_a_bulk_act_is_all_or_nothing(team: Team, log_in: LogIn) -> None:
    clip, foreign = make_clip(team), make_clip(make_team())
    body = {"clips": [str(clip.pk), str(foreign.pk)], "action": "delete"}
    assert post(log_in(team.admin), "/api/clips/bulk/", **body).status_code == 404
    both = {"clips": [str(clip.pk)], "action": "shred"}
    assert post(log_in(team.admin), "/api/clips/bulk/", **both).status_code == 400
    assert Clip.objects.filter(deleted_at__isnull=True).count() == 2


def test_clips_are_narrowed_by_scanner_assignee_and_procedure(team: Team, log_in: LogIn) -> None:
    first, second = make_clip(team), make_clip(team)
    Clip.objects.filter(pk=first.pk).update(scanner="Clarius L15")
    AnnotationSet.objects.create(clip=second, purpose=SetPurpose.READER, author=team.expert)
    admin = log_in(team.admin)
    assert found(admin, scanner="clarius l15") == {str(first.pk)}
    assert found(admin, assignee=str(team.expert.pk)) == {str(second.pk)}
    assert found(admin, assignee=str(team.colleague.pk)) == set()
    assert found(admin, procedure="axillary") == {str(first.pk), str(second.pk)}
    assert found(admin, procedure="femoral") == set()
    # a draft is not a trainee's to know of
    assert found(log_in(team.trainee), assignee=str(team.expert.pk)) == set()
    facets = admin.get(f"/api/projects/{team.project.pk}/facets/").json()
    assert facets == {
        "scanners": [{"name": "Clarius L15", "clip_count": 1}],
        "assignees": [{"id": str(team.expert.pk), "name": team.expert.name, "clip_count": 1}],
    }
    mine = log_in(team.trainee).get(f"/api/projects/{team.project.pk}/facets/").json()
    assert mine["assignees"] == []


def test_two_points_give_the_size_of_a_pixel(team: Team, log_in: LogIn) -> None:
    clip, client = make_clip(team), log_in(team.expert)
    points = {"x0": 10, "y0": 5, "x1": 10, "y1": 45, "millimetres": 20}
    row = patch(client, clip, calibration=points).json()
    assert (row["microns_per_pixel"], row["microns_source"]) == (500, "calibration")
    assert row["calibration"] == points
    record = AuditRecord.objects.get(action="clip.calibrate")
    assert record.detail["microns_per_pixel"] == [None, 500]
    row = patch(client, clip, microns_per_pixel=61).json()
    assert (row["microns_source"], row["calibration"]) == ("stated", None)
    row = patch(client, clip, microns_per_pixel=None).json()
    assert (row["microns_per_pixel"], row["microns_source"]) == (None, "")


@pytest.mark.parametrize(
    "wrong",
    [{"y1": 12}, {"millimetres": 0}, {"millimetres": 2000}, {"x1": 65}, {"x0": -1}],
)
def test_points_that_measure_nothing_are_refused(
    wrong: dict[str, float], team: Team, log_in: LogIn
) -> None:
    points = {"x0": 10, "y0": 5, "x1": 10, "y1": 45, "millimetres": 20, **wrong}
    answer = patch(log_in(team.expert), make_clip(team), calibration=points)
    assert answer.status_code == 400
    assert "calibration" in answer.json()["fields"]


def test_storage_tells_clips_waiting_uploads_and_what_is_deleted(team: Team, log_in: LogIn) -> None:
    kept, deleted = make_clip(team, frame_count=10), make_clip(team, frame_count=4)
    for clip, size in ((kept, 700), (deleted, 50)):
        Chunk.objects.create(
            clip=clip, number=0, first_frame=0, frame_count=clip.frame_count, storage_key="none",
            byte_size=size,
        )  # fmt: skip
    log_in(team.admin).delete(f"/api/clips/{deleted.pk}/")
    for state, received in (("receiving", 30), ("failed", 90)):
        Upload.objects.create(
            project=team.project, subject="S", byte_size=90, received_bytes=received, state=state
        )
    used = log_in(team.trainee).get(f"/api/projects/{team.project.pk}/storage/").json()
    assert used == {
        "clip_count": 1, "frame_count": 10, "chunk_bytes": 700, "waiting_bytes": 30,
        "deleted_clip_count": 1, "deleted_bytes": 50,
    }  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["/api/clips/?deleted=true", "/api/clips/?scanner=x", "/api/uploads/", "facets", "storage"],
)
def test_the_number_of_queries_does_not_grow(address: str, team: Team, log_in: LogIn) -> None:
    client = log_in(team.admin)
    where = address if "/" in address else f"/api/projects/{team.project.pk}/{address}/"

    def grow() -> None:
        clip = make_clip(team)
        other = make_clip(team)
        Clip.objects.filter(pk__in=[clip.pk, other.pk]).update(
            scanner="x", redaction={}, redaction_by=team.expert
        )
        client.delete(f"/api/clips/{other.pk}/")
        AnnotationSet.objects.create(clip=clip, purpose=SetPurpose.READER, author=team.expert)
        Upload.objects.create(
            id=uuid4(), project=team.project, owner=team.expert, subject="S", byte_size=9
        )

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(where).status_code == 200
        return len(captured)

    grow()
    few = queries()
    for _ in range(6):
        grow()
    assert queries() == few
