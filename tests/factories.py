"""Whole projects in one line, for tests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from uuid import uuid4

import numpy as np
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from annotation.models import Clip, FrameTable, Procedure, Protocol, Structure, Subject
from fascicle.accounts.models import Membership, Project, Role, User

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Team:
    """A project with one person of each role, and a stranger who is in none."""

    project: Project
    admin: User
    expert: User
    colleague: User
    trainee: User
    stranger: User

    @property
    def procedure(self) -> Procedure:
        return self.project.protocol.procedure

    @property
    def structures(self) -> list[Structure]:
        return list(self.procedure.structures.order_by("channel"))


def make_user(name: str, *, is_staff: bool = False) -> User:
    """An account that can log in with PASSWORD."""
    address = f"{name}-{uuid4().hex[:8]}@fascicle.example"
    password = _password_hash(settings.PASSWORD_HASHERS[0])
    return User.objects.create(
        email=address, password=password, name=name.title(), is_staff=is_staff
    )


@cache
def _password_hash(hasher: str) -> str:
    # hashing is slow on purpose; one hash does for all people of a test session
    del hasher  # part of the key: tests may choose another
    return make_password(PASSWORD)


def make_team(procedure: str = "axillary") -> Team:
    """A project on a shipped procedure, with its people."""
    project = Project.objects.create(name=f"Project {uuid4().hex[:6]}")
    Protocol.objects.create(project=project, procedure=Procedure.objects.get(code=procedure))
    people = {}
    for name, role in [
        ("admin", Role.ADMIN),
        ("expert", Role.EXPERT),
        ("colleague", Role.EXPERT),
        ("trainee", Role.TRAINEE),
    ]:
        people[name] = make_user(name)
        Membership.objects.create(project=project, user=people[name], role=role)
    return Team(project=project, stranger=make_user("stranger"), **people)


def make_clip(
    team: Team, *, subject: str = "S-001", frame_count: int = 10, width: int = 64, height: int = 48
) -> Clip:
    """A clip's rows without any pixels in storage."""
    row, _ = Subject.objects.get_or_create(project=team.project, pseudonym=subject)
    number = Clip.objects.filter(project=team.project).count() + 1
    clip = Clip.objects.create(
        project=team.project,
        subject=row,
        number=number,
        source_sha256=hashlib.sha256(uuid4().bytes).hexdigest(),
        source_format="test",
        width=width,
        height=height,
        frame_count=frame_count,
        duration_s=frame_count / 25,
        thumbnail_key="none",
        created_by=team.admin,
        created_at=timezone.now(),
    )
    digests = b"".join(
        hashlib.sha256(f"{clip.pk}:{i}".encode()).digest() for i in range(frame_count)
    )
    FrameTable.objects.create(
        clip=clip,
        frame_count=frame_count,
        times=(np.arange(frame_count) / 25).astype("<f8").tobytes(),
        digests=digests,
    )
    return clip


def client_of(user: User) -> Client:
    """A browser in which `user` is logged in."""
    client = Client()
    client.force_login(user)
    return client
