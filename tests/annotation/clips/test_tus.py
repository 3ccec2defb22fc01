"""Resumable uploads: pieces, dropped connections, checksums, and what goes on at once."""

from __future__ import annotations

import base64
import errno
import fcntl
import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotation.models import Clip, Upload
from annotation.services import upload_append
from annotation.services.waiting_upload import waiting_path
from fascicle.accounts.models import User
from fascicle.jobs.models import Job
from fascicle.jobs.tasks import run
from tests.annotation.clips.test_uploads import still
from tests.factories import Team

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
RESUMABLE = {"Tus-Resumable": "1.0.0"}


def pairs(**told: str) -> str:
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items()
    )


def begin(client: Client, team: Team, length: int, **more: str) -> Any:
    told = {"project": str(team.project.pk), "subject": "S01", "filename": "Mustermann.mp4", **more}
    headers = {**RESUMABLE, "Upload-Length": str(length), "Upload-Metadata": pairs(**told)}
    return client.post("/api/uploads/", headers=headers)


def piece(client: Client, where: str, offset: int, content: bytes, **more: str) -> Any:
    return client.patch(
        where, content, content_type="application/offset+octet-stream",
        headers={**RESUMABLE, "Upload-Offset": str(offset), **more},
    )  # fmt: skip


def begun(client: Client, team: Team, length: int, **more: str) -> str:
    answer = begin(client, team, length, **more)
    assert answer.status_code == 201, answer.content
    return str(answer["Location"])


def test_a_clip_comes_in_pieces_and_waits_for_release(
    team: Team, log_in: LogIn, stored_files: Any
) -> None:
    client, content = log_in(team.expert), still()
    where = begun(client, team, len(content), label="Left", microns_per_pixel="60")
    for start in range(0, len(content), 500):
        answer = piece(client, where, start, content[start : start + 500])
        assert answer.status_code == 204, answer.content
        assert answer["Upload-Offset"] == str(min(start + 500, len(content)))
    upload = Upload.objects.get()
    assert (upload.state, upload.label, upload.microns_per_pixel) == ("inspecting", "Left", 60)
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    run(str(upload.inspect_job_id))
    row = client.get(where).json()
    assert (row["state"], row["clip"], row["is_mine"]) == ("awaiting_release", None, True)
    assert (row["facts"]["width"], row["facts"]["height"], row["facts"]["frame_count"]) == (
        40,
        32,
        1,
    )
    assert not Clip.objects.exists()
    assert not [name for name in stored_files() if name.startswith("media")]
    [preview] = row["previews"]
    picture = client.get(preview["url"], headers={"Accept": "image/*"})
    assert (picture.status_code, picture["Cache-Control"]) == (200, "no-store")
    assert "Mustermann" not in f"{vars(upload)} {stored_files()} {row}"


def test_after_a_dropped_connection_it_goes_on_where_it_stood(team: Team, log_in: LogIn) -> None:
    client, content = log_in(team.expert), still()
    where = begun(client, team, len(content))
    piece(client, where, 0, content[:700])
    asked = client.head(where, headers=RESUMABLE)
    assert (asked.status_code, asked["Upload-Offset"]) == (200, "700")
    assert asked["Upload-Length"] == str(len(content))
    assert "no-store" in asked["Cache-Control"]
    assert "Upload-Expires" in asked
    wrong = piece(client, where, 300, content[300:])
    assert (wrong.status_code, wrong.json()["code"]) == (409, "offset_mismatch")
    assert wrong.json()["fields"] == {"offset": 700}
    assert piece(client, where, 700, content[700:]).status_code == 204
    assert Upload.objects.get().sha256 == hashlib.sha256(content).hexdigest()


def test_what_a_killed_request_wrote_beyond_its_row_is_written_anew(
    team: Team, log_in: LogIn
) -> None:
    client, content = log_in(team.expert), still()
    where = begun(client, team, len(content))
    piece(client, where, 0, content[:100])
    with waiting_path(Upload.objects.get().pk).open("ab") as file:
        file.write(b"half a block that no row tells of")
    piece(client, where, 100, content[100:])
    assert Upload.objects.get().sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_damaged_bytes_are_refused_and_sent_again(
    algorithm: str, team: Team, log_in: LogIn
) -> None:
    client, content = log_in(team.expert), still()
    where = begun(client, team, len(content))
    digest = base64.b64encode(hashlib.new(algorithm, content).digest()).decode()
    told = {"Upload-Checksum": f"{algorithm} {digest}"}
    damaged = piece(client, where, 0, content[:-1] + b"?", **told)
    assert (damaged.status_code, damaged.json()["code"]) == (460, "checksum_mismatch")
    assert Upload.objects.get().received_bytes == 0
    assert piece(client, where, 0, content, **told).status_code == 204
    assert Upload.objects.get().state == "inspecting"


def test_two_requests_do_not_write_at_once(team: Team, log_in: LogIn) -> None:
    client = log_in(team.expert)
    where = begun(client, team, 100)
    with waiting_path(Upload.objects.get().pk).open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert piece(client, where, 0, b"x" * 10).status_code == 423
    assert piece(client, where, 0, b"x" * 10).status_code == 204


