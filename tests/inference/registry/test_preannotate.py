"""A model looks at a clip: its shapes become a suggestion that traces back to the model."""

from __future__ import annotations

import base64
import io
import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from PIL import Image
from pytest_django import Settings

from annotation.geometry import decode_shape, encode_shape
from annotation.models import AnnotationSet, Keyframe, ShapeKind, Structure
from annotation.selectors import clip_frames, label_maps
from fascicle.audit.models import AuditRecord
from fascicle.jobs.context import JobContext, JobStopped
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_claim
from fascicle.jobs.tasks import run as run_job
from inference.engine import Engine
from inference.models import AliasName, ModelVersion, PreannotatedFrame, Suggestion
from inference.services import clip_preannotate as clip_preannotate_module
from inference.services import model_promote, preannotate_start, suggestion_stream
from inference.services.clip_preannotate import StructureTrace, clip_preannotate
from inference.services.model_files_register import model_files_register
from tests.factories import Team, client_of
from tests.inference.registry.model_files import bright_file
from tests.training.runs.phantom_project import phantom_team, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]


@pytest.fixture(autouse=True)
def no_heartbeat(settings: Settings) -> None:
    """The heartbeat's own connection cannot see rows of the test's transaction."""
    settings.JOB_HEARTBEAT_SECONDS = 600


@pytest.fixture(scope="module")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bright_file(tmp_path_factory.mktemp("model") / "bright.keras", ("block-region",))


@pytest.fixture
def team() -> Team:
    return phantom_team()


@pytest.fixture
def version(team: Team, model_file: Path) -> ModelVersion:
    made = model_files_register(
        project=team.project, actor=team.admin, name="Bright", files=[model_file], reason="Test"
    )
    model_promote(version=made, name=AliasName.PREANNOTATE, reason="Only one", actor=team.admin)
    return made


def test_the_suggestion_is_what_the_engine_says_frame_for_frame(
    team: Team, version: ModelVersion, model_file: Path
) -> None:
    clip = take_in(team, 1, frame_count=20)  # more than one batch
    job = preannotate_start(clip=clip, actor=team.expert)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    written = AnnotationSet.objects.get(pk=job.result["annotation_set"])
    assert (written.purpose, written.author, written.model_version_id) == (
        "suggestion",
        None,
        version.pk,
    )
    frames = np.stack(list(clip_frames(clip.pk)))
    [runtime] = job.result["runtimes"]
    engines = Path(settings.STATE_DIR) / "engines"
    seen = Engine.load(model_file, runtime=runtime, cache=engines).segment(frames)
    assert seen.labels.any(), "the model must see something for this test to say anything"
    for index, labels in label_maps(written.pk, range(len(frames))):
        assert np.array_equal(labels, seen.labels[index]), f"frame {index}"
    client = Client()
    client.force_login(team.trainee)
    [row] = client.get(f"/api/suggestions/?clip={clip.pk}").json()["results"]
    assert row["annotation_set"] == str(written.pk)
    assert row["model_version"]["number"] == version.number
    assert len(row["confidence"]["block-region"]) == len(frames)
    assert row["confidence"]["block-region"][0] == pytest.approx(
        float(seen.confidence[0, 0]), abs=1e-3
    )
    record = AuditRecord.objects.get(action="suggestion.write")
    assert record.detail["model_version"] == str(version.pk)


def test_looking_again_replaces_the_suggestion_of_that_model_only(
    team: Team, version: ModelVersion, model_file: Path
) -> None:
    clip = take_in(team, 1)
    for _ in range(2):
        run_job(str(preannotate_start(clip=clip, actor=team.expert).pk))
    other = model_files_register(
        project=team.project, actor=team.admin, name="Other", files=[model_file], reason="Test"
    )
    run_job(str(preannotate_start(clip=clip, actor=team.expert, model_version=other).pk))
    sets = AnnotationSet.objects.filter(clip=clip, purpose="suggestion")
    assert {row.model_version_id: row.revision for row in sets} == {version.pk: 2, other.pk: 1}
    assert Suggestion.objects.count() == 2
    assert Keyframe.objects.filter(track__annotation_set__in=sets).exists()


def test_an_attempt_that_lost_its_job_leaves_no_suggestion(
    team: Team, version: ModelVersion
) -> None:
    clip = take_in(team, 1)
    job = preannotate_start(clip=clip, actor=team.expert)
    claimed = job_claim(job_id=job.pk, lease_owner="zombie")
    assert claimed is not None
    zombie = JobContext.of(claimed)

    class Overtaken(JobContext):
        """The successor claims the job while the last frames are looked at."""

        def report(self, progress: float, message: str = "", *, log: str | None = None) -> None:
            if progress > 0.9:
                Job.objects.filter(pk=job.pk).update(attempt=claimed.attempt + 1)

    overtaken = Overtaken(
        zombie.job_id, zombie.attempt, zombie.owner_id, zombie.project_id, zombie.target_id,
        zombie.payload,
    )  # fmt: skip
    with pytest.raises(JobStopped):
        clip_preannotate(overtaken)
    assert not AnnotationSet.objects.filter(purpose="suggestion").exists()
    assert not Suggestion.objects.exists()


def test_a_structure_taken_from_the_procedure_is_named(team: Team, version: ModelVersion) -> None:
    clip = take_in(team, 1)
    job = preannotate_start(clip=clip, actor=team.expert)
    Structure.objects.filter(procedure=team.procedure).update(code="renamed")
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "block-region" in job.error
    assert not AnnotationSet.objects.filter(purpose="suggestion").exists()


