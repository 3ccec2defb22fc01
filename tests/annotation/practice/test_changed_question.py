"""A question that a teacher changes while a trainee has it on the page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from annotation.models import Attempt, PracticeMode, Question
from annotation.services import attempt_commit as committing
from annotation.services import question_edit as editing
from annotation.services.attempt_commit import attempt_commit
from annotation.services.question_edit import question_delete, question_edit
from fascicle.errors import Conflict
from tests.annotation.practice.course_world import CourseWorld, make_course
from tests.factories import client_of

pytestmark = pytest.mark.django_db
ABSENT = {"absent": True}


def joined(world: CourseWorld) -> Client:
    client = client_of(world.team.trainee)
    assert client.post(f"/api/courses/{world.course.pk}/join/").status_code == 200
    return client


def next_of(client: Client, world: CourseWorld) -> dict[str, Any]:
    return client.get(f"/api/courses/{world.course.pk}/next/").json()["asked"]


def commit(client: Client, asked: dict[str, Any], **more: Any) -> Any:
    body = {
        "question": asked["id"], "number": asked["number"], "answer": ABSENT,
        "first_frame": asked["first_frame"], "last_frame": asked["last_frame"], **more,
    }  # fmt: skip
    return client.post("/api/attempts/", body, "application/json")


@pytest.mark.parametrize(("mode", "name"), [("find", "first_frame"), ("scan", "last_frame")])
def test_an_answer_is_not_scored_against_frames_that_were_not_shown(mode: str, name: str) -> None:
    world = make_course([PracticeMode(mode)])
    client = joined(world)
    shown = next_of(client, world)
    body = {name: shown[name] - 1}
    changed = client_of(world.team.expert).patch(
        f"/api/questions/{shown['id']}/", body, "application/json"
    )
    assert changed.status_code == 200, changed.content
    refused = commit(client, shown)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert refused.json()["detail"] == (
        "The teacher changed this question meanwhile. Load it again."
    )
    assert not Attempt.objects.exists()
    now = next_of(client, world)
    assert (now["id"], now[name]) == (shown["id"], shown[name] - 1)
    assert commit(client, now).status_code == 201


def test_an_answer_that_is_kept_is_given_again_whatever_frames_it_comes_with() -> None:
    world = make_course([PracticeMode.FIND])
    client = joined(world)
    shown = next_of(client, world)
    first = commit(client, shown)
    assert first.status_code == 201
    again = commit(client, shown, first_frame=0, last_frame=0)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    other = commit(client, shown, first_frame=0, answer={"x": 1.0, "y": 1.0})
    assert (other.status_code, other.json()["code"]) == (409, "answered")
    assert Attempt.objects.count() == 1


def test_a_question_that_was_taken_out_meanwhile_is_refused_in_a_sentence() -> None:
    world = make_course([PracticeMode.FIND])
    joined(world)
    question = world.course.questions.order_by("number")[0]
    Question.objects.filter(pk=question.pk).delete()
    with pytest.raises(Conflict, match="taken out"):
        attempt_commit(question=question, actor=world.team.trainee, number=1, answer=ABSENT)
    with pytest.raises(Conflict, match="taken out"):
        question_edit(question=question, actor=world.team.expert, note="Late.")
    assert not Attempt.objects.exists()


def _outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except Conflict as refused:
        return refused.code
    finally:
        connection.close()
    return "done"


def _someone_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])


def _both(
    monkeypatch: pytest.MonkeyPatch,
    held: tuple[Any, str],
    first: Callable[[], object],
    second: Callable[[], object],
) -> tuple[str, str]:
    """What becomes of two acts, of which the second begins while the first is at `held`, a
    function of a module, and is over or waits for the first before that goes on.
    """
    module, name = held
    real, arrived, over = getattr(module, name), threading.Event(), threading.Event()

    def slow(*args: Any) -> Any:
        arrived.set()
        until = monotonic() + 20
        while not over.is_set() and not _someone_waits() and monotonic() < until:
            sleep(0.01)
        return real(*args)

    def follow() -> str:
        try:
            assert arrived.wait(timeout=20)
            return _outcome(second)
        finally:
            over.set()

    monkeypatch.setattr(module, name, slow)
    with ThreadPoolExecutor(2) as pool:
        results = pool.submit(_outcome, first), pool.submit(follow)
        return results[0].result(), results[1].result()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["edit", "delete"])
def test_who_changes_a_question_waits_for_its_answer(
    monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    world = make_course([PracticeMode.FIND])
    joined(world)
    question = world.course.questions.order_by("number")[0]
    asked_of = question.first_frame
    teacher = {"question": Question.objects.get(pk=question.pk), "actor": world.team.expert}
    outcomes = _both(
        monkeypatch,
        (committing, "attempt_score"),
        lambda: attempt_commit(
            question=question, actor=world.team.trainee, number=1, answer=ABSENT
        ),
        lambda: (
            question_delete(**teacher)
            if act == "delete"
            else question_edit(**teacher, first_frame=asked_of - 1)
        ),
    )
    assert outcomes == ("done", "answered")
    question.refresh_from_db()
    assert question.first_frame == asked_of
    assert Attempt.objects.get().question_id == question.pk


@pytest.mark.django_db(transaction=True)
def test_who_answers_waits_for_a_change_of_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_course([PracticeMode.FIND])
    joined(world)
    question = world.course.questions.order_by("number")[0]
    shown = question.first_frame
    outcomes = _both(
        monkeypatch,
        (editing, "_check_frames"),
        lambda: question_edit(
            question=Question.objects.get(pk=question.pk),
            actor=world.team.expert,
            first_frame=shown - 1,
        ),
        lambda: attempt_commit(
            question=question,
            actor=world.team.trainee,
            number=1,
            answer=ABSENT,
            first_frame=shown,
            last_frame=shown,
        ),
    )
    assert outcomes == ("done", "stale")
    assert not Attempt.objects.exists()
