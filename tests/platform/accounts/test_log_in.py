"""Logging in and out as the front end does it, through allauth's headless API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from fascicle.accounts.models import User
from fascicle.accounts.services.member_add import invitation_path
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

ALLAUTH = "/_allauth/browser/v1"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def browser() -> Client:
    """A client that must echo the CSRF cookie, as a browser page must."""
    return Client(enforce_csrf_checks=True)


def csrf(browser: Client) -> dict[str, str]:
    return {"X-CSRFToken": browser.cookies["csrftoken"].value}


def send(browser: Client, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    return browser.generic(
        method,
        path,
        data=b"" if body is None else json.dumps(body),
        content_type="application/json",
        headers=csrf(browser),
    )


def log_in(browser: Client, email: str, password: str) -> Any:
    browser.get(f"{ALLAUTH}/config")
    return send(browser, "POST", f"{ALLAUTH}/auth/login", {"email": email, "password": password})


def test_a_person_logs_in_reads_their_page_and_logs_out(browser: Client) -> None:
    user = make_user("ada")

    assert browser.get("/api/me/").status_code == 401
    answer = log_in(browser, user.email, PASSWORD)
    assert answer.status_code == 200, answer.content
    me = browser.get("/api/me/")
    assert me.status_code == 200
    assert me.json()["email"] == user.email

    assert send(browser, "DELETE", f"{ALLAUTH}/auth/session").status_code == 401
    assert browser.get("/api/me/").status_code == 401


def test_the_address_is_compared_without_case(browser: Client) -> None:
    user = make_user("ada")
    assert log_in(browser, user.email.upper(), PASSWORD).status_code == 200


@pytest.mark.parametrize("is_known", [True, False])
def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(
    browser: Client, is_known: bool
) -> None:
    email = make_user("ada").email if is_known else "nobody@fascicle.example"
    answer = log_in(browser, email, "not the password")

    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert errors[0]["code"] == "email_password_mismatch"
    assert errors[0]["message"].endswith(".")
    assert " " in errors[0]["message"]
    assert browser.get("/api/me/").status_code == 401


def test_an_empty_form_names_the_field_that_is_missing(browser: Client) -> None:
    answer = log_in(browser, "", PASSWORD)
    assert answer.status_code == 400
    assert {error["param"] for error in answer.json()["errors"]} == {"email"}


def test_a_person_who_was_switched_off_cannot_log_in(browser: Client) -> None:
    user = make_user("ada")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert log_in(browser, user.email, PASSWORD).status_code != 200
    assert browser.get("/api/me/").status_code == 401


def test_nobody_signs_up(browser: Client) -> None:
    browser.get(f"{ALLAUTH}/config")
    answer = send(
        browser,
        "POST",
        f"{ALLAUTH}/auth/signup",
        {"email": "new@fascicle.example", "password": PASSWORD},
    )
    assert answer.status_code == 403
    assert not User.objects.filter(email="new@fascicle.example").exists()


def test_the_page_learns_that_sign_up_is_closed(browser: Client) -> None:
    config = browser.get(f"{ALLAUTH}/config").json()
    assert config["data"]["account"]["is_open_for_signup"] is False


def test_log_in_without_the_csrf_token_is_refused_as_json(browser: Client) -> None:
    user = make_user("ada")
    answer = browser.post(
        f"{ALLAUTH}/auth/login",
        {"email": user.email, "password": PASSWORD},
        content_type="application/json",
    )
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf"


def test_a_session_writes_only_with_the_csrf_token(browser: Client) -> None:
    user = make_user("ada")
    log_in(browser, user.email, PASSWORD)

    bare = browser.post("/api/tokens/", {"name": "x"}, content_type="application/json")
    assert bare.status_code == 403
    assert bare.json() == {
        "detail": "The page is out of date. Load it again.",
        "code": "csrf",
        "fields": {},
    }
    assert not user.api_tokens.exists()
    assert send(browser, "POST", "/api/tokens/", {"name": "x"}).status_code == 201


def test_a_hand_that_slips_a_few_times_still_gets_in(browser: Client) -> None:
    user = make_user("ada")
    for _ in range(5):
        assert log_in(browser, user.email, "slipped").status_code == 400
    assert log_in(browser, user.email, PASSWORD).status_code == 200


def test_a_whole_department_behind_one_address_logs_in_at_nine(browser: Client) -> None:
    user = make_user("ada")
    answers = {log_in(Client(), user.email, PASSWORD).status_code for _ in range(3)}
    for _ in range(60):
        other = Client(enforce_csrf_checks=True)
        answers.add(log_in(other, user.email, PASSWORD).status_code)
    assert answers == {200}


def test_guessing_one_persons_password_is_slowed_down_and_others_are_not(browser: Client) -> None:
    victim, colleague = make_user("victim"), make_user("colleague")
    answers = [log_in(browser, victim.email, f"guess {n}") for n in range(12)]

    assert answers[-1].status_code in {400, 429}
    assert log_in(browser, victim.email, PASSWORD).status_code != 200
    assert log_in(Client(), colleague.email, PASSWORD).status_code == 200
    refused = answers[-1].json()["errors"][0]
    assert refused["code"] == "too_many_login_attempts"
    assert refused["message"].endswith(".")


def reset(browser: Client, key: str, password: str) -> Any:
    browser.get(f"{ALLAUTH}/config")
    return send(
        browser, "POST", f"{ALLAUTH}/auth/password/reset", {"key": key, "password": password}
    )


def test_an_invitation_sets_a_password_once(browser: Client) -> None:
    user = User.objects.create_user("new@fascicle.example", name="New")
    key = invitation_path(user).removeprefix("/password/reset/")

    first = reset(browser, key, "a-long-enough-phrase")
    assert first.status_code in {200, 401}, first.content  # 401: set, and now log in
    again = reset(browser, key, "another-phrase-entirely")
    assert again.status_code == 400
    assert again.json()["errors"][0]["param"] == "key"
    assert log_in(browser, user.email, "another-phrase-entirely").status_code == 400
    assert log_in(browser, user.email, "a-long-enough-phrase").status_code == 200


def test_the_page_can_ask_whether_an_invitation_still_works(browser: Client) -> None:
    user = User.objects.create_user("new@fascicle.example")
    key = invitation_path(user).removeprefix("/password/reset/")
    asked = browser.get(f"{ALLAUTH}/auth/password/reset", headers={"X-Password-Reset-Key": key})
    assert asked.status_code == 200
    assert asked.json()["data"]["user"]["email"] == "new@fascicle.example"


def test_an_invitation_refuses_a_password_that_is_too_short(browser: Client) -> None:
    user = User.objects.create_user("new@fascicle.example")
    key = invitation_path(user).removeprefix("/password/reset/")
    answer = reset(browser, key, "short")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"] == "password"
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_an_invitation_of_one_person_sets_no_password_of_another(browser: Client) -> None:
    user = User.objects.create_user("new@fascicle.example")
    other = make_user("other")
    key = invitation_path(user).removeprefix("/password/reset/")
    whose = invitation_path(other).removeprefix("/password/reset/").partition("-")[0]
    forged = f"{whose}-{key.partition('-')[2]}"
    assert reset(browser, forged, "a-long-enough-phrase").status_code == 400
    assert User.objects.get(pk=other.pk).check_password(PASSWORD)
