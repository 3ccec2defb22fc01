"""Registering, promoting and rolling back, through HTTP and commands."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client

from fascicle.accounts.models import User
from fascicle.audit.models import AuditRecord
from fascicle.errors import InvalidInput
from fascicle.jobs.models import Job
from inference.models import Alias, AliasName, ModelVersion, Promotion
from inference.services import model_promote, preannotate_start, weights_fetch, weights_store
from inference.services.model_files_register import model_files_register
from tests.factories import Team, make_clip, make_team
from tests.inference.registry.model_files import hollow_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


def register(team: Team, tmp_path: Path, name: str) -> ModelVersion:
    return model_files_register(
        project=team.project,
        actor=team.admin,
        name=name,
        files=[hollow_file(tmp_path / f"{name}.keras")],
        reason="For a test.",
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def promote(user: User, version: ModelVersion, **body: Any) -> Any:
    return client_of(user).post(
        f"/api/model-versions/{version.pk}/promote/", body, content_type="application/json"
    )


def roll_back(user: User, team: Team, serving: ModelVersion, **body: Any) -> Any:
    sent = {
        "project": str(team.project.pk),
        "alias": "preannotate",
        "serving": str(serving.pk),
        **body,
    }
    return client_of(user).post("/api/aliases/rollback/", sent, content_type="application/json")


def test_a_new_version_is_the_candidate_and_says_what_it_is(team: Team, tmp_path: Path) -> None:
    version = register(team, tmp_path, "first")
    [row] = client_of(team.trainee).get("/api/model-versions/").json()["results"]
    assert row["number"] == 1
    assert row["aliases"] == ["candidate"]
    assert [each["code"] for each in row["structures"]][:2] == ["vessel", "bone"]
    assert row["members"][0]["byte_size"] == default_storage.size(version.members[0]["storage_key"])
    assert "storage_key" not in row["members"][0]
    assert client_of(team.stranger).get(f"/api/model-versions/{version.pk}/").status_code == 404


def test_promotion_is_an_act_of_an_admin_with_a_reason(team: Team, tmp_path: Path) -> None:
    version = register(team, tmp_path, "first")
    for user, status in [(team.expert, 403), (team.trainee, 403), (team.stranger, 404)]:
        assert promote(user, version, alias="live", reason="I want it").status_code == status
    assert promote(team.admin, version, alias="live", reason="  ").status_code == 400
    assert promote(team.admin, version, alias="best", reason="Good").status_code == 400
    assert not Alias.objects.filter(name=AliasName.LIVE).exists()
    answer = promote(team.admin, version, alias="live", reason="Better on subject 3")
    assert answer.status_code == 200
    assert answer.json()["aliases"] == ["candidate", "live"]
    promotion = Promotion.objects.get(name=AliasName.LIVE)
    assert (promotion.actor, promotion.reason) == (team.admin, "Better on subject 3")
    record = AuditRecord.objects.get(action="model_version.promote", detail__alias="live")
    assert record.detail["reason"] == "Better on subject 3"
    assert promote(team.admin, version, alias="live", reason="Again").status_code == 409


def test_rolling_back_twice_goes_back_two_promotions(team: Team, tmp_path: Path) -> None:
    versions = [register(team, tmp_path, name) for name in ("one", "two", "three")]
    for version in versions:
        model_promote(version=version, name=AliasName.PREANNOTATE, reason="Newer", actor=team.admin)
    one, two, three = versions
    assert roll_back(team.expert, team, three, reason="No").status_code == 403
    first = roll_back(team.admin, team, three, reason="Misses the ulnar nerve")
    assert first.json()["model_version"]["number"] == 2
    assert first.json()["promotions"][0]["is_rollback"] is True
    second = roll_back(team.admin, team, two, reason="So does this one")
    assert second.json()["model_version"]["number"] == 1
    third = roll_back(team.admin, team, one, reason="And this one")
    assert (third.status_code, third.json()["code"]) == (409, "nothing_before")
    rows = client_of(team.trainee).get(f"/api/aliases/?project={team.project.pk}").json()
    shown = {row["name"]: row["model_version"]["number"] for row in rows["results"]}
    assert shown == {"candidate": 3, "preannotate": 1}


def test_a_model_of_other_structures_is_not_registered(team: Team, tmp_path: Path) -> None:
    file = hollow_file(tmp_path / "other.keras", ("vessel", "liver"))
    with pytest.raises(InvalidInput, match="liver"):
        model_files_register(
            project=team.project, actor=team.admin, name="other", files=[file], reason="Try"
        )
    assert not ModelVersion.objects.exists()


def test_without_a_promoted_model_preannotation_says_that_one_is_needed(
    team: Team, tmp_path: Path
) -> None:
    clip = make_clip(team)
    register(team, tmp_path, "only a candidate")
    answer = client_of(team.expert).post(
        "/api/preannotations/", {"clip": str(clip.pk)}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "no_model")
    assert "promote" in answer.json()["detail"]
    assert not Job.objects.exists()


def test_who_may_ask_for_a_suggestion(team: Team, tmp_path: Path) -> None:
    clip = make_clip(team)
    version = register(team, tmp_path, "first")
    model_promote(version=version, name=AliasName.PREANNOTATE, reason="Only", actor=team.admin)
    body = {"clip": str(clip.pk)}
    for user, status in [(team.trainee, 403), (team.stranger, 404), (team.expert, 202)]:
        answer = client_of(user).post("/api/preannotations/", body, content_type="application/json")
        assert answer.status_code == status
    job = Job.objects.get(kind="clip_preannotate")
    assert (job.queue, job.target_id, job.owner) == ("predict", clip.pk, team.expert)
    again = preannotate_start(clip=clip, actor=team.colleague)
    assert again.pk == job.pk, "a second asking while the first waits is the same work"


def test_weights_are_stored_once_and_verified_when_fetched(team: Team, tmp_path: Path) -> None:
    file = hollow_file(tmp_path / "m.keras")
    stored = weights_store(file)
    assert weights_store(file) == stored
    assert stored.storage_key == f"models/{stored.sha256[:2]}/{stored.sha256}.keras"
    local = weights_fetch(storage_key=stored.storage_key, sha256=stored.sha256)
    assert local.read_bytes() == file.read_bytes()
    local.write_bytes(b"damaged on this machine")
    healed = weights_fetch(storage_key=stored.storage_key, sha256=stored.sha256)
    assert healed.read_bytes() == file.read_bytes()
    with default_storage.open(stored.storage_key, "wb") as kept:
        kept.write(b"damaged in the storage")
    healed.unlink()
    with pytest.raises(InvalidInput, match="damaged"):
        weights_fetch(storage_key=stored.storage_key, sha256=stored.sha256)
    assert not healed.exists()
    default_storage.delete(stored.storage_key)
    with pytest.raises(InvalidInput, match="gone"):
        weights_fetch(storage_key=stored.storage_key, sha256=stored.sha256)


def test_the_command_registers_and_promotes(team: Team, tmp_path: Path) -> None:
    file = hollow_file(tmp_path / "outside.keras")
    (tmp_path / "outside.json").write_text(
        json.dumps({"metrics": {"iou": 0.5}, "origin": "elsewhere"}), encoding="utf-8"
    )
    out = StringIO()
    call_command(
        "register_model",
        str(file),
        project=team.project.name,
        name="Outside",
        promote="live,preannotate",
        json=True,
        stdout=out,
    )
    version = ModelVersion.objects.get(pk=json.loads(out.getvalue())["id"])
    assert version.metrics == {"iou": 0.5}
    assert version.card["origin"] == "elsewhere"
    shown = version.card["after_the_network"]
    assert [each["name"] for each in shown] == [each["name"] for each in version.structures]
    assert all("seen from a mean probability of 0.5" in each["text"] for each in shown)
    assert set(version.aliases.values_list("name", flat=True)) == set(AliasName.values)
    with pytest.raises(CommandError, match="no project 'nowhere'"):
        call_command("register_model", str(file), project="nowhere", name="X")
    with pytest.raises(CommandError, match="There is no alias best"):
        call_command(
            "register_model", str(file), project=team.project.name, name="X", promote="best"
        )
    assert ModelVersion.objects.count() == 1
