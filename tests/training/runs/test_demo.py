"""The demo project loads once, whole, and goes on after an interruption."""

from __future__ import annotations

import json
import stat
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from pytest_django import Settings

from annotation.models import AnnotationSet, Assignment, CheckFinding, Clip, Notice, Subject
from annotation.selectors import accepted_frames, clip_frames, label_maps
from fascicle.accounts.models import Membership, Project, User
from inference.models import Alias, AliasName, ModelVersion, Suggestion
from inference.selectors import alias_model
from tests.factories import client_of
from training.demo import clips as demo_clips
from training.demo import models as demo_models
from training.demo import plan
from training.demo.models import STARTERS
from training.selectors import snapshot_preview

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The same demo on fewer and smaller pictures."""
    # the heartbeat's own connection cannot see rows of the test's transaction
    settings.JOB_HEARTBEAT_SECONDS = 600
    monkeypatch.setattr(plan, "SIDE", 96)
    clips = [
        plan.DemoClip(each.subject, each.label, each.seed, 3, each.stage, each.first_frame)
        for each in plan.CLIPS
    ]
    monkeypatch.setattr(plan, "CLIPS", tuple(clips))


def only(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Load the first clips and no models."""
    monkeypatch.setattr(plan, "CLIPS", plan.CLIPS[:count])
    monkeypatch.setattr(demo_models, "STARTERS", ())


def load() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_the_demo_has_everything_the_loop_needs() -> None:
    said = load()
    project = Project.objects.get(name=plan.PROJECT_NAME)
    roles = Membership.objects.filter(project=project).values_list("user__email", "role")
    assert dict(roles) == {
        "admin@fascicle.example": "admin",
        "expert@fascicle.example": "expert",
        "second-expert@fascicle.example": "expert",
        "trainee@fascicle.example": "trainee",
    }
    states = list(Clip.objects.filter(project=project).values_list("state", flat=True))
    assert sorted(states) == ["accepted"] * 5 + ["in_review"] + ["new"] * 3
    assert Subject.objects.filter(project=project).count() == 7
    counted = snapshot_preview(project.pk, seen_by=project.memberships.get(role="admin").user)
    assert counted.subject_count == 5
    assert {each.code for each in counted.structures if each.frame_count} >= {"vessel", "bone"}
    if all(starter.path.is_file() for starter in STARTERS):
        assert ModelVersion.objects.in_project(project.pk).count() == 2
        promoted = alias_model(project.pk, AliasName.PREANNOTATE)
        assert promoted is not None
        assert promoted.number == 2
        assert Alias.objects.get(project=project, name="live").model_version == promoted
        suggestion = Suggestion.objects.get()
        assert suggestion.model_version == promoted
        assert suggestion.annotation_set.clip.state == "new"
    else:
        assert "No starter models" in said


def test_the_page_of_checks_has_a_re_read_and_a_check_to_look_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only(monkeypatch, 4)
    load()
    project = Project.objects.get(name=plan.PROJECT_NAME)
    admin = User.objects.get(email="admin@fascicle.example")
    url = "/api/reader-checks/"
    rows = client_of(admin).get(url, {"project": str(project.pk)}).json()["results"]
    assert {row["person"]["name"] for row in rows} == {"Demo expert", "Second demo expert"}
    assert [row["pending"] for row in rows] == [0, 0]
    findings = {one.assignment.check_kind: one for one in CheckFinding.objects.all()}
    assert set(findings) == {"reread", "ground_truth"}
    # nothing is left open, and nobody is told of what is done already
    assert set(Assignment.objects.values_list("state", flat=True)) == {"done"}
    assert not Notice.objects.filter(kind="assigned", read_at=None).exists()
    assert set(Clip.objects.values_list("state", flat=True)) == {"accepted"}


def test_the_masks_are_the_phantoms_own_labels_and_the_frames_its_own_pixels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only(monkeypatch, 1)
    load()
    wanted = next(each for each in plan.CLIPS if each.stage is plan.Stage.ACCEPTED)
    clip = Clip.objects.get(label=wanted.label)
    scene = demo_clips.scene_of(
        plan.ANATOMY, wanted.seed, plan.SIDE, first_frame=wanted.first_frame
    )
    drawn = list(scene.frames(wanted.frame_count))
    for frame, pixels in zip(drawn, clip_frames(clip.pk), strict=True):
        assert np.array_equal(frame.image, pixels)
    reading = AnnotationSet.objects.get(clip=clip, purpose="reader")
    indices = range(len(drawn))
    for frame, (_, labels) in zip(drawn, label_maps(reading.pk, indices), strict=True):
        assert np.array_equal(frame.labels, labels)


def test_the_log_ins_work_and_their_file_is_private(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    only(monkeypatch, 0)
    load()
    path = Path(settings.STATE_DIR) / "demo-logins.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = json.loads(path.read_text(encoding="utf-8"))
    assert [row["role"] for row in rows] == ["admin", "expert", "expert", "trainee"]
    for row in rows:
        assert authenticate(None, email=row["email"], password=row["password"]) is not None


def test_loading_again_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, 1)
    load()
    Project.objects.filter(name=plan.PROJECT_NAME).update(name="Renamed by its admin")
    before = present()
    assert "loaded before" in load()
    assert present() == before


def present() -> list[object]:
    return [*Clip.objects.values_list("pk", "state"), *Project.objects.values_list("pk", "name")]


def test_a_load_that_was_interrupted_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, 3)
    real = demo_clips.run
    calls: list[str] = []

    def killed_within_the_third(job_id: str) -> None:
        calls.append(job_id)
        if len(calls) == 5:  # two a clip: one looks at it, one takes it in
            raise KeyboardInterrupt
        real(job_id)

    monkeypatch.setattr(demo_clips, "run", killed_within_the_third)
    with pytest.raises(KeyboardInterrupt):
        load()
    assert Clip.objects.count() == 2
    monkeypatch.setattr(demo_clips, "run", real)
    load()
    assert Clip.objects.count() == len(plan.CLIPS)
    assert Project.objects.filter(name=plan.PROJECT_NAME).count() == 1
    frames = accepted_frames(Project.objects.get(name=plan.PROJECT_NAME).pk)
    assert len({frame.clip_id for frame in frames}) == 3