def test_a_structure_that_goes_away_ends_where_it_is_no_longer_seen() -> None:
    trace = StructureTrace()
    there, gone = np.eye(4, dtype=bool), np.zeros((4, 4), dtype=bool)
    for index, pixels in enumerate([gone, there, gone, gone, there]):
        trace.add(index, pixels, 0.75)
    kinds = [(each.frame_index, each.kind) for each in trace.keyframes]
    assert kinds == [(1, ShapeKind.MASK), (2, ShapeKind.ABSENT), (4, ShapeKind.MASK)]
    assert trace.confidence == [None, 0.75, None, None, 0.75]


def test_the_command_queues_every_clip_that_is_not_accepted(
    team: Team, version: ModelVersion
) -> None:
    clips = [take_in(team, seed) for seed in (1, 2)]
    out = StringIO()
    call_command("preannotate", project=str(team.project.pk), json=True, stdout=out)
    rows = json.loads(out.getvalue())
    assert [row["clip"] for row in rows] == [str(clip.pk) for clip in clips]
    assert {row["state"] for row in rows} == {"queued"}
    assert Job.objects.filter(kind="clip_preannotate").count() == 2


def test_a_page_can_watch_what_the_model_sees_while_it_looks(
    team: Team, version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestion_stream, "WRITE_EVERY_S", 0.0)
    monkeypatch.setattr(clip_preannotate_module, "BATCH_FRAMES", 4)
    clip = take_in(team, 1, frame_count=8)
    job = preannotate_start(clip=clip, actor=team.expert)
    client = client_of(team.trainee)
    progress: list[Any] = []

    class Watched(JobContext):
        """Somebody looks at the page after each batch."""

        def report(self, progress_: float, message: str = "", *, log: str | None = None) -> None:
            super().report(progress_, message, log=log)
            after = sum(len(one["frames"]) for one in progress)
            path = f"/api/preannotations/{job.pk}/"
            progress.append(client.get(path, {"after": after}).json())

    claimed = job_claim(job_id=job.pk, lease_owner="worker")
    assert claimed is not None
    plain = JobContext.of(claimed)
    context = Watched(
        plain.job_id, plain.attempt, plain.owner_id, plain.project_id, plain.target_id,
        plain.payload,
    )  # fmt: skip
    [listed] = client.get("/api/preannotations/", {"clip": str(clip.pk)}).json()["results"]
    assert (listed["id"], listed["model_version"]) == (str(job.pk), str(version.pk))
    result = clip_preannotate(context)
    assert [[frame["frame"] for frame in one["frames"]] for one in progress] == [
        [],
        [0, 1, 2, 3],
        [4, 5, 6, 7],
    ]
    streamed = {
        frame["frame"]: decode_shape(base64.b64decode(shape["shape"]))
        for one in progress
        for frame in one["frames"]
        for shape in frame["shapes"]
    }
    kept = Keyframe.objects.filter(track__annotation_set=result["annotation_set"])
    written = {row.frame_index: decode_shape(bytes(row.shape)) for row in kept}
    assert streamed.keys() == written.keys()
    assert all(encode_shape(streamed[frame]) == encode_shape(written[frame]) for frame in written)
    assert not PreannotatedFrame.objects.exists()
    stranger = client_of(team.stranger)
    assert stranger.get(f"/api/preannotations/{job.pk}/").status_code == 404


def test_a_job_that_failed_leaves_nothing_to_watch(team: Team, version: ModelVersion) -> None:
    clip = take_in(team, 1)
    job = preannotate_start(clip=clip, actor=team.expert)
    PreannotatedFrame.objects.create(job=job, frame_index=0)
    Structure.objects.filter(procedure=team.procedure).update(code="renamed")
    run_job(str(job.pk))
    assert not PreannotatedFrame.objects.exists()


def test_folds_that_disagree_are_kept_ranked_and_shown(team: Team, tmp_path: Path) -> None:
    files = [
        bright_file(tmp_path / f"fold{fold}.keras", ("block-region",), offset=offset)
        for fold, offset in enumerate((-4.0, -14.0))
    ]
    made = model_files_register(
        project=team.project, actor=team.admin, name="Folds", files=files, reason="Test"
    )
    clip = take_in(team, 1, frame_count=10)
    job = preannotate_start(clip=clip, actor=team.expert, model_version=made)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    client = client_of(team.expert)
    [row] = client.get("/api/suggestions/", {"clip": str(clip.pk)}).json()["results"]
    assert row["members"] == 2
    path = f"/api/suggestions/{row['annotation_set']}"
    ranked = client.get(f"{path}/frames/", {"count": 5}).json()["frames"]
    assert len(ranked) == 5
    assert ranked[0]["reason"] == "outline"
    assert ranked[0]["words"].startswith("the folds disagree on the outline of ")
    assert ranked[0]["structure"] == str(team.structures[0].pk)
    answer = client.get(f"{path}/doubt-maps/{ranked[0]['frame']}/")
    assert answer.headers["Content-Type"] == "image/png"
    heat = np.asarray(Image.open(io.BytesIO(answer.content)))
    aspect = clip.width / clip.height
    assert heat.shape[1] / heat.shape[0] == pytest.approx(aspect, rel=0.1)
    assert heat.max() > 100
    [clip_rank] = client.get("/api/clip-ranks/", {"project": str(team.project.pk)}).json()["clips"]
    assert clip_rank["clip"] == str(clip.pk)
    assert "the folds disagree" in clip_rank["words"]
    assert client_of(team.stranger).get(f"{path}/frames/").status_code == 404
