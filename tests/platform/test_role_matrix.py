"""Every route for every role: nobody sees or changes what is not theirs.

The table is in `routes.py`; a route or method that is missing there fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.platform.loop_world import World, make_world
from tests.platform.routes import OPEN, ROUTES, Route, answer_to, named

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")


def every_route() -> Iterator[tuple[str, str]]:
    """(name, METHOD) of all that the resolver knows under /api/."""

    def walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            where = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, where)
            else:
                yield where, pattern

    for where, pattern in walk(get_resolver().url_patterns, ""):
        if where.startswith("_allauth/") or not where.startswith("api/"):
            continue
        assert pattern.name, f"{where} has no name"
        view: Any = pattern.callback
        # a viewset's actions gain a `head` with its first request
        actions = getattr(view, "actions", None) or [m for m in METHODS if hasattr(view.cls, m)]
        yield from ((pattern.name, method.upper()) for method in METHODS if method in actions)


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    options = {"location": str(tmp_path / "media")}
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    settings.UPLOAD_WAITING_ROOT = tmp_path / "waiting"
    return make_world()


def test_every_route_is_in_the_table_and_every_line_is_a_route() -> None:
    found, listed = set(every_route()), [route.key for route in ROUTES]
    assert len(listed) == len(set(listed))
    assert found - set(listed) == set(), "add these routes to ROUTES, see the top of that file"
    assert set(listed) - found == set(), "these lines are of routes that are no more"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.name}")
def test_each_role_gets_what_the_table_says(route: Route, world: World) -> None:
    team = world.team
    wanted = {
        "admin": (team.admin, route.admin),
        "expert": (team.expert, route.expert),
        "trainee": (team.trainee, route.trainee),
        "outsider": (world.foreign.admin, route.outsider),
        "nobody's member": (team.stranger, route.outsider),
    }
    got = {}
    for role, (user, _) in wanted.items():
        answer = answer_to(user, route, world)
        got[role] = answer.status_code
        if user in {world.foreign.admin, team.stranger}:
            read = answer.content.decode(errors="replace")
            leaked = {secret for secret in world.secrets - named(route, world) if secret in read}
            assert leaked == set(), f"{role} reads {leaked}"
    assert got == {role: status for role, (_, status) in wanted.items()}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.name}")
def test_without_a_log_in_there_is_nothing(route: Route, world: World) -> None:
    answer = answer_to(None, route, world)
    if route.key in OPEN:
        assert answer.status_code == route.outsider
    else:
        assert answer.status_code == 401
        assert set(answer.json()) == {"detail", "code", "fields"}
