"""What answers a question cannot be had on any way before it is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from annotation.geometry import parse_shape
from annotation.models import AnnotationSet, Attempt, CourseState, Enrolment, SetPurpose
from annotation.services.issue_add import issue_add
from annotation.services.suggestion_write import (
    SuggestedShape,
    SuggestionTrack,
    suggestion_write,
)
from fascicle.jobs.services import job_create
from inference.models import Suggestion
from tests.annotation.practice.course_world import CourseWorld, make_course
from tests.factories import client_of
from tests.platform.loop_world import SQUARE, World, make_world
from tests.platform.routes import ROUTES, ask, named

pytestmark = pytest.mark.django_db


def set_ids(client: Any, world: CourseWorld) -> set[str]:
    rows = client.get("/api/annotation-sets/", {"clip": str(world.clip.pk)}).json()["results"]
    return {row["id"] for row in rows}


@pytest.fixture
def veiled(settings: Any, tmp_path: Any) -> World:
    """The loop's world with every set, remark and suggestion of the asked clip in its places."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.UPLOAD_WAITING_ROOT = tmp_path / "waiting"
    options = {"location": str(tmp_path / "media")}
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    world = make_world()
    Attempt.objects.all().delete()
    truth = world.question.annotation_set
    shown = SuggestionTrack(
        world.question.structure_id, [SuggestedShape.of(0, parse_shape(SQUARE), 0.9)]
    )
    written = suggestion_write(
        clip_id=truth.clip_id,
        model_version_id=world.model.pk,
        model_label=str(world.model),
        tracks=[shown],
    )
    return replace(
        world,
        draft=truth,
        submitted=truth,
        issue=issue_add(annotation_set=truth, actor=world.team.expert, frame_index=0, text="It."),
        suggestion=Suggestion.objects.create(annotation_set=written, model_version=world.model),
    )


def told(veiled: World) -> dict[tuple[str, str], set[str]]:
    """What the answer of each route tells the trainee of the truth; all is undone."""
    secrets = {str(veiled.submitted.pk), str(veiled.suggestion.pk), str(veiled.issue.pk)}
    client = client_of(veiled.team.trainee)
    found = {}
    for route in ROUTES:
        if route.name in {"attempt-list", "schema"}:
            continue  # the commitment itself, and the words of the API
        with transaction.atomic():
            answer = ask(client, route, veiled)
            transaction.set_rollback(True)
        if answer.status_code >= 400:
            continue
        read = b"" if answer.streaming else answer.content
        words = {
            one for one in secrets - named(route, veiled) if one in read.decode(errors="replace")
        }
        words |= {
            word for word in ('"points"', '"counts"') if word in read.decode(errors="replace")
        }
        if words or ("annotation-set" in route.name and route.path(veiled)):
            found[route.key] = words
    return found


def test_no_route_tells_a_trainee_the_truth_before_the_answer(veiled: World) -> None:
    assert told(veiled) == {}


def test_the_same_routes_tell_it_to_a_trainee_who_is_in_no_course(veiled: World) -> None:
    Enrolment.objects.all().delete()
    routes = {name for name, _ in told(veiled)}
    assert routes >= {
        "annotation-set-list", "annotation-set-detail", "annotation-set-labels",
        "annotation-set-revisions", "annotation-set-revision", "suggestion-list",
    }  # fmt: skip


def test_the_veil_falls_with_the_enrolment_and_never_with_the_courses_state() -> None:
    world = make_course()
    trainee = client_of(world.team.trainee)
    shown = {str(world.truth.pk)}
    assert set_ids(trainee, world) == shown
    enrolment = Enrolment.objects.create(course=world.course, person=world.team.trainee)
    for state in CourseState:
        type(world.course).objects.update(state=state)
        assert set_ids(trainee, world) == set()
        assert trainee.get(f"/api/annotation-sets/{world.truth.pk}/").status_code == 404
    for teacher in (world.team.admin, world.team.colleague):
        assert set_ids(client_of(teacher), world) == shown
    assert trainee.delete(f"/api/enrolments/{enrolment.pk}/").status_code == 204
    assert set_ids(trainee, world) == shown


def test_a_model_that_is_looking_is_not_watched_by_who_is_asked_about_the_clip() -> None:
    world = make_course()
    job = job_create(
        kind="clip_preannotate", queue="predict", owner=None, project=world.team.project,
        target_id=world.clip.pk, payload={"model_version": str(world.clip.pk)},
    )  # fmt: skip
    path, listed = f"/api/preannotations/{job.pk}/", "/api/preannotations/"
    trainee = client_of(world.team.trainee)
    assert trainee.get(path).status_code == 200
    Enrolment.objects.create(course=world.course, person=world.team.trainee)
    assert trainee.get(path).status_code == 404
    assert trainee.get(listed, {"clip": str(world.clip.pk)}).json()["results"] == []
    assert client_of(world.team.expert).get(path).status_code == 200


def test_another_trainee_and_another_clip_are_not_veiled() -> None:
    world, other = make_course(), make_course()
    Enrolment.objects.create(course=world.course, person=world.team.trainee)
    assert set_ids(client_of(other.team.trainee), other) == {str(other.truth.pk)}
    left = AnnotationSet.objects.visible_to(world.team.trainee)
    assert not left.exclude(purpose=SetPurpose.SUGGESTION).exists()


def test_a_question_as_it_is_put_says_nothing_that_answers_it() -> None:
    world = make_course()
    client = client_of(world.team.trainee)
    client.post(f"/api/courses/{world.course.pk}/join/")
    wanted = {"id", "mode", "clip", "first_frame", "last_frame", "number", "structure", "mark",
              "choices"}  # fmt: skip
    asked = client.get(f"/api/courses/{world.course.pk}/next/").json()["asked"]
    assert set(asked) == wanted
    assert (asked["structure"] is None) == (asked["mode"] == "name")
    assert (asked["mark"] is None) == (asked["mode"] != "name")
    assert client.get(f"/api/courses/{world.course.pk}/questions/").status_code == 403
