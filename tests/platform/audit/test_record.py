"""The record of who did what can be added to and read by admins, and nothing else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from fascicle.accounts.models import Membership, Role
from fascicle.audit.models import AuditRecord
from fascicle.audit.services import record_append
from tests.factories import Team, client_of, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def line(team: Team) -> AuditRecord:
    return record_append(
        actor=team.admin,
        action="project.rename",
        target=team.project,
        project_id=team.project.pk,
        detail={"from": "Old"},
    )


def test_a_line_says_who_did_what_to_which_thing(team: Team, line: AuditRecord) -> None:
    body = client_of(team.admin).get("/api/audit/").json()["results"][0]
    assert body == {
        "id": line.pk,
        "at": body["at"],
        "actor_id": str(team.admin.pk),
        "actor_email": team.admin.email,
        "project_id": str(team.project.pk),
        "action": "project.rename",
        "target_type": "accounts.project",
        "target_id": str(team.project.pk),
        "detail": {"from": "Old"},
    }


def test_the_database_refuses_to_change_a_line(line: AuditRecord) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditRecord.objects.filter(pk=line.pk).update(actor_email="someone@else.example")
    assert AuditRecord.objects.get(pk=line.pk).actor_email == line.actor_email


def test_the_database_refuses_to_remove_a_line(line: AuditRecord) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        line.delete()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM audit_auditrecord")
    assert AuditRecord.objects.filter(pk=line.pk).exists()


def test_a_line_outlives_its_actor_and_its_project(team: Team, line: AuditRecord) -> None:
    address = team.admin.email
    Membership.objects.filter(project=team.project).delete()
    team.admin.delete()
    kept = AuditRecord.objects.get(pk=line.pk)
    assert kept.actor_email == address
    assert kept.project_id == team.project.pk


@pytest.mark.parametrize("who", ["expert", "trainee", "stranger"])
@pytest.mark.usefixtures("line")
def test_only_admins_read_the_record(team: Team, who: str) -> None:
    client = client_of(getattr(team, who))
    assert client.get("/api/audit/").json()["results"] == []
    asked = client.get("/api/audit/", {"project": str(team.project.pk)}).json()
    assert asked["results"] == []


@pytest.mark.usefixtures("line")
def test_an_admin_reads_no_other_projects_record(team: Team) -> None:
    client = client_of(make_team().admin)
    assert client.get("/api/audit/", {"project": str(team.project.pk)}).json()["results"] == []


def test_an_admin_of_two_projects_narrows_the_record_to_one(team: Team, line: AuditRecord) -> None:
    other = make_team()
    Membership.objects.create(project=other.project, user=team.admin, role=Role.ADMIN)
    record_append(actor=None, action="x.y", target=other.project, project_id=other.project.pk)
    client = client_of(team.admin)
    assert len(client.get("/api/audit/").json()["results"]) == 2
    asked = client.get("/api/audit/", {"project": str(team.project.pk)}).json()["results"]
    assert [row["id"] for row in asked] == [line.pk]


def test_a_line_of_no_project_is_shown_to_nobody(team: Team) -> None:
    record_append(actor=team.admin, action="token.create", target=team.admin, project_id=None)
    assert client_of(team.admin).get("/api/audit/").json()["results"] == []


def test_nothing_is_written_over_http(team: Team, line: AuditRecord) -> None:
    client = client_of(team.admin)
    assert client.post("/api/audit/", {}, content_type="application/json").status_code == 405
    for method in ("patch", "put", "delete"):
        answer = getattr(client, method)(f"/api/audit/{line.pk}/")
        assert answer.status_code == 404


def test_an_act_that_is_rolled_back_leaves_no_line(team: Team) -> None:
    with transaction.atomic():
        record_append(actor=team.admin, action="x.y", target=team.project, project_id=uuid4())
        transaction.set_rollback(True)
    assert not AuditRecord.objects.exists()
