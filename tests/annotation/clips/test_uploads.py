"""Who may upload, the same file twice, and attempts that were killed or cancelled."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from PIL import Image

from annotation.models import Clip, Subject, Upload
from annotation.selectors import clip_frames
from annotation.services.upload_release import upload_release
from fascicle.audit.models import AuditRecord
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_claim, job_reap
from fascicle.jobs.tasks import run
from tests.factories import Team

pytestmark = pytest.mark.django_db


def still(seed: int = 0) -> bytes:
    grey = np.random.default_rng(seed).integers(0, 256, (32, 40), dtype=np.uint8)
    content = io.BytesIO()
    Image.fromarray(grey).save(content, "PNG")
    return content.getvalue()


def test_trainees_and_strangers_upload_nothing(team: Team, upload: Any, stored_files: Any) -> None:
    assert upload(team, still(), user=team.trainee).status_code == 403
    assert upload(team, still(), user=team.stranger).status_code == 404
    assert not Job.objects.exists()
    assert stored_files() == set()


def test_an_upload_waits_under_the_id_of_its_clip(
    team: Team, upload: Any, stored_files: Any
) -> None:
    job = upload(team, still()).json()
    assert (job["kind"], job["queue"], job["state"]) == ("upload_inspect", "ingest", "queued")
    assert stored_files() == {f"waiting/{job['target_id']}"}


def test_the_same_bytes_are_a_conflict_that_names_the_clip(
    team: Team, upload: Any, ingest: Any
) -> None:
    clip_id = ingest(team, still())["result"]["clip"]
    again = upload(team, still(), subject="S02")
    assert again.status_code == 409
    assert again.json()["code"] == "duplicate_clip"
    assert again.json()["fields"] == {"clip": clip_id}
    assert Upload.objects.count() == 1
    assert not Subject.objects.filter(pseudonym="S02").exists()


def test_the_same_bytes_while_they_are_being_taken_in_are_a_conflict(
    team: Team, upload: Any
) -> None:
    first = upload(team, still()).json()
    again = upload(team, still())
    assert (again.status_code, again.json()["code"]) == (409, "upload_waiting")
    assert again.json()["fields"]["upload"] == first["target_id"]


def test_a_deleted_clip_can_be_uploaded_again_under_a_new_number(
    team: Team, ingest: Any, log_in: Callable[..., Client]
) -> None:
    clip_id = ingest(team, still())["result"]["clip"]
    assert log_in(team.expert).delete(f"/api/clips/{clip_id}/").status_code == 403
    assert log_in(team.admin).delete(f"/api/clips/{clip_id}/").status_code == 204
    assert log_in(team.admin).get(f"/api/clips/{clip_id}/").status_code == 404
    assert ingest(team, still())["state"] == "done"
    assert list(Clip.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("field", "value"),
    [("subject", " "), ("subject", "a\nb"), ("microns_per_pixel", "-1"), ("label", "x" * 121)],
)
def test_words_that_cannot_be_are_refused(
    field: str, value: str, team: Team, upload: Any, stored_files: Any
) -> None:
    response = upload(team, still(), **{field: value})
    assert response.status_code == 400
    assert field in response.json()["fields"]
    assert stored_files() == set()


def test_a_cancelled_upload_leaves_nothing(
    team: Team, upload: Any, log_in: Any, stored_files: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    job = upload(team, still()).json()
    with django_capture_on_commit_callbacks(execute=True):
        answer = log_in(team.expert).post(f"/api/jobs/{job['id']}/cancel/")
    assert answer.json()["state"] == "cancelled"
    assert stored_files() == set()
    run(job["id"])
    assert not Clip.objects.exists()


def released(team: Team, inspect: Any) -> Job:
    """The waiting Job that will make a clip."""
    return upload_release(upload=inspect(team, still()), actor=team.expert, redaction={})


def test_a_killed_attempt_is_done_again_by_the_next(
    team: Team, inspect: Any, stored_files: Any
) -> None:
    job = released(team, inspect)
    claimed = job_claim(job_id=job.pk, lease_owner="a worker that is then killed")
    assert claimed is not None
    Job.objects.update(lease_until=timezone.now() - timezone.timedelta(seconds=1))
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    assert Clip.objects.get().pk == job.target_id
    assert not [name for name in stored_files() if name.startswith("waiting")]


def test_what_a_lost_worker_stored_goes_when_the_job_is_given_up(
    team: Team, inspect: Any, stored_files: Any
) -> None:
    from annotation.services.frame_store import FrameStore
    from annotation.services.waiting_upload import ledger_path

    job = released(team, inspect)
    job_claim(job_id=job.pk, lease_owner="a worker that is then killed")
    FrameStore(ledger_path(job.target_id)).put("chunks", "fck", b"half a clip")
    assert any(name.startswith("media/chunks") for name in stored_files())
    Job.objects.filter(pk=job.pk).update(
        lease_until=timezone.now() - timezone.timedelta(seconds=1), max_attempts=1
    )
    assert job_reap().given_up == 1
    assert stored_files() == set()
    assert Upload.objects.get().state == "failed"


def test_a_worker_that_lost_its_lease_writes_no_rows(
    team: Team, inspect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import annotation.services.clip_ingest as module

    job = released(team, inspect)
    whole = module.frames_store

    def slow(**arguments: Any) -> Any:
        frames = whole(**arguments)
        Job.objects.update(attempt=2)  # another worker has taken over meanwhile
        return frames

    monkeypatch.setattr(module, "frames_store", slow)
    run(str(job.pk))
    assert not Clip.objects.exists()
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_a_chunk_cut_short_by_a_kill_is_written_again(
    team: Team, upload: Any, ingest: Any, tmp_path: Path
) -> None:
    ingest(team, still())
    [chunk] = (tmp_path / "media" / "chunks").rglob("*.fck")
    whole = chunk.read_bytes()
    Clip.objects.all().delete()
    Upload.objects.all().delete()
    chunk.write_bytes(whole[:20])
    ingest(team, still())
    assert chunk.read_bytes() == whole


def by_command(team: Team, file: Path, *more: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(
        "upload", str(file), "--project", team.project.name, "--subject", "S9", "--label",
        "From a script", "--json", *more, stdout=out,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_the_upload_command_tells_where_to_confirm(team: Team, tmp_path: Path) -> None:
    (tmp_path / "still.png").write_bytes(still())
    told = by_command(team, tmp_path / "still.png")
    assert told["state"] == "inspecting"
    assert (tmp_path / "still.png").exists(), "the person's own file stays"
    run(told["job"])
    assert Upload.objects.get().state == "awaiting_release"
    assert not Clip.objects.exists()
    assert told["confirm_at"].endswith(f"/uploads/{told['upload']}")


def test_a_folder_of_frames_is_uploaded_as_one_clip(
    team: Team, tmp_path: Path, stored_files: Any
) -> None:
    folder = tmp_path / "Mustermann sweep"
    folder.mkdir()
    for index in (2, 10, 1):
        (folder / f"frame{index}.png").write_bytes(still(index))
    told = by_command(team, folder, "--keep-all")
    run(told["job"])
    run(str(Upload.objects.get().ingest_job_id))
    clip = Clip.objects.get(pk=told["clip"])
    expected = [np.asarray(Image.open(io.BytesIO(still(index)))) for index in (1, 2, 10)]
    for grey, one in zip(clip_frames(clip.pk), expected, strict=True):
        np.testing.assert_array_equal(grey, one)
    assert not any(name.startswith("waiting") for name in stored_files())
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="holds no files"):
        by_command(team, tmp_path / "empty")
    assert not any(name.startswith("waiting") for name in stored_files())


def test_a_script_may_release_in_the_name_of_its_owner(team: Team, tmp_path: Path) -> None:
    (tmp_path / "still.png").write_bytes(still())
    told = by_command(team, tmp_path / "still.png", "--release")
    run(told["job"])
    run(str(Upload.objects.get().ingest_job_id))
    clip = Clip.objects.get(pk=told["clip"])
    assert (clip.label, clip.subject.pseudonym, clip.created_by) == (
        "From a script", "S9", team.admin,
    )  # fmt: skip
    assert (clip.redaction_by, clip.redaction_at is None) == (team.admin, False)
    record = AuditRecord.objects.get(action="upload.release")
    assert record.actor_id == team.admin.pk
    assert record.detail["is_stated_beforehand"] is True
    with pytest.raises(CommandError, match="in the project already, as “From a script”"):
        by_command(team, tmp_path / "still.png")


def test_the_waiting_room_may_be_missing(team: Team, ingest: Any, settings: Any) -> None:
    shutil.rmtree(settings.UPLOAD_WAITING_ROOT, ignore_errors=True)
    assert ingest(team, still())["state"] == "done"
