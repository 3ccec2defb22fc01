"""Whose an export is, and what is left when one ends early or its time is over."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Clip, Export
from annotation.services.export_remove import exports_sweep, work_path
from fascicle.audit.models import AuditRecord
from fascicle.jobs.models import Job
from fascicle.jobs.tasks import run
from tests.annotation.clips.exports.exporting import (
    accept,
    ask,
    draw,
    fetched,
    made,
)
from tests.annotation.clips.test_frame_identity import COUNT
from tests.factories import Team, make_team

pytestmark = [
    pytest.mark.django_db,
    # the test's client is no ASGI server and gathers the stream
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume"),
]


def test_a_draft_is_exported_by_its_author_alone_and_seen_by_nobody_else(
    team: Team, clip: Clip, log_in: Callable[..., Client]
) -> None:
    row = draw(team, clip)
    assert ask(log_in(team.admin), team, annotation=str(row.pk)).status_code == 404
    client = log_in(team.expert)
    export = made(client, team, annotation=str(row.pk))
    manifest = json.loads(fetched(client, export).read("manifest.json"))
    assert manifest["clips"][0]["annotation_set"]["state"] == "draft"
    for other in (team.admin, team.colleague, team.trainee, team.stranger):
        assert log_in(other).get(f"/api/exports/{export.pk}/file/").status_code == 404
        assert log_in(other).get("/api/exports/").json()["results"] == []


def test_nobody_else_downloads_and_each_download_is_on_record(
    team: Team, clip: Clip, log_in: Callable[..., Client]
) -> None:
    accept(team, draw(team, clip))
    export = made(log_in(team.expert), team)
    address = f"/api/exports/{export.pk}/file/"
    for person in (team.colleague, team.trainee, team.stranger, make_team().admin):
        assert log_in(person).get(address).status_code == 404
    assert Client().get(address).status_code == 401
    assert ask(log_in(team.trainee), team).status_code == 403
    assert ask(log_in(team.stranger), team).status_code == 404
    assert log_in(team.admin).get(address).status_code == 200  # of accepted work
    records = AuditRecord.objects.filter(target_id=str(export.pk)).order_by("pk")
    assert [each.action for each in records] == ["export.create", "export.download"]
    assert records[1].actor_id == team.admin.pk


def test_clips_of_another_project_are_not_exported(
    team: Team, clip: Clip, log_in: Callable[..., Client]
) -> None:
    other = make_team()
    assert ask(log_in(other.admin), other, clips=[str(clip.pk)]).status_code == 404
    answer = ask(log_in(other.admin), other)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "There is no clip to export yet."


def test_an_export_of_a_clip_deleted_since_is_not_given_out(
    team: Team, clip: Clip, log_in: Callable[..., Client]
) -> None:
    export = made(log_in(team.expert), team)
    assert log_in(team.admin).delete(f"/api/clips/{clip.pk}/").status_code == 204
    answer = log_in(team.expert).get(f"/api/exports/{export.pk}/file/")
    assert answer.status_code == 409
    assert answer.json()["code"] == "clip_deleted"


def failed(client: Client, team: Team) -> Job:
    answer = ask(client, team)
    run(answer.json()["id"])
    return Job.objects.get(pk=answer.json()["id"])


def test_a_full_disk_is_told_and_leaves_nothing(
    team: Team, clip: Clip, log_in: Callable[..., Client], zips: Any, monkeypatch: Any
) -> None:
    from annotation.exports import clip_files

    encode, calls = clip_files.encode_png, iter(range(40))

    def full(grey: np.ndarray) -> bytes:
        if next(calls) == 30:
            raise OSError(errno.ENOSPC, "No space left on device")
        return encode(grey)

    monkeypatch.setattr(clip_files, "encode_png", full)
    job = failed(log_in(team.expert), team)
    assert job.state == "failed"
    assert "disk has no room" in job.error
    assert zips() == []
    assert not Export.objects.get(pk=job.target_id).is_ready


def test_other_pixels_than_the_frame_table_names_are_never_exported(
    team: Team, clip: Clip, log_in: Callable[..., Client], zips: Any, monkeypatch: Any
) -> None:
    from annotation.services import export_write

    def swapped(clip_id: Any, indices: Any) -> Iterator[np.ndarray]:
        frames = list(original(clip_id, indices))
        frames[3], frames[4] = frames[4], frames[3]
        return iter(frames)

    original = export_write.clip_frames
    monkeypatch.setattr(export_write, "clip_frames", swapped)
    job = failed(log_in(team.expert), team)
    assert job.state == "failed"
    assert "frame 3 of clip0001" in job.error
    assert zips() == []


def test_a_cancelled_export_stops_and_leaves_nothing(
    team: Team, clip: Clip, log_in: Callable[..., Client], zips: Any, monkeypatch: Any
) -> None:
    from annotation.exports import clip_files
    from fascicle.jobs.services import job_cancel

    monkeypatch.setattr("annotation.services.export_make._REPORT_SECONDS", 0.0)
    encode, calls = clip_files.encode_png, iter(range(COUNT))

    def cancelling(grey: np.ndarray) -> bytes:
        if next(calls) == 20:
            job_cancel(job=Job.objects.get(kind="project_export"), actor=team.expert)
        return encode(grey)

    monkeypatch.setattr(clip_files, "encode_png", cancelling)
    job = failed(log_in(team.expert), team)
    assert job.state == "cancelled"
    assert next(calls) == 21
    assert zips() == []


def test_a_zip_goes_when_its_time_is_over(
    team: Team, clip: Clip, log_in: Callable[..., Client], zips: Any
) -> None:
    client = log_in(team.expert)
    export = made(client, team)
    assert exports_sweep() == 0
    assert len(zips()) == 1
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.get(f"/api/exports/{export.pk}/file/")
    assert (answer.status_code, answer.json()["code"]) == (409, "export_gone")
    assert exports_sweep() == 1
    assert zips() == []
    shown = client.get(f"/api/exports/{export.pk}/").json()
    assert shown["is_ready"] is False
    assert shown["removed_at"] is not None


def test_the_owner_removes_a_zip_and_a_killed_attempt_leaves_none(
    team: Team, clip: Clip, log_in: Callable[..., Client], zips: Any
) -> None:
    client = log_in(team.expert)
    answer = ask(client, team)
    job = Job.objects.get(pk=answer.json()["id"])
    stale = work_path(job.target_id, 1)
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"cut off")
    Job.objects.filter(pk=job.pk).update(attempt=1)
    run(str(job.pk))
    assert [path.name for path in zips()] == ["2.zip"]
    assert client.delete(f"/api/exports/{job.target_id}/").status_code == 204
    assert zips() == []
