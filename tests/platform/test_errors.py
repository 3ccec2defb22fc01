"""Every error is `{detail, code, fields}`, and the front end's page is at every other address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.test import Client
from rest_framework import exceptions

from fascicle.api import errors
from fascicle.errors import Conflict, FascicleError, InvalidInput, NotAllowed
from fascicle.jobs.models import Job
from tests.factories import client_of, make_user

SHAPE = {"detail", "code", "fields"}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput("Not so."), 400, "invalid"),
        (NotAllowed("Not you."), 403, "not_allowed"),
        (NotAllowed("Not you.", code="own_work"), 403, "own_work"),
        (Conflict("Too late.", revision=3), 409, "conflict"),
        (FascicleError("Something."), 400, "error"),
        (ValidationError("Too long."), 400, "invalid"),
        (ValidationError({"name": ["Too long."]}), 400, "invalid"),
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "not_allowed"),
        (OperationalError("connection refused"), 503, "database_away"),
        (InterfaceError("connection already closed"), 503, "database_away"),
        (exceptions.ValidationError({"name": ["Too long."]}), 400, "invalid"),
        (exceptions.ValidationError({"ops": {0: {"frame": ["Negative."]}}}), 400, "invalid"),
        (exceptions.ValidationError(["Too long."]), 400, "invalid"),
        (exceptions.ValidationError({}), 400, "invalid"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.AuthenticationFailed("Unknown."), 401, "authentication_failed"),
        (exceptions.PermissionDenied("This token may only read."), 403, "not_allowed"),
        (exceptions.PermissionDenied("Old page.", code="csrf"), 403, "csrf"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.ParseError(), 400, "parse_error"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (exceptions.Throttled(), 429, "throttled"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_kind_of_error_has_the_one_shape(error: Exception, status: int, code: str) -> None:
    answer = errors.handle(error, {})
    assert answer is not None
    assert answer.status_code == status
    assert answer.data is not None
    assert set(answer.data) == SHAPE
    assert answer.data["code"] == code
    assert isinstance(answer.data["detail"], str)
    assert answer.data["detail"]


def test_fields_say_which_one_is_wrong() -> None:
    for error in (
        InvalidInput("Not valid.", email=["Not valid."]),
        ValidationError({"email": ["Not valid."]}),
        exceptions.ValidationError({"email": ["Not valid."]}),
    ):
        answer = errors.handle(error, {})
        assert answer is not None
        assert answer.data is not None
        assert answer.data["fields"] == {"email": ["Not valid."]}


def test_an_error_nobody_foresaw_is_left_to_the_500_page() -> None:
    assert errors.handle(ZeroDivisionError(), {}) is None


@pytest.fixture
def browser(db: None) -> Client:
    """A person who is logged in; exceptions become answers, as in production."""
    client = client_of(make_user("ada"))
    client.raise_request_exception = False
    return client


def test_an_unexpected_failure_of_the_api_is_json_without_a_traceback(
    browser: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError("secret path /srv/keys")

    monkeypatch.setattr(Job.objects.__class__, "visible_to", broken)
    answer = browser.get("/api/jobs/")
    assert answer.status_code == 500
    body = answer.json()
    assert set(body) == SHAPE
    assert (body["code"], body["fields"]) == ("server_error", {})
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content
    assert "secret path" in caplog.text


@pytest.mark.parametrize("address", ["/api/nothing/", "/api/", "/_allauth/nothing"])
def test_an_unknown_address_of_the_api_is_json(browser: Client, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 404
    assert set(answer.json()) == SHAPE
    assert answer.json()["code"] == "not_found"


def test_a_thing_that_is_not_there_is_json(browser: Client) -> None:
    for key in (uuid4(), "nonsense"):
        answer = browser.get(f"/api/jobs/{key}/")
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"


def test_a_method_that_a_route_has_not_is_json(browser: Client) -> None:
    answer = browser.put("/api/jobs/", {}, content_type="application/json")
    assert answer.status_code == 405
    assert set(answer.json()) == SHAPE


def test_a_body_that_is_no_json_is_json(browser: Client) -> None:
    answer = browser.post("/api/tokens/", "{not json", content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"


def test_a_body_of_another_kind_is_json(browser: Client) -> None:
    answer = browser.post("/api/tokens/", "name=x", content_type="text/plain")
    assert answer.status_code == 415
    assert set(answer.json()) == SHAPE


@pytest.mark.parametrize("body", [[], "text", None, {"name": {"a": 1}}, {"name": "a\u0000b"}])
def test_a_body_of_another_shape_is_refused_with_a_sentence(browser: Client, body: Any) -> None:
    answer = browser.post("/api/tokens/", body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) == SHAPE


@pytest.mark.parametrize(
    "query", ["project=nonsense", "cursor=nonsense", "state=nonsense", "kind=%00"]
)
def test_a_query_that_makes_no_sense_is_refused_not_failed(browser: Client, query: str) -> None:
    answer = browser.get(f"/api/jobs/?{query}")
    assert answer.status_code in {400, 404}
    assert set(answer.json()) == SHAPE


def test_a_foreign_host_name_is_refused(browser: Client) -> None:
    answer = browser.get("/api/me/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert set(answer.json()) == SHAPE


def test_the_schema_can_be_read_and_names_the_error_shape(browser: Client) -> None:
    schema = browser.get("/api/schema/").json()
    assert set(schema["components"]["schemas"]["Error"]["properties"]) == SHAPE


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture
def built(settings: Any, tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<!doctype html><title>Fascicle</title>")
    settings.FRONTEND_DIST = tmp_path
    return tmp_path


@pytest.mark.parametrize("address", ["/", "/login", "/projects/1/clips/2", "/apiary", "/a.b/c"])
@pytest.mark.usefixtures("built")
def test_the_page_is_at_every_other_address(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "<title>Fascicle</title>" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.cookies["csrftoken"].value
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.usefixtures("built")
def test_the_page_is_only_read(client: Client) -> None:
    assert client.post("/login").status_code == 405


def test_a_page_that_is_not_built_says_what_to_run(client: Client, settings: Any) -> None:
    settings.FRONTEND_DIST = Path("/nonexistent")
    answer = client.get("/")
    assert answer.status_code == 503
    assert "make run" in answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_failure_outside_the_api_is_a_plain_sentence(rf: Any) -> None:
    for answer in (
        errors.server_error(rf.get("/login")),
        errors.not_found(rf.get("/assets/old.js"), Http404()),
        errors.bad_request(rf.get("/login"), SuspiciousOperation()),
    ):
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert answer.content.decode().endswith(".")


# --- health -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_health_is_open_and_says_which_part_is_missing(client: Client) -> None:
    answer = client.get("/api/health/")
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert answer.json()["status"] == "degraded"
    assert {name: part["ok"] for name, part in parts.items()} == {
        "web": True,
        "database": True,
        "redis": True,
        "worker": False,
        "hub": False,
    }


@pytest.mark.django_db
def test_health_is_ok_while_some_worker_and_the_hub_answer(client: Client, settings: Any) -> None:
    from fascicle.jobs.tasks import pulse

    pulse("default")
    store = redis.Redis.from_url(settings.REDIS_URL)
    store.set("live:hub", '{"sessions": 1, "viewers": 2}', ex=10)
    try:
        answer = client.get("/api/health/")
    finally:
        store.delete("live:hub")
    assert "2 viewers" in answer.json()["parts"]["hub"]["detail"]
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert "default" in answer.json()["parts"]["worker"]["detail"]


@pytest.mark.django_db
def test_health_without_redis_names_it(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/api/health/")
    assert answer.status_code == 503
    assert answer.json()["parts"]["redis"]["ok"] is False
