"""Between the bytes and the clip stands a person: what is shown, confirmed, and recorded."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from annotation.models import Clip, Subject, Upload, UploadState
from annotation.services.upload_end import upload_end
from annotation.services.upload_release import upload_release
from annotation.services.uploads_sweep import uploads_sweep
from annotation.services.waiting_upload import waiting_path
from fascicle.accounts.models import User
from fascicle.audit.models import AuditRecord
from fascicle.errors import Conflict
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.tasks import run
from tests.annotation.clips.test_ingest import numbered_zip, pixels
from tests.annotation.clips.test_uploads import still
from tests.factories import Team, client_of, make_team

LogIn = Callable[[User], Client]
CUT = {
    "crop": {"x0": 8, "y0": 4, "x1": 48, "y1": 40},
    "blanks": [{"x0": 0, "y0": 0, "x1": 20, "y1": 10}],
}


def release(client: Client, upload: Upload, redaction: Any) -> Any:
    return client.post(
        f"/api/uploads/{upload.pk}/release/",
        {"redaction": redaction},
        content_type="application/json",
    )


@pytest.mark.django_db
def test_every_stored_frame_is_cut_as_confirmed(
    team: Team, inspect: Any, log_in: LogIn, stored_files: Any
) -> None:
    content, frames = numbered_zip()
    upload = inspect(team, content)
    assert not Clip.objects.exists()
    assert not Subject.objects.exists()
    job = release(log_in(team.colleague), upload, CUT).json()
    assert (job["kind"], job["target_id"]) == ("clip_ingest", str(upload.pk))
    run(job["id"])
    client = log_in(team.trainee)
    row = client.get(f"/api/clips/{upload.pk}/").json()
    assert (row["width"], row["height"]) == (40, 36)
    assert row["redaction"] == {**CUT, "keep": None}
    assert row["redaction_by"]["id"] == str(team.colleague.pk)
    assert row["redaction_at"] is not None
    table = client.get(f"/api/clips/{upload.pk}/frame-table/").json()["frames"]
    for index in (0, 17, 39):
        wanted = frames[index][4:40, 8:48].copy()
        wanted[:6, :12] = 0
        answer = client.get(f"/api/clips/{upload.pk}/frames/{index}/")
        np.testing.assert_array_equal(pixels(answer.content), wanted)
        assert table[index]["sha256"] == hashlib.sha256(wanted.tobytes()).hexdigest()
    assert not [name for name in stored_files() if name.startswith("waiting")]
    record = AuditRecord.objects.get(action="upload.release")
    assert (record.actor_id, record.detail["is_stated_beforehand"]) == (team.colleague.pk, False)
    after = log_in(team.expert).get(f"/api/uploads/{upload.pk}/").json()
    assert (after["state"], after["clip"], after["previews"]) == ("done", str(upload.pk), [])
    assert after["proposal"] is None, "what was found in the raw picture is not kept"


@pytest.mark.django_db
def test_sample_frames_are_shown_whole_and_spread_over_the_clip(
    team: Team, inspect: Any, log_in: LogIn
) -> None:
    content, frames = numbered_zip(70)
    client, upload = log_in(team.expert), inspect(team, content)
    row = client.get(f"/api/uploads/{upload.pk}/").json()
    shown = [preview["frame_index"] for preview in row["previews"]]
    assert shown == sorted(set(shown))
    assert (shown[0], shown[-1]) == (0, 69)
    assert max(np.diff(shown)) <= 12
    for preview in row["previews"]:
        np.testing.assert_array_equal(
            np.asarray(Image.open(io.BytesIO(client.get(preview["url"]).content))),
            frames[preview["frame_index"]],
        )
    assert client.get(f"/api/uploads/{upload.pk}/previews/99/").status_code == 404
    assert set(row["proposal"]) == {"redaction", "findings"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "redaction",
    [
        {"crop": {"x0": 0, "y0": 0, "x1": 99, "y1": 40}},
        {"crop": {"x0": 0, "y0": 0, "x1": 8, "y1": 8}},
        {"crop": {"x0": 9, "y0": 0, "x1": 8, "y1": 8}},
        {"blanks": [{"x0": 0, "y0": 0, "x1": 64, "y1": 48}]},
        {"keep": [[0, 0], [1, 1]]},
        "nothing",
        None,
    ],
)
def test_a_redaction_that_cannot_be_is_refused_and_the_upload_waits_on(
    redaction: Any, team: Team, inspect: Any, log_in: LogIn
) -> None:
    upload = inspect(team, numbered_zip(1)[0])
    answer = release(log_in(team.expert), upload, redaction)
    assert answer.status_code == 400, answer.json()
    upload.refresh_from_db()
    assert upload.state == UploadState.AWAITING_RELEASE
    assert release(log_in(team.expert), upload, {}).status_code == 202


@pytest.mark.django_db
def test_an_upload_is_released_once(team: Team, inspect: Any, log_in: LogIn) -> None:
    upload = inspect(team, still())
    assert release(log_in(team.trainee), upload, {}).status_code == 404
    assert release(log_in(team.expert), upload, {}).status_code == 202
    again = release(log_in(team.admin), upload, {})
    assert (again.status_code, again.json()["code"]) == (409, "not_waiting")
    assert Job.objects.filter(kind="clip_ingest").count() == 1


@pytest.mark.django_db
def test_an_upload_cancelled_while_it_waits_leaves_nothing(
    team: Team, inspect: Any, log_in: LogIn, stored_files: Any
) -> None:
    upload = inspect(team, still())
    assert log_in(team.admin).delete(f"/api/uploads/{upload.pk}/").status_code == 204
    assert stored_files() == set()
    assert release(log_in(team.expert), upload, {}).status_code == 409


@pytest.mark.django_db
def test_cancelling_takes_the_waiting_ingest_with_it(
    team: Team, inspect: Any, log_in: LogIn, stored_files: Any
) -> None:
    upload = inspect(team, still())
    job = release(log_in(team.expert), upload, {}).json()
    assert log_in(team.expert).delete(f"/api/uploads/{upload.pk}/").status_code == 204
    assert Job.objects.get(pk=job["id"]).state == JobState.CANCELLED
    run(job["id"])
    assert not Clip.objects.exists()
    assert stored_files() == set()


@pytest.mark.django_db
def test_a_clip_is_not_cancelled_any_more(team: Team, ingest: Any, log_in: LogIn) -> None:
    clip = ingest(team, still())["result"]["clip"]
    assert log_in(team.expert).delete(f"/api/uploads/{clip}/").status_code == 409
    assert Clip.objects.filter(pk=clip).exists()


@pytest.mark.django_db
def test_an_attempt_killed_before_it_released_does_so_when_it_runs_again(
    team: Team, tmp_path: Any
) -> None:
    from annotation.clip_words import checked_words
    from annotation.services.upload_receive import upload_receive
    from fascicle.jobs.context import JobContext

    (tmp_path / "still.png").write_bytes(still())
    job = upload_receive(
        project=team.project, actor=team.admin, source=tmp_path / "still.png",
        words=checked_words(subject="S"), may_move=False, releaser=team.admin,
    )  # fmt: skip
    Upload.objects.update(
        state=UploadState.AWAITING_RELEASE,
        facts={"height": 32, "width": 40},
        proposal={"redaction": {}, "findings": []},
    )
    from annotation.services.upload_inspect import upload_inspect

    upload_inspect(JobContext.of(job))
    assert Upload.objects.get().state == UploadState.INGESTING


@pytest.mark.django_db
def test_a_week_without_bytes_ends_an_upload(team: Team, stored_files: Any) -> None:
    upload = Upload.objects.create(
        project=team.project, owner=team.expert, subject="S", byte_size=10
    )
    waiting_path(upload.pk).parent.mkdir(parents=True, exist_ok=True)
    waiting_path(upload.pk).write_bytes(b"abc")
    assert uploads_sweep().expired == 0
    Upload.objects.update(touched_at=timezone.now() - timedelta(days=7, seconds=1))
    assert uploads_sweep().expired == 1
    upload.refresh_from_db()
    assert (upload.state, upload.error_code) == ("cancelled", "expired")
    assert stored_files() == set()


@pytest.mark.django_db
def test_what_nobody_releases_in_time_goes_and_is_announced_before(
    team: Team, inspect: Any, stored_files: Any, settings: Any
) -> None:
    settings.UPLOAD_WAITING_DAYS = 12
    upload = inspect(team, still())
    shown = client_of(team.expert).get(f"/api/uploads/{upload.pk}/").json()
    assert shown["expires_at"] == (upload.touched_at + timedelta(days=12)).isoformat()
    Upload.objects.update(touched_at=timezone.now() - timedelta(days=11, hours=23))
    assert uploads_sweep().expired == 0
    Upload.objects.update(touched_at=timezone.now() - timedelta(days=12, seconds=1))
    assert uploads_sweep().expired == 1
    upload.refresh_from_db()
    assert (upload.state, upload.error_code) == ("cancelled", "expired")
    assert upload.error == "Nobody released it within 12 days; upload the file again."
    assert AuditRecord.objects.filter(action="upload.expire").count() == 1
    assert stored_files() == set()


@pytest.mark.django_db
def test_what_was_released_meanwhile_does_not_expire(
    team: Team, inspect: Any, stored_files: Any
) -> None:
    upload = inspect(team, still())
    upload_release(upload=upload, actor=team.expert, redaction={})
    waiting = stored_files()
    ended = upload_end(
        upload_id=upload.pk, state=UploadState.CANCELLED, error="Late.",
        only_from=UploadState.AWAITING_RELEASE,
    )  # fmt: skip
    assert not ended
    assert stored_files() == waiting
    assert Upload.objects.get().state == UploadState.INGESTING


@pytest.mark.django_db
def test_what_killed_processes_left_is_settled(
    team: Team, inspect: Any, stored_files: Any, tmp_path: Any
) -> None:
    import os

    upload = inspect(team, still())
    job = upload_release(upload=upload, actor=team.expert, redaction={})
    hour = timezone.now() - timedelta(hours=2)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, finished_at=hour, error="The worker was lost."
    )
    stray = waiting_path(uuid4())
    stray.write_bytes(b"of no upload")
    os.utime(stray, (hour.timestamp(), hour.timestamp()))
    swept = uploads_sweep()
    assert (swept.settled, swept.strays) == (1, 1)
    upload.refresh_from_db()
    assert (upload.state, upload.error) == ("failed", "The worker was lost.")
    assert stored_files() == set()


@pytest.mark.django_db
def test_a_whole_upload_whose_request_was_killed_is_looked_at(team: Team) -> None:
    upload = Upload.objects.create(
        project=team.project, owner=team.expert, subject="S", byte_size=3, received_bytes=3,
        touched_at=timezone.now() - timedelta(minutes=5),
    )  # fmt: skip
    waiting_path(upload.pk).parent.mkdir(parents=True, exist_ok=True)
    waiting_path(upload.pk).write_bytes(b"abc")
    assert uploads_sweep().settled == 1
    upload.refresh_from_db()
    assert upload.state == UploadState.INSPECTING
    assert Job.objects.get().kind == "upload_inspect"


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_release_at_once_one_does() -> None:
    team = make_team()
    upload = Upload.objects.create(
        project=team.project, owner=team.expert, subject="S", byte_size=3, received_bytes=3,
        sha256="a" * 64, state=UploadState.AWAITING_RELEASE, facts={"height": 48, "width": 64},
    )  # fmt: skip
    done: list[str] = []
    together = threading.Barrier(2)

    def one(actor: User) -> None:
        try:
            together.wait()
            upload_release(upload=upload, actor=actor, redaction={})
            done.append("released")
        except Conflict as refused:
            done.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(who,)) for who in (team.expert, team.admin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["not_waiting", "released"]
    assert Job.objects.filter(kind="clip_ingest").count() == 1


@pytest.mark.django_db
def test_who_confirms_second_is_told_who_was_first(team: Team, inspect: Any, log_in: LogIn) -> None:
    upload = inspect(team, still())
    assert release(log_in(team.colleague), upload, {}).status_code == 202
    second = release(log_in(team.expert), upload, CUT)
    assert (second.status_code, second.json()["code"]) == (409, "not_waiting")
    assert second.json()["detail"].endswith(
        "released this recording already; what was confirmed then stands."
    )
    again = release(log_in(team.colleague), upload, {}).json()["detail"]
    assert again.startswith("You have released")
    upload.refresh_from_db()
    assert upload.redaction == {"crop": None, "blanks": [], "keep": None}


@pytest.mark.django_db
def test_words_are_corrected_while_releasing_and_others_stay(
    team: Team, inspect: Any, log_in: LogIn
) -> None:
    upload = inspect(team, still(), label="First", scanner="Old")
    client, address = log_in(team.expert), f"/api/uploads/{upload.pk}/release/"

    def send(**words: Any) -> Any:
        body = {"redaction": {}, **words}
        return client.post(address, body, content_type="application/json")

    wrong = send(microns_per_pixel=-1)
    assert (wrong.status_code, "microns_per_pixel" in wrong.json()["fields"]) == (400, True)
    job = send(scanner="New", microns_per_pixel=75.5).json()
    run(job["id"])
    clip = client.get(f"/api/clips/{upload.pk}/").json()
    assert (clip["label"], clip["scanner"]) == ("First", "New")
    assert clip["microns_per_pixel"] == 75.5
