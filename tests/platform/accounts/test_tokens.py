"""Keys for scripts: what is stored, what they open, and what they never open."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from fascicle.accounts.models import ApiToken, Membership, Project, Role, User
from fascicle.accounts.services import token_create
from fascicle.audit.models import AuditRecord
from fascicle.errors import InvalidInput, NotAllowed
from fascicle.jobs.services import job_create
from tests.factories import Team, client_of, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


def with_key(key: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key}"})


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(path, body, content_type="application/json")


def test_the_key_is_shown_once_and_only_its_digest_is_stored(team: Team) -> None:
    client = client_of(team.expert)
    made = post(client, "/api/tokens/", {"name": "night import"}).json()

    key = made["key"]
    stored = ApiToken.objects.get(pk=made["id"])
    assert stored.digest == hashlib.sha256(key.encode()).hexdigest()
    assert key not in json.dumps(list(ApiToken.objects.filter(pk=stored.pk).values()), default=str)
    assert key not in json.dumps(list(AuditRecord.objects.values()), default=str)
    listed = client.get("/api/tokens/").json()["results"]
    assert [row["name"] for row in listed] == ["night import"]
    assert "key" not in listed[0]
    assert "digest" not in listed[0]


def test_a_bearer_acts_as_its_person_without_session_or_csrf(team: Team) -> None:
    made = token_create(user=team.admin, name="script")
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {made.key}"})
    assert client.get("/api/me/").json()["email"] == team.admin.email
    body = {"project": str(team.project.pk), "email": "new@fascicle.example", "role": "expert"}
    assert post(client, "/api/memberships/", body).status_code == 201


def test_use_is_noted(team: Team) -> None:
    made = token_create(user=team.admin, name="script")
    with_key(made.key).get("/api/me/")
    assert ApiToken.objects.get(pk=made.token.pk).last_used_at is not None


def test_a_read_only_token_reads_and_writes_nothing(team: Team) -> None:
    client = with_key(token_create(user=team.admin, name="reader", is_read_only=True).key)
    assert client.get("/api/memberships/").status_code == 200
    body = {"project": str(team.project.pk), "email": "new@fascicle.example", "role": "expert"}
    answer = post(client, "/api/memberships/", body)
    assert answer.status_code == 403
    assert answer.json() == {
        "detail": "This token may only read.",
        "code": "not_allowed",
        "fields": {},
    }
    assert not User.objects.filter(email="new@fascicle.example").exists()


def test_a_token_for_one_project_sees_only_that_project(team: Team) -> None:
    other = make_team()
    Membership.objects.create(project=other.project, user=team.admin, role=Role.ADMIN)
    mine = job_create(kind="x", queue="default", owner=team.admin, project=team.project)
    theirs = job_create(kind="x", queue="default", owner=team.admin, project=other.project)
    outside = job_create(kind="x", queue="default", owner=team.admin, project=None)
    client = with_key(token_create(user=team.admin, name="narrow", project=team.project).key)

    me = client.get("/api/me/").json()
    assert [m["project"]["id"] for m in me["memberships"]] == [str(team.project.pk)]
    members = client.get("/api/memberships/").json()["results"]
    assert {m["project"] for m in members} == {str(team.project.pk)}
    jobs = client.get("/api/jobs/").json()["results"]
    assert [job["id"] for job in jobs] == [str(mine.pk)]
    for job in (theirs, outside):
        assert client.get(f"/api/jobs/{job.pk}/").status_code == 404
    audit = client.get("/api/audit/").json()["results"]
    assert {line["project_id"] for line in audit} <= {str(team.project.pk)}
    body = {"project": str(other.project.pk), "email": "new@fascicle.example", "role": "expert"}
    assert post(client, "/api/memberships/", body).status_code == 404


def test_a_narrowed_person_sees_only_the_people_of_that_project(team: Team) -> None:
    other = make_team()
    Membership.objects.create(project=other.project, user=team.admin, role=Role.ADMIN)
    narrowed = User.objects.get(pk=team.admin.pk)
    assert other.expert in User.objects.visible_to(narrowed)
    narrowed.only_project_id = team.project.pk
    assert other.expert not in User.objects.visible_to(narrowed)
    assert team.expert in User.objects.visible_to(narrowed)


def test_a_token_for_one_project_has_no_rights_over_the_site(team: Team) -> None:
    root = make_user("root", is_staff=True)
    Membership.objects.create(project=team.project, user=root, role=Role.ADMIN)
    client = with_key(token_create(user=root, name="narrow", project=team.project).key)
    before = Project.objects.count()
    answer = post(client, "/api/projects/", {"name": "New", "procedure": "axillary"})
    assert answer.status_code == 403
    assert Project.objects.count() == before
    assert User.objects.get(pk=root.pk).is_staff


@pytest.mark.parametrize("why", ["expired", "revoked", "inactive", "unknown", "empty", "odd"])
def test_a_key_that_no_longer_works_answers_401(team: Team, why: str) -> None:
    made = token_create(user=team.expert, name="script")
    row = ApiToken.objects.filter(pk=made.token.pk)
    key, past = made.key, timezone.now() - timedelta(seconds=1)
    match why:
        case "expired":
            row.update(expires_at=past)
        case "revoked":
            row.update(revoked_at=past)
        case "inactive":
            User.objects.filter(pk=team.expert.pk).update(is_active=False)
        case "unknown":
            key = made.key[:-1]
        case "empty":
            key = ""
        case _:
            key = "ü\x01 two words"
    answer = with_key(key).get("/api/me/")
    assert answer.status_code == 401
    assert set(answer.json()) == {"detail", "code", "fields"}


def test_revoking_over_http_ends_the_key_at_once_and_keeps_the_row(team: Team) -> None:
    client = client_of(team.expert)
    made = post(client, "/api/tokens/", {"name": "script"}).json()
    assert with_key(made["key"]).get("/api/me/").status_code == 200
    assert client.delete(f"/api/tokens/{made['id']}/").status_code == 204
    assert with_key(made["key"]).get("/api/me/").status_code == 401
    assert ApiToken.objects.get(pk=made["id"]).revoked_at is not None


def test_nobody_revokes_anothers_token(team: Team) -> None:
    made = token_create(user=team.expert, name="script")
    assert client_of(team.admin).delete(f"/api/tokens/{made.token.pk}/").status_code == 404
    assert with_key(made.key).get("/api/me/").status_code == 200


def test_a_token_makes_and_lists_no_token(team: Team) -> None:
    client = with_key(token_create(user=team.admin, name="script").key)
    assert post(client, "/api/tokens/", {"name": "child"}).status_code == 401
    assert client.get("/api/tokens/").status_code == 401
    assert team.admin.api_tokens.count() == 1


def test_a_token_ends_with_the_membership_it_rests_on(team: Team) -> None:
    made = token_create(user=team.expert, name="narrow", project=team.project)
    Membership.objects.filter(user=team.expert).delete()
    client = with_key(made.key)
    assert client.get("/api/me/").json()["memberships"] == []
    assert client.get("/api/memberships/").json()["results"] == []


def test_a_token_needs_a_name_a_future_and_ones_own_project(team: Team) -> None:
    with pytest.raises(InvalidInput):
        token_create(user=team.expert, name="  ")
    with pytest.raises(InvalidInput):
        token_create(user=team.expert, name="late", expires_at=timezone.now())
    with pytest.raises(NotAllowed):
        token_create(user=team.stranger, name="foreign", project=team.project)
    answer = post(
        client_of(team.stranger), "/api/tokens/", {"name": "x", "project": str(team.project.pk)}
    )
    assert answer.status_code == 404
    assert not ApiToken.objects.exists()


def test_the_command_prints_a_key_that_works(team: Team) -> None:
    out = StringIO()
    call_command(
        "create_token", team.expert.email, "--project", team.project.name, "--json", stdout=out
    )
    made = json.loads(out.getvalue())
    assert with_key(made["key"]).get("/api/me/").json()["email"] == team.expert.email
    assert ApiToken.objects.get(pk=made["id"]).project == team.project


def test_the_command_can_make_a_read_only_key(team: Team) -> None:
    out = StringIO()
    call_command("create_token", team.expert.email.upper(), "--read-only", stdout=out)
    client = with_key(out.getvalue().strip())
    assert client.get("/api/me/").status_code == 200
    assert post(client, "/api/memberships/", {}).status_code == 403


def test_the_command_says_what_it_cannot_find(team: Team) -> None:
    with pytest.raises(CommandError, match="no account"):
        call_command("create_token", "nobody@fascicle.example")
    with pytest.raises(CommandError, match="in no project called Elsewhere"):
        call_command("create_token", team.expert.email, "--project", "Elsewhere")
