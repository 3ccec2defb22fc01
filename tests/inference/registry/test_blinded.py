"""Who is to read a clip blinded to the model neither asks it nor watches it."""

from __future__ import annotations

import pytest

from annotation.models import Assignment, AssignmentTask
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create
from tests.factories import client_of, make_clip, make_team

pytestmark = pytest.mark.django_db


def test_a_blinded_reader_neither_asks_the_model_nor_watches_it() -> None:
    team = make_team()
    clip = make_clip(team)
    job = job_create(
        kind="clip_preannotate", queue="predict", owner=team.admin, project=team.project,
        target_id=clip.pk, payload={"model_version": str(clip.pk)},
    )  # fmt: skip
    Assignment.objects.create(
        project=team.project, clip=clip, assignee=team.expert, task=AssignmentTask.ANNOTATE,
        is_blinded_to_model=True,
    )  # fmt: skip
    path = f"/api/preannotations/{job.pk}/"
    blinded, colleague = client_of(team.expert), client_of(team.colleague)
    assert (blinded.get(path).status_code, colleague.get(path).status_code) == (404, 200)
    asked = blinded.post(
        "/api/preannotations/", {"clip": str(clip.pk)}, content_type="application/json"
    )
    assert asked.status_code == 403
    assert "before you see what a model says" in asked.json()["detail"]
    assert Job.objects.count() == 1
