"""People, a project, and the two ways a clip comes in: the page and the worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotation.models import Upload, UploadState
from fascicle.accounts.models import User
from tests.factories import Team, make_team


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, settings: Any) -> None:
    """Every test has an empty storage and waiting room."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "media")},
        },
    }
    settings.UPLOAD_WAITING_ROOT = tmp_path / "waiting"
    # the heartbeat's own connection does not see the test's transaction and would find no Job
    settings.JOB_HEARTBEAT_SECONDS = 3600
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def team(db: None) -> Team:
    return make_team()


@pytest.fixture
def log_in() -> Callable[[User], Client]:
    """A browser in which the person has logged in."""

    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return logged_in


@pytest.fixture
def upload(log_in: Callable[[User], Client]) -> Callable[..., Any]:
    """Send bytes to the upload route; the response."""

    def send(team: Team, content: bytes, *, user: User | None = None, **fields: Any) -> Any:
        form = {
            "project": str(team.project.pk),
            "subject": "S01",
            "file": SimpleUploadedFile("Mustermann, Max.mp4", content, "video/mp4"),
            **fields,
        }
        return log_in(user or team.expert).post("/api/uploads/", form)

    return send


@pytest.fixture
def inspect(upload: Callable[..., Any]) -> Callable[..., Upload]:
    """Upload and let a worker look at it; the upload as it then stands."""
    from fascicle.jobs.tasks import run

    def work(team: Team, content: bytes, **fields: Any) -> Upload:
        response = upload(team, content, **fields)
        assert response.status_code == 202, response.json()
        run(response.json()["id"])
        return Upload.objects.get(pk=response.json()["target_id"])

    return work


@pytest.fixture
def ingest(
    inspect: Callable[..., Upload], log_in: Callable[[User], Client]
) -> Callable[..., dict[str, Any]]:
    """Upload, confirm (that nothing is cut off, or another redaction) and do the work of a worker;
    the last Job as the API then shows it.
    """
    from fascicle.jobs.tasks import run

    def work(
        team: Team, content: bytes, redaction: dict[str, Any] | None = None, **fields: Any
    ) -> dict[str, Any]:
        upload = inspect(team, content, **fields)
        admin = log_in(team.admin)
        job_id = upload.inspect_job_id
        if upload.state == UploadState.AWAITING_RELEASE:
            answer = admin.post(
                f"/api/uploads/{upload.pk}/release/",
                {"redaction": redaction or {}},
                content_type="application/json",
            )
            assert answer.status_code == 202, answer.json()
            job_id = answer.json()["id"]
            run(job_id)
        job: dict[str, Any] = admin.get(f"/api/jobs/{job_id}/").json()
        return job

    return work


@pytest.fixture
def stored_files(tmp_path: Path) -> Callable[[], set[str]]:
    """Names of all files in the storage and the waiting room."""

    def listed() -> set[str]:
        return {
            str(path.relative_to(tmp_path))
            for folder in ("media", "waiting")
            for path in (tmp_path / folder).rglob("*")
            if path.is_file()
        }

    return listed
