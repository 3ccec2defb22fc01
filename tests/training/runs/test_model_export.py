"""A registered model in other runtimes' formats: asked for, proven, taken away."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_django import Settings

from fascicle.audit.models import AuditRecord
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.tasks import run as run_job
from inference.engine.golden import golden_inputs
from inference.models import ModelVersion
from inference.services.model_files_register import model_files_register
from tests.factories import Team, client_of
from tests.inference.registry.model_files import bright_file, hollow_file, spec_of
from tests.training.runs.phantom_project import phantom_team, take_in
from training.models import ModelExport
from training.services.model_export_make import _pack

pytestmark = pytest.mark.django_db

CODES = ("block-region",)


@pytest.fixture
def team(settings: Settings) -> Team:
    # the heartbeat's own connection cannot see rows of the test's transaction
    settings.JOB_HEARTBEAT_SECONDS = 600
    return phantom_team()


def register(team: Team, file: Path) -> ModelVersion:
    return model_files_register(
        project=team.project, actor=team.admin, name="Outside", files=[file], reason="A test."
    )


def ask(team: Team, version: ModelVersion, **body: Any) -> Any:
    sent = {"model_version": str(version.pk), **body}
    user = body.pop("user", team.admin)
    sent.pop("user", None)
    return client_of(user).post("/api/model-exports/", sent, content_type="application/json")


def test_a_model_is_exported_with_a_parity_report_and_taken_away(
    team: Team, tmp_path: Path
) -> None:
    take_in(team, 1, frame_count=3)
    card = {"data": {"source": "A data set by A. Person", "licence": "CC BY 4.0"}}
    (tmp_path / "m.json").write_text(json.dumps(card), encoding="utf-8")
    version = register(team, bright_file(tmp_path / "m.keras", CODES))
    asked = ask(team, version, formats=["tflite"])
    assert asked.status_code == 202, asked.content
    reader = client_of(team.expert)
    address = f"/api/model-exports/{asked.json()['id']}/"
    assert reader.get(f"{address}file/").json()["code"] == "export_not_ready"
    assert ask(team, version).json()["code"] == "export_under_way"
    run_job(str(ModelExport.objects.get().job_id))
    told = reader.get(address).json()
    assert (told["state"], told["is_ready"]) == (JobState.DONE, True), told["error"]
    names = {"model.tflite", "model-dynamic.tflite", "model-int8.tflite"}
    assert {file["name"] for file in told["files"]} == names
    assert all(file["byte_size"] > 0 for file in told["files"])
    floats = next(row for row in told["runtimes"] if row["name"] == "litert")
    assert floats["refused"] is None
    assert floats["golden_dice"] > 0.99
    fetched = reader.get(f"{address}file/")
    packed = b"".join(fetched.streaming_content)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        # frames calibrated int8, and none may leave with it: the only arrays are the drawn frames
        described = ["README.txt", "card.json", "fascicle.json", "golden.npz", "parity.json"]
        assert sorted(archive.namelist()) == sorted([*names, *described])
        with np.load(io.BytesIO(archive.read("golden.npz"))) as arrays:
            assert set(arrays.files) == {"inputs", "expected"}
            assert np.array_equal(arrays["inputs"], golden_inputs(spec_of(CODES).preprocessing))
        readme = archive.read("README.txt").decode()
        assert readme.startswith(f"Outside, version {version.number}, network 1\n")
        notice = "Research use only: not for diagnosis, not for guiding a needle."
        assert notice in readme
        assert "A data set by A. Person\nLicence of the data: CC BY 4.0" in readme
        assert json.loads(archive.read("fascicle.json"))["notice"] == notice
        assert json.loads(archive.read("card.json"))["name"] == "Outside"
        assert "model" not in json.loads(archive.read("parity.json"))
    assert AuditRecord.objects.filter(action="model_version.export_download").count() == 1


def test_nothing_is_packed_but_what_an_export_is_known_to_hold(team: Team, tmp_path: Path) -> None:
    version = register(team, hollow_file(tmp_path / "m.keras", CODES))
    out, packed = tmp_path / "out", tmp_path / "export.zip"
    (out / ".draft-0").mkdir(parents=True)
    for name in ("gate.npz", ".draft-0/calibration.npy", "frame.png", "model.xml", "model.bin"):
        (out / name).write_bytes(b"bytes")
    _pack(out, packed, version, 0, ["model.xml"])
    with zipfile.ZipFile(packed) as archive:
        held = sorted(archive.namelist())
    assert held == ["README.txt", "card.json", "model.bin", "model.xml"]


def test_a_file_that_holds_no_network_says_so_and_leaves_no_zip(team: Team, tmp_path: Path) -> None:
    version = register(team, hollow_file(tmp_path / "m.keras", CODES))
    export_id = ask(team, version).json()["id"]
    run_job(str(ModelExport.objects.get().job_id))
    told = client_of(team.expert).get(f"/api/model-exports/{export_id}/").json()
    assert told["state"] == JobState.FAILED
    assert told["error"] != ""
    assert "unexpected" not in told["error"]
    assert (told["is_ready"], told["files"]) == (False, [])
    again = ask(team, version)
    assert again.status_code == 202, "a failed export can be asked for again"
    assert again.json()["id"] == export_id


def test_only_admins_export_and_only_networks_and_formats_that_there_are(
    team: Team, tmp_path: Path
) -> None:
    version = register(team, hollow_file(tmp_path / "m.keras", CODES))
    for user, status in [(team.expert, 403), (team.trainee, 403), (team.stranger, 404)]:
        assert ask(team, version, user=user).status_code == status
    assert ask(team, version, member=1).json()["fields"]["member"]
    assert ask(team, version, formats=["coreml"]).status_code == 400
    assert not ModelExport.objects.exists()
    assert not Job.objects.filter(kind="model_export").exists()
