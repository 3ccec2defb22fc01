"""A run from accepted frames to a candidate model, through a kill and a cancellation."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from fascicle.errors import Conflict, NotAllowed
from fascicle.jobs.context import JobContext
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.services import job_cancel, job_claim
from fascicle.jobs.tasks import run as run_job
from inference.engine import read_spec
from inference.models import Alias, AliasName, ModelVersion
from inference.services import weights_fetch
from tests.factories import Team, client_of
from tests.training.runs.phantom_project import fold_of, no_outcome, phantom_team, tiny_run
from training.models import Epoch, FoldState, RunReport, RunState, TrainingRun
from training.services import run_cancel, run_pause, run_resume
from training.services.code_version import code_version
from training.services.fold_record import fold_begin, fold_done
from training.services.work_folder import run_folder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team() -> Team:
    return phantom_team()


def children() -> list[psutil.Process]:
    """Fits that this process supervises."""
    found = []
    for process in psutil.Process().children():
        try:
            if "training" in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


def when(condition: Callable[[], bool], act: Callable[[], Any], *, seconds: float = 60) -> Any:
    """Do something from the side as soon as a condition holds; returns the thread."""

    def watch() -> None:
        from django.db import connection

        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                act()
                break
            time.sleep(0.05)
        connection.close()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def test_a_run_survives_a_killed_child_and_ends_in_a_candidate(team: Team) -> None:
    run = tiny_run(team, epochs=3)
    first, second = fold_of(run, 0), fold_of(run, 1)
    killed: list[int] = []

    def kill() -> None:
        [child] = children()
        killed.append(child.pid)
        child.send_signal(signal.SIGKILL)

    thread = when(lambda: Epoch.objects.filter(fold=first).exists() and bool(children()), kill)
    run_job(str(first.job_id))
    thread.join()
    first.refresh_from_db()
    assert killed, "the child ended before it could be killed"
    assert first.state == FoldState.DONE, first.error
    assert [epoch.number for epoch in first.epochs.all()] == [1, 2, 3]
    assert "killed by signal 9" in Job.objects.get(pk=first.job_id).log_tail
    assert "Goes on after epoch" in Job.objects.get(pk=first.job_id).log_tail
    run.refresh_from_db()
    assert (run.state, run.finalise_job_id) == (RunState.RUNNING, None)

    run_job(str(second.job_id))
    run.refresh_from_db()
    assert run.finalise_job is not None
    assert run.finalise_job.state == JobState.QUEUED
    run_job(str(run.finalise_job_id))
    run.refresh_from_db()
    assert run.state == RunState.DONE, run.error
    version = ModelVersion.objects.get(training_run_id=run.pk)
    assert version.snapshot_sha256 == run.snapshot.sha256
    assert [member["fold"] for member in version.members] == [0, 1]
    assert [each["code"] for each in version.structures] == ["block-region"]
    assert version.metrics["structures"]["block-region"]["dice"] is not None
    [shown] = version.card["after_the_network"]
    assert shown["name"] == "Femoral nerve block region"
    trained = version.card["training"]
    assert (trained["weight_of_empty_frames"], trained["frames_a_batch"]) == (1, 4)
    assert (trained["starts_from"], trained["code_version"]) == ("", code_version())
    assert len(run.metrics["folds"]) == 2
    alias = Alias.objects.get(project=team.project, name=AliasName.CANDIDATE)
    assert alias.model_version == version
    member = version.members[0]
    path = weights_fetch(storage_key=member["storage_key"], sha256=member["sha256"])
    assert read_spec(path).classes[0].name == "Femoral nerve block region"
    # every frame was predicted by the fold that did not train on its subject
    stems = {
        image["stem"]
        for fold in run.folds.all()
        for image in json.load(default_storage.open(fold.evaluation_key))["images"]
    }
    assert len(stems) == run.snapshot.frame_count
    assert not run_folder(run.pk).exists()
    predictions_are_kept(run, stems)
    the_report_is_made(team, run)


def predictions_are_kept(run: TrainingRun, stems: set[str]) -> None:
    """Of every frame, beside the truth that it was measured by."""
    names: set[str] = set()
    for fold in run.folds.all():
        with zipfile.ZipFile(default_storage.open(fold.predictions_key)) as archive:
            names |= set(archive.namelist())
    assert names == {f"{stem}.png" for stem in stems} | {f"truth/{stem}.png" for stem in stems}


def the_report_is_made(team: Team, run: TrainingRun) -> None:
    """By a job of its own, readable by experts, and anew in the place of the first."""
    address = f"/api/training-runs/{run.pk}/report/"
    reader = client_of(team.expert)
    assert reader.get(address).json()["state"] == JobState.QUEUED
    assert reader.get(f"{address}pdf/").status_code == 409
    assert reader.post(address).json()["id"] == str(run.report.job_id), "one is under way"
    run_job(str(run.report.job_id))
    told = reader.get(address).json()
    assert told["state"] == JobState.DONE, told["error"]
    names = ["bars", "iou", "curves", "calibration", "confusion", "traits"]
    assert [figure["name"] for figure in told["figures"]] == names
    assert len(told["gallery"]) == run.snapshot.frame_count
    assert told["contents"]["structures"][0]["name"] == "Femoral nerve block region"
    assert dict(told["contents"]["facts"])["Snapshot's SHA-256"] == run.snapshot.sha256
    assert reader.get(f"{address}pdf/").content.startswith(b"%PDF-")
    page = reader.get(f"{address}html/")
    assert page["Content-Disposition"] == 'attachment; filename="fascicle-run-1.html"'
    assert b"Frames of lowest IoU" in page.content
    picture = reader.get(f"{address}frames/0/")
    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert reader.get(f"{address}frames/99/").status_code == 404
    assert b"<svg" in reader.get(f"{address}figures/traits/").content
    first = run.report.job_id, RunReport.objects.get(run=run).pdf_key
    anew = reader.post(address).json()["id"]
    assert anew != str(first[0])
    run_job(anew)
    again = RunReport.objects.get(run=run)
    assert not default_storage.exists(first[1])
    assert default_storage.exists(again.pdf_key)
    assert str(again.job_id) == anew


def test_a_cancelled_fold_stops_its_child_and_ends_the_run(team: Team) -> None:
    run = tiny_run(team, epochs=2000, subjects=2)
    first, second = fold_of(run, 0), fold_of(run, 1)
    thread = when(
        lambda: Epoch.objects.filter(fold=first).exists(),
        lambda: job_cancel(job=Job.objects.get(pk=first.job_id), actor=team.admin),
    )
    run_job(str(first.job_id))
    thread.join()
    for row in (first, second, run):
        row.refresh_from_db()
    assert first.state == FoldState.CANCELLED
    assert second.state == FoldState.CANCELLED
    assert Job.objects.get(pk=second.job_id).state == JobState.CANCELLED
    assert run.state == RunState.CANCELLED
    assert children() == []
    assert not run_folder(run.pk).exists()
    assert not ModelVersion.objects.filter(project=team.project).exists()


def test_a_paused_fold_keeps_its_checkpoint_and_goes_on_from_it(team: Team) -> None:
    run = tiny_run(team, epochs=2000, subjects=2)
    first, second = fold_of(run, 0), fold_of(run, 1)
    asked: list[float] = []

    def pause() -> None:
        run_pause(run=run, actor=team.admin)
        asked.append(time.monotonic())

    thread = when(lambda: Epoch.objects.filter(fold=first, number__gte=2).exists(), pause)
    run_job(str(first.job_id))
    thread.join()
    assert time.monotonic() - asked[0] < 30, "within ten seconds on a machine of its own"
    for row in (first, second, run):
        row.refresh_from_db()
    assert (run.state, first.state, second.state) == ("paused", "paused", "paused")
    jobs = Job.objects.filter(pk__in=[first.job_id, second.job_id])
    assert {job.state for job in jobs} == {JobState.CANCELLED}
    assert children() == []
    assert (run_folder(run.pk) / "out" / "fold-0" / "checkpoint" / "state.npz").is_file()
    reached = first.epochs.count()
    with pytest.raises(Conflict, match="this one is paused"):
        run_pause(run=run, actor=team.admin)

    former = first.job_id
    run_resume(run=run, actor=team.admin)
    first, second = fold_of(run, 0), fold_of(run, 1)
    assert first.job_id != former
    assert (first.state, second.job.state) == (FoldState.QUEUED, JobState.QUEUED)
    thread = when(
        lambda: "Goes on after epoch" in Job.objects.get(pk=first.job_id).log_tail,
        lambda: run_cancel(run=run, actor=team.admin),
    )
    run_job(str(first.job_id))
    thread.join()
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert first.epochs.count() >= reached
    assert not run_folder(run.pk).exists()


def test_only_a_run_under_way_is_paused_and_a_paused_one_can_be_cancelled(team: Team) -> None:
    run = tiny_run(team, epochs=1, subjects=2)
    with pytest.raises(NotAllowed):
        run_pause(run=run, actor=team.expert)
    with pytest.raises(Conflict, match="this one is waiting"):
        run_resume(run=run, actor=team.admin)
    run.refresh_from_db()
    assert run.state == RunState.QUEUED
    run_pause(run=run, actor=team.admin)
    run_job(str(fold_of(run, 0).job_id))  # a late message finds nothing to do
    assert fold_of(run, 0).state == FoldState.PAUSED
    run_cancel(run=run, actor=team.admin)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert {fold.state for fold in run.folds.all()} == {FoldState.CANCELLED}
    with pytest.raises(Conflict):
        run_resume(run=run, actor=team.admin)
    assert not Job.objects.filter(state=JobState.QUEUED).exists()


def test_folds_that_ended_while_they_were_paused_are_put_together_on_resuming(team: Team) -> None:
    run = tiny_run(team, epochs=1, subjects=2)
    claimed = [job_claim(job_id=fold_of(run, n).job_id, lease_owner="w") for n in range(2)]
    contexts = [JobContext.of(job) for job in claimed if job is not None]
    folds = [fold_begin(context) for context in contexts]
    run_pause(run=run, actor=team.admin)
    for context, fold in zip(contexts, folds, strict=True):
        fold_done(context, fold, no_outcome(), [])
    run.refresh_from_db()
    assert (run.state, run.finalise_job_id) == (RunState.PAUSED, None)
    run_resume(run=run, actor=team.admin)
    run.refresh_from_db()
    assert run.finalise_job is not None
    with pytest.raises(Conflict, match="less time than a pause"):
        run_pause(run=run, actor=team.admin)
    run.refresh_from_db()
    assert run.state == RunState.RUNNING


def test_a_fit_that_fails_says_why_and_stops_the_other_folds(team: Team) -> None:
    run = tiny_run(team, epochs=1, subjects=2)
    for name in ("images", "masks"):  # a folder that is there is taken as it is
        (run_folder(run.pk) / "data" / name).mkdir(parents=True)
    run_job(str(fold_of(run, 0).job_id))
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.error.startswith("Fold 1: ")
    assert "There is no groups file" in run.error
    assert fold_of(run, 0).state == FoldState.FAILED
    assert fold_of(run, 1).state == FoldState.CANCELLED
    assert fold_of(run, 1).job.state == JobState.CANCELLED


def test_no_fit_knows_the_database_password() -> None:
    from training.services.fit_process import _environment

    assert "DATABASE_URL" in os.environ
    assert not {"DATABASE_URL", "REDIS_URL", "DJANGO_SECRET_KEY"} & _environment(os.environ).keys()
    assert Path(settings.BASE_DIR).is_dir()


def test_a_database_that_restarts_does_not_end_the_work() -> None:
    from django.db import connection

    from training.services.patience import patiently

    tries: list[int] = []

    def ask() -> int:
        tries.append(1)
        with connection.cursor() as cursor:
            if len(tries) == 1:  # what a restarting server does to its connections
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            cursor.execute("SELECT 7")
            return int(cursor.fetchone()[0])

    assert patiently(ask) == 7
    assert len(tries) == 2
