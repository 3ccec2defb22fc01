"""Bringing people into a project, changing what they do there, and ending it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fascicle.accounts.models import Membership, Project, Role, User
from fascicle.accounts.services import membership_remove
from fascicle.audit.models import AuditRecord
from fascicle.errors import Conflict
from tests.factories import Team, client_of, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


def add(client: Client, team: Team, email: str, **more: Any) -> Any:
    body = {"project": str(team.project.pk), "email": email, "role": "expert", **more}
    return client.post("/api/memberships/", body, content_type="application/json")


def row(team: Team, user: User) -> Membership:
    return Membership.objects.get(project=team.project, user=user)


def change(client: Client, membership: Membership, role: str) -> Any:
    return client.patch(
        f"/api/memberships/{membership.pk}/", {"role": role}, content_type="application/json"
    )


def test_a_new_person_is_added_with_a_link_to_choose_a_password(team: Team) -> None:
    answer = add(client_of(team.admin), team, " New@Fascicle.example ", name="Nea")

    assert answer.status_code == 201
    body = answer.json()
    assert body["user"] == {
        "id": body["user"]["id"],
        "email": "new@fascicle.example",
        "name": "Nea",
    }
    assert body["role"] == "expert"
    assert "/password/reset/" in body["invitation_url"]
    assert AuditRecord.objects.filter(action="membership.add", actor_id=team.admin.pk).exists()


def test_a_person_who_has_a_password_is_added_without_a_link(team: Team) -> None:
    answer = add(client_of(team.admin), team, make_user("known").email)
    assert answer.status_code == 201
    assert answer.json()["invitation_url"] is None


def test_someone_invited_elsewhere_cannot_be_taken_over_from_here(team: Team) -> None:
    other = make_team()
    assert add(client_of(other.admin), other, "guest@fascicle.example").json()["invitation_url"]
    answer = add(client_of(team.admin), team, "guest@fascicle.example")
    assert answer.status_code == 201
    assert answer.json()["invitation_url"] is None


def test_staff_without_a_password_are_not_handed_out_either(team: Team) -> None:
    User.objects.create_user("root@fascicle.example", is_staff=True)
    assert (
        add(client_of(team.admin), team, "root@fascicle.example").json()["invitation_url"] is None
    )


def test_the_same_person_is_not_added_twice(team: Team) -> None:
    answer = add(client_of(team.admin), team, team.trainee.email)
    assert answer.status_code == 409
    assert answer.json()["code"] == "already_member"
    assert row(team, team.trainee).role == Role.TRAINEE


def test_an_address_that_is_none_is_refused_and_leaves_nothing(team: Team) -> None:
    before = User.objects.count()
    answer = add(client_of(team.admin), team, "not an address")
    assert answer.status_code == 400
    assert "email" in answer.json()["fields"]
    assert User.objects.count() == before


@pytest.mark.parametrize("who", ["expert", "trainee"])
def test_only_admins_add_change_and_remove(team: Team, who: str) -> None:
    client, target = client_of(getattr(team, who)), row(team, team.colleague)
    before = Membership.objects.count()

    assert add(client, team, "new@fascicle.example").status_code == 403
    assert change(client, target, "admin").status_code == 403
    assert client.delete(f"/api/memberships/{target.pk}/").status_code == 403
    assert Membership.objects.count() == before
    assert row(team, team.colleague).role == Role.EXPERT


def test_an_admin_of_another_project_finds_nothing_here(team: Team) -> None:
    client, target = client_of(make_team().admin), row(team, team.colleague)
    assert add(client, team, "new@fascicle.example").status_code == 404
    assert change(client, target, "trainee").status_code == 404
    assert client.delete(f"/api/memberships/{target.pk}/").status_code == 404
    shown = client.get("/api/memberships/", {"project": str(team.project.pk)}).json()["results"]
    assert shown == []
    assert row(team, team.colleague).role == Role.EXPERT


def test_a_role_changes_and_the_record_says_from_what(team: Team) -> None:
    answer = change(client_of(team.admin), row(team, team.trainee), "expert")
    assert answer.status_code == 200
    assert answer.json()["role"] == "expert"
    line = AuditRecord.objects.get(action="membership.change")
    assert line.detail == {"user": str(team.trainee.pk), "from": "trainee", "to": "expert"}


def test_an_unknown_role_is_refused(team: Team) -> None:
    answer = change(client_of(team.admin), row(team, team.trainee), "emperor")
    assert answer.status_code == 400
    assert "role" in answer.json()["fields"]


def test_the_last_admin_stays(team: Team) -> None:
    client, mine = client_of(team.admin), row(team, team.admin)
    for answer in (change(client, mine, "expert"), client.delete(f"/api/memberships/{mine.pk}/")):
        assert answer.status_code == 409
        assert answer.json()["code"] == "last_admin"
    assert row(team, team.admin).role == Role.ADMIN


def test_an_admin_may_go_once_another_is_there(team: Team) -> None:
    client = client_of(team.admin)
    assert change(client, row(team, team.expert), "admin").status_code == 200
    assert client.delete(f"/api/memberships/{row(team, team.admin).pk}/").status_code == 204
    assert client.get("/api/projects/").json()["results"] == []


def test_a_person_who_was_removed_sees_nothing_of_the_project(team: Team) -> None:
    target = row(team, team.trainee)
    assert client_of(team.admin).delete(f"/api/memberships/{target.pk}/").status_code == 204
    client = client_of(team.trainee)
    assert client.get("/api/memberships/").json()["results"] == []
    assert client.get("/api/me/").json()["memberships"] == []
    assert User.objects.filter(pk=team.trainee.pk).exists()


def test_me_lists_ones_roles(team: Team) -> None:
    body = client_of(team.trainee).get("/api/me/").json()
    assert body["memberships"] == [
        {
            "id": str(row(team, team.trainee).pk),
            "project": {"id": str(team.project.pk), "name": team.project.name},
            "role": "trainee",
        }
    ]


def test_people_see_their_colleagues_and_nobody_else(team: Team) -> None:
    other = make_team()
    visible = set(User.objects.visible_to(team.trainee))
    assert visible == {team.admin, team.expert, team.colleague, team.trainee}
    assert set(User.objects.visible_to(team.stranger)) == {team.stranger}
    assert other.admin not in visible
    assert other.admin in User.objects.visible_to(make_user("root", is_staff=True))


def test_an_archived_project_shows_its_people_to_nobody(team: Team) -> None:
    Project.objects.filter(pk=team.project.pk).update(archived_at=timezone.now())
    assert set(User.objects.visible_to(team.trainee)) == {team.trainee}
    assert client_of(team.admin).get("/api/memberships/").json()["results"] == []
    assert add(client_of(team.admin), team, "new@fascicle.example").status_code == 404


def test_a_membership_that_is_none_is_not_found(team: Team) -> None:
    client = client_of(team.admin)
    assert client.delete(f"/api/memberships/{uuid4()}/").status_code == 404
    assert client.delete("/api/memberships/nonsense/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_leave_at_the_same_moment_do_not_both_go(team: Team) -> None:
    Membership.objects.filter(user=team.expert).update(role=Role.ADMIN)
    leaving = [row(team, team.admin), row(team, team.expert)]
    line = threading.Barrier(2)

    def leave(membership: Membership) -> bool:
        try:
            line.wait(timeout=20)
            membership_remove(membership=membership, actor=membership.user)
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        gone = list(pool.map(leave, leaving))

    assert sorted(gone) == [False, True]
    assert Membership.objects.filter(project=team.project, role=Role.ADMIN).count() == 1