def test_several_uploads_of_one_person_go_on_side_by_side(team: Team, log_in: LogIn) -> None:
    client, contents = log_in(team.expert), [still(seed) for seed in range(3)]
    places = [begun(client, team, len(content)) for content in contents]
    half = 400
    for where, content in zip(places, contents, strict=True):
        piece(client, where, 0, content[:half])
    for where, content in zip(places, contents, strict=True):
        assert piece(client, where, half, content[half:]).status_code == 204
    assert Job.objects.filter(kind="upload_inspect").count() == 3
    assert {row.sha256 for row in Upload.objects.all()} == {
        hashlib.sha256(content).hexdigest() for content in contents
    }


def test_more_bytes_than_were_stated_are_refused(team: Team, log_in: LogIn) -> None:
    client = log_in(team.expert)
    where = begun(client, team, 10)
    answer = piece(client, where, 0, b"x" * 11)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_bytes")
    assert waiting_path(Upload.objects.get().pk).stat().st_size == 0


def test_the_same_file_is_recognised_before_or_after_its_bytes(
    team: Team, ingest: Any, log_in: LogIn, stored_files: Any
) -> None:
    client, content = log_in(team.expert), still()
    clip = ingest(team, content)["result"]["clip"]
    before = begin(client, team, len(content), sha256=hashlib.sha256(content).hexdigest())
    assert (before.status_code, before.json()["code"]) == (409, "duplicate_clip")
    where = begun(client, team, len(content))
    after = piece(client, where, 0, content)
    assert (after.status_code, after.json()["fields"]) == (409, {"clip": clip})
    row = client.get(where).json()
    assert (row["state"], row["error_code"]) == ("failed", "duplicate_clip")
    assert not [name for name in stored_files() if name.startswith("waiting")]
    # a client that asks again must not begin anew: every byte had arrived
    assert client.head(where, headers=RESUMABLE)["Upload-Offset"] == str(len(content))


def test_a_cancelled_upload_leaves_nothing_and_takes_nothing(
    team: Team, log_in: LogIn, stored_files: Any
) -> None:
    client = log_in(team.expert)
    where = begun(client, team, 100)
    piece(client, where, 0, b"x" * 10)
    assert log_in(team.colleague).delete(where, headers=RESUMABLE).status_code == 403
    assert client.delete(where, headers=RESUMABLE).status_code == 204
    assert stored_files() == set()
    assert client.head(where, headers=RESUMABLE).status_code == 410
    assert piece(client, where, 10, b"x").status_code == 410
    assert client.get(where).json()["state"] == "cancelled"


def test_a_full_disk_keeps_what_is_there_and_says_so(
    team: Team, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, content = log_in(team.expert), still()
    where = begun(client, team, len(content))
    piece(client, where, 0, content[:100])

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(upload_append.os, "fsync", full)
        answer = piece(client, where, 100, content[100:])
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
    assert "disk is full" in answer.json()["detail"]
    assert waiting_path(Upload.objects.get().pk).read_bytes() == content[:100]
    assert piece(client, where, 100, content[100:]).status_code == 204


def test_a_file_that_has_no_room_is_refused_before_it_is_sent(
    team: Team, log_in: LogIn, monkeypatch: pytest.MonkeyPatch, stored_files: Any
) -> None:
    from annotation.services import upload_open

    usage = type("Usage", (), {"free": 10**6})
    monkeypatch.setattr(upload_open.shutil, "disk_usage", lambda path: usage)
    answer = begin(log_in(team.expert), team, 10**7)
    assert (answer.status_code, answer.json()["code"]) == (400, "disk_full")
    assert not Upload.objects.exists()
    assert stored_files() == set()


def test_who_begins_and_who_sends(team: Team, log_in: LogIn) -> None:
    assert begin(log_in(team.trainee), team, 10).status_code == 403
    assert begin(log_in(team.stranger), team, 10).status_code == 404
    where = begun(log_in(team.expert), team, 10)
    assert piece(log_in(team.colleague), where, 0, b"x").status_code == 403
    for user in (team.trainee, team.stranger):
        assert piece(log_in(user), where, 0, b"x").status_code == 404
        assert log_in(user).head(where).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Upload-Length": "many"}, 400),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": str(10**15)}, 400),
        ({"Upload-Metadata": "subject !!!"}, 400),
        ({"Upload-Metadata": "subject UzAx"}, 400),
        ({"Tus-Resumable": "0.2.2"}, 412),
    ],
)
def test_headers_that_cannot_be_are_refused(
    change: dict[str, str], status: int, team: Team, log_in: LogIn
) -> None:
    told = pairs(project=str(team.project.pk), subject="S01")
    headers = {**RESUMABLE, "Upload-Length": "10", "Upload-Metadata": told, **change}
    answer = log_in(team.expert).post("/api/uploads/", headers=headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"detail", "code", "fields"}
    assert not Upload.objects.exists()


def test_the_server_tells_what_it_can(team: Team, log_in: LogIn) -> None:
    answer = log_in(team.expert).options("/api/uploads/")
    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) == {
        "creation", "termination", "checksum", "expiration",
    }  # fmt: skip


def test_a_stream_that_breaks_off_counts_for_what_it_held(team: Team, log_in: LogIn) -> None:
    begun(log_in(team.expert), team, 100)
    upload = Upload.objects.get()
    upload_append.upload_append(
        upload=upload, actor=team.expert, offset=0, stream=io.BytesIO(b"x" * 30)
    )
    assert Upload.objects.get().received_bytes == 30
