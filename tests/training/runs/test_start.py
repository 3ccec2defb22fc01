"""Snapshots and runs over HTTP: who may, what is refused, what is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from annotation.models import AnnotationSet
from fascicle.accounts.models import User
from fascicle.audit.models import AuditRecord
from fascicle.errors import InvalidInput
from fascicle.jobs.models import Job, JobState
from tests.factories import Team, make_team
from tests.training.runs.phantom_project import accept, phantom_team, take_in
from training.models import DatasetSnapshot, Epoch, TrainingRun
from training.services import run_start, snapshot_freeze
from training.services.manifest import manifest_frames, manifest_sha256
from training.services.snapshot_materialise import snapshot_materialise

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return phantom_team()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(user: User, path: str, **body: Any) -> Any:
    return client_of(user).post(path, body, content_type="application/json")


def freeze(team: Team) -> Any:
    return post(team.admin, "/api/snapshots/", project=str(team.project.pk))


def test_freezing_nothing_says_what_to_do(team: Team) -> None:
    take_in(team, 1)
    answer = freeze(team)
    assert answer.status_code == 400
    assert answer.json()["code"] == "nothing_accepted"
    assert "accept" in answer.json()["detail"]
    assert not DatasetSnapshot.objects.exists()


def test_one_subject_is_not_enough(team: Team) -> None:
    accept(team, 1)
    answer = freeze(team)
    assert (answer.status_code, answer.json()["code"]) == (400, "too_few_subjects")


def test_a_snapshot_names_every_frame_down_to_hash_revision_and_author(team: Team) -> None:
    clips = [accept(team, 1), accept(team, 2)]
    take_in(team, 3)
    answer = freeze(team)
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["frame_count"], row["clip_count"], row["subject_count"]) == (6, 2, 2)
    read = client_of(team.expert).get(f"/api/snapshots/{row['id']}/").json()
    frames = read["manifest"]["frames"]
    assert {frame["clip"] for frame in frames} == {str(clip.pk) for clip in clips}
    for clip in clips:
        mine = [frame for frame in frames if frame["clip"] == str(clip.pk)]
        assert [frame["frame_sha256"] for frame in mine] == clip.frame_table.sha256
        reading = AnnotationSet.objects.get(clip=clip)
        assert {frame["revision"] for frame in mine} == {reading.revision}
        assert {frame["annotation_set"] for frame in mine} == {str(reading.pk)}
        assert {frame["author"] for frame in mine} == {str(team.expert.pk)}
        assert {frame["group"] for frame in mine} == {clip.subject.pseudonym}
    assert row["sha256"] == manifest_sha256(read["manifest"])


def test_freezing_the_same_again_gives_the_same_snapshot(team: Team) -> None:
    accept(team, 1)
    accept(team, 2)
    first, second = freeze(team).json(), freeze(team).json()
    assert first["id"] == second["id"]
    accept(team, 3)
    third = freeze(team).json()
    assert third["number"] == first["number"] + 1
    assert AuditRecord.objects.filter(action="snapshot.freeze").count() == 2


def test_the_preview_counts_frames_and_subjects_of_each_structure(team: Team) -> None:
    accept(team, 1)
    accept(team, 2, frame_count=2)
    client = client_of(team.expert)
    preview = client.get(f"/api/snapshots/preview/?project={team.project.pk}").json()
    assert (preview["frame_count"], preview["subject_count"]) == (5, 2)
    [structure] = preview["structures"]
    assert structure["code"] == "block-region"
    assert (structure["frame_count"], structure["subject_count"]) == (5, 2)


def test_a_run_keeps_its_split_and_puts_no_subject_on_both_sides(team: Team) -> None:
    for seed in range(4):
        accept(team, seed)
    snapshot = freeze(team).json()
    answer = post(
        team.admin,
        "/api/training-runs/",
        project=str(team.project.pk),
        snapshot=snapshot["id"],
        recipe="tiny",
        fold_count=2,
        epoch_count=3,
    )
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert [fold["state"] for fold in row["folds"]] == ["queued", "queued"]
    run = TrainingRun.objects.get(pk=row["id"])
    jobs = Job.objects.filter(target_id=run.pk)
    assert {(job.kind, job.queue, job.state) for job in jobs} == {
        ("fold_fit", "train", JobState.QUEUED)
    }
    groups = run.split["groups"]
    sides = [{groups[stem] for stem in fold["stems"]} for fold in run.split["folds"]]
    assert sides[0] & sides[1] == set()
    assert sides[0] | sides[1] == {f"S-{seed:03d}" for seed in range(4)}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"recipe": "none"}, "There is no recipe"),
        ({"fold_count": 3}, "the snapshot has 2"),
        ({"fold_count": 1}, "between 2 and"),
        ({"epoch_count": 0}, "epochs"),
    ],
)
def test_figures_that_cannot_be_are_refused_and_nothing_is_queued(
    team: Team, wrong: dict[str, Any], sentence: str
) -> None:
    accept(team, 1)
    accept(team, 2)
    wanted = {"recipe": "tiny", "fold_count": 2, "epoch_count": 1, **wrong}
    answer = post(
        team.admin,
        "/api/training-runs/",
        project=str(team.project.pk),
        snapshot=freeze(team).json()["id"],
        **wanted,
    )
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]
    assert not TrainingRun.objects.exists()
    assert not Job.objects.filter(kind="fold_fit").exists()


def test_experts_read_and_trainees_do_not_see_runs(team: Team) -> None:
    accept(team, 1)
    accept(team, 2)
    snapshot = DatasetSnapshot.objects.get(pk=freeze(team).json()["id"])
    run = run_start(
        snapshot=snapshot, recipe="tiny", fold_count=2, epoch_count=1, actor=team.admin, seed=1
    )
    for path in (f"/api/snapshots/{snapshot.pk}/", f"/api/training-runs/{run.pk}/"):
        assert client_of(team.expert).get(path).status_code == 200
        assert client_of(team.trainee).get(path).status_code == 404
        assert client_of(team.stranger).get(path).status_code == 404
        assert Client().get(path).status_code == 401
    refused = post(team.expert, "/api/snapshots/", project=str(team.project.pk))
    assert refused.status_code == 403
    assert post(team.expert, f"/api/training-runs/{run.pk}/cancel/").status_code == 403
    assert post(team.stranger, f"/api/training-runs/{run.pk}/cancel/").status_code == 404
    run.refresh_from_db()
    assert run.state == "queued"
    assert post(team.admin, f"/api/training-runs/{run.pk}/cancel/").json()["state"] == "cancelled"
    assert post(team.admin, f"/api/training-runs/{run.pk}/cancel/").status_code == 409


def test_a_snapshot_of_another_project_cannot_be_trained_on(team: Team) -> None:
    accept(team, 1)
    accept(team, 2)
    snapshot = freeze(team).json()["id"]
    other = make_team("femoral-block")
    answer = post(
        other.admin,
        "/api/training-runs/",
        project=str(other.project.pk),
        snapshot=snapshot,
        recipe="tiny",
        fold_count=2,
        epoch_count=1,
    )
    assert answer.status_code == 404
    assert not TrainingRun.objects.exists()


def test_the_files_to_train_on_are_the_frozen_frames_and_labels(team: Team, tmp_path: Any) -> None:
    import hashlib

    import numpy as np
    from PIL import Image

    from tests.training.runs.phantom_project import ANATOMY, SIDE
    from training.demo.clips import scene_of

    for seed in (1, 2):
        accept(team, seed)
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    folder = snapshot_materialise(snapshot, tmp_path / "data", report=lambda *_: None)
    for frame in manifest_frames(snapshot.manifest):
        pixels = np.asarray(Image.open(folder / "images" / f"{frame.stem}.png"))
        assert hashlib.sha256(pixels.tobytes()).hexdigest() == frame.frame_sha256
        seed = int(frame.group.removeprefix("S-"))
        truth = scene_of(ANATOMY, seed, SIDE).frame(frame.frame_index).labels
        mask = np.asarray(Image.open(folder / "masks" / f"{frame.stem}.png"))
        assert np.array_equal(mask, truth)


def test_a_delineation_that_moved_on_is_not_trained_on(team: Team, tmp_path: Any) -> None:
    accept(team, 1)
    clip = accept(team, 2)
    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    AnnotationSet.objects.filter(clip=clip).update(revision=7)
    with pytest.raises(InvalidInput, match="is now at revision 7"):
        snapshot_materialise(snapshot, tmp_path / "data", report=lambda *_: None)
    assert list(tmp_path.iterdir()) == []


def test_recipes_are_listed_for_everyone_who_is_logged_in(team: Team) -> None:
    rows = client_of(team.trainee).get("/api/recipes/").json()["results"]
    assert "tiny" in [row["name"] for row in rows]
    assert all(row["input_height"] > 0 and row["default_epochs"] > 0 for row in rows)


def test_an_estimate_rests_on_what_is_known_and_says_on_what(team: Team) -> None:
    accept(team, 1)
    accept(team, 2)
    sizes = {"frame_count": 100, "fold_count": 5, "epoch_count": 10}
    asked = {"project": str(team.project.pk), **sizes}

    def estimate(recipe: str) -> Any:
        address = "/api/training-runs/estimate/"
        return client_of(team.admin).get(address, {**asked, "recipe": recipe}).json()

    unknown = {name: estimate(name) for name in ("tiny", "fascicle")}
    assert {each["basis"] for each in unknown.values()} == {"reference"}
    assert unknown["tiny"]["seconds"] < unknown["fascicle"]["seconds"]
    # 0.0255 s a frame on the reference, 80 of 100 frames, five folds, ten epochs
    assert unknown["fascicle"]["seconds"] == pytest.approx(0.0255 * 80 * 5 * 10)

    snapshot = snapshot_freeze(project=team.project, actor=team.admin)
    run = run_start(
        snapshot=snapshot, recipe="tiny", fold_count=2, epoch_count=3, actor=team.admin, seed=1
    )
    fold = run.folds.get(index=0)
    for number, seconds in enumerate([6.0, 3.0, 3.0], start=1):  # of three frames
        Epoch.objects.create(fold=fold, number=number, loss=1.0, seconds=seconds)
    known = estimate("tiny")
    assert known["basis"] == "recipe"
    assert known["seconds"] == pytest.approx(1.0 * 80 * 5 * 10)
    assert known["low"] <= known["seconds"] <= known["high"]
    scaled = estimate("fascicle")
    assert scaled["basis"] == "others"
    assert scaled["seconds"] > known["seconds"]
    refused = client_of(team.admin).get("/api/training-runs/estimate/", {**asked, "recipe": "x"})
    assert (refused.status_code, "recipe" in refused.json()["fields"]) == (400, True)
