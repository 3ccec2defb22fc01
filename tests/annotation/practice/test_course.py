"""A course from its making to its certificate, over HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.models import (
    Attempt,
    Course,
    CourseState,
    Enrolment,
    MemoryCard,
    PracticeMode,
    Procedure,
    Question,
)
from annotation.selectors import accepted_frames
from annotation.services.course_create import course_create
from fascicle.errors import InvalidInput
from tests.annotation.practice.course_world import (
    FIRST,
    FRAMES,
    SECOND,
    CourseWorld,
    accept,
    box,
    make_course,
    read,
)
from tests.factories import client_of, make_clip, make_user

pytestmark = pytest.mark.django_db


def post(client: Client, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(path, json.dumps(body or {}), content_type="application/json")


def join(world: CourseWorld) -> Client:
    client = client_of(world.team.trainee)
    assert post(client, f"/api/courses/{world.course.pk}/join/").status_code == 200
    return client


def next_of(client: Client, world: CourseWorld) -> dict[str, Any]:
    answer = client.get(f"/api/courses/{world.course.pk}/next/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def commit(client: Client, asked: dict[str, Any], answer: dict[str, Any]) -> Any:
    body = {"question": asked["id"], "number": asked["number"], "answer": answer}
    return post(client, "/api/attempts/", body)


def right_answer(world: CourseWorld, asked: dict[str, Any]) -> dict[str, Any]:
    question = Question.objects.get(pk=asked["id"])
    shape = FIRST if question.structure_id == world.first.pk else SECOND
    x, y = shape["points"][0]
    return {
        "find": {"x": x + 1.0, "y": y + 1.0},
        "name": {"structure": str(question.structure_id)},
        "delineate": {"shape": shape},
        "scan": {"frame": FRAMES - 4},
    }[question.mode]


def test_questions_are_proposed_where_the_structure_is_and_a_scan_where_it_appears() -> None:
    world = make_course(state=CourseState.DRAFT)
    asked = [
        (row.mode, row.structure_id, row.first_frame, row.last_frame)
        for row in world.course.questions.all()
    ]
    of_second = {mode: (first, last) for mode, structure, first, last in asked
                 if structure == world.second.pk}  # fmt: skip
    assert set(of_second) == {"find", "name", "delineate", "scan"}
    assert of_second.pop("scan") == (0, FRAMES - 1)
    assert all(first == last >= FRAMES - 6 for first, last in of_second.values())
    of_first = [mode for mode, structure, _, _ in asked if structure == world.first.pk]
    assert sorted(of_first) == ["delineate", "find", "name"]  # it is there from the beginning


def test_a_course_is_made_of_accepted_clips_only_and_leaves_nothing_behind_when_refused() -> None:
    world = make_course(state=CourseState.DRAFT)
    other = make_clip(world.team, subject="S-2")
    with pytest.raises(InvalidInput, match="accepted"):
        course_create(
            project=world.team.project,
            actor=world.team.expert,
            title="Too early",
            level="novice",
            clips=[world.clip.pk, other.pk],
            structures=[world.first.pk],
            modes=[PracticeMode.FIND],
        )
    assert list(Course.objects.all()) == [world.course]


def test_a_name_is_asked_for_only_where_there_is_a_choice() -> None:
    world = make_course(state=CourseState.DRAFT)
    world.team.procedure.structures.exclude(pk=world.first.pk).update(
        procedure=Procedure.objects.create(code="elsewhere", name="Elsewhere")
    )
    with pytest.raises(InvalidInput, match="one structure only"):
        course_create(
            project=world.team.project,
            actor=world.team.expert,
            title="One structure",
            level="novice",
            clips=[world.clip.pk],
            structures=[world.first.pk],
            modes=[PracticeMode.FIND, PracticeMode.NAME],
        )
    assert list(Course.objects.all()) == [world.course]


def test_one_structure_alone_is_told_from_the_others_of_its_procedure() -> None:
    world = make_course([PracticeMode.NAME])
    world.course.structures.set([world.first])
    client = join(world)
    asked = client.get(f"/api/courses/{world.course.pk}/next/").json()["asked"]
    structures = world.team.structures
    assert [each["id"] for each in asked["choices"]] == [str(each.pk) for each in structures]
    other = next(each for each in structures if each != world.first)
    told = client.post(
        "/api/attempts/",
        {
            "question": asked["id"], "number": 1, "answer": {"structure": str(other.pk)},
        },
        "application/json",
    ).json()  # fmt: skip
    assert told["outcome"] == "missed"


def test_a_trainee_goes_through_a_course_to_its_certificate() -> None:
    world = make_course()
    client = join(world)
    path = f"/api/courses/{world.course.pk}/certificate/"
    assert client.get(path).json()["code"] == "not_finished"
    modes = []
    for done in range(7):
        now = next_of(client, world)
        assert (now["answered"], now["total"]) == (done, 7)
        asked = now["asked"]
        modes.append(asked["mode"])
        reveal = commit(client, asked, right_answer(world, asked)).json()
        assert reveal["is_found"], reveal
    assert sorted(set(modes)) == ["delineate", "find", "name", "scan"]
    end = next_of(client, world)
    assert end["asked"] is None
    assert end["due_at"] is not None
    certificate = client.get(path).json()
    assert certificate["overall"]["now"]["count"] == 7
    # only the first question about a structure of a clip was answered without having seen it
    assert certificate["overall"]["first_looks"]["total"] == 2
    assert 0 < certificate["overall"]["now"]["low"] < 1
    own = client.get("/api/practice-progress/").json()
    assert {row["structure"]["id"] for row in own} == {str(world.first.pk), str(world.second.pk)}
    assert {row["region"] for row in own} == {world.team.procedure.name}


def test_a_delineation_is_scored_shown_and_explained() -> None:
    world = make_course([PracticeMode.DELINEATE])
    colleague = {world.first: {0: box(10, 11, 29, 25), FRAMES - 1: box(10, 11, 29, 25)}}
    accept(read(world.clip, world.team.colleague, colleague), world.team.expert)
    Question.objects.update(note="Look below the artery.")
    client = join(world)
    asked = next_of(client, world)["asked"]
    assert asked["structure"]["id"] == str(world.first.pk)
    answer = {"shape": box(12, 11, 31, 27)}  # two pixels, one millimetre, to the right
    reveal = commit(client, asked, answer).json()
    assert reveal["outcome"] == "hit"
    assert reveal["score"]["dice"] == pytest.approx(2 * 17 * 16 / (2 * 19 * 16))
    assert reveal["score"]["hd95_mm"] == pytest.approx(1.0)
    assert reveal["note"] == "Look below the artery."
    assert reveal["expert"]["shapes"][0]["points"] == FIRST["points"]
    assert reveal["yardstick"] == {
        "dice": pytest.approx(2 * 19 * 14 / (19 * 16 + 19 * 14)),
        "readers": 2,
        "is_of_frame": True,
    }
    sides = {(band["side"], band["unit"]) for band in reveal["heat"]}
    assert sides == {("extra", "mm"), ("missing", "mm")}
    wrong = sum(sum(band["mask"]["counts"][1::2]) for band in reveal["heat"])
    assert wrong == 2 * 2 * 16
    again = client.get(f"/api/attempts/{reveal['id']}/")
    assert again.json()["score"] == reveal["score"]


def test_an_answer_stands_and_its_repetition_gives_the_same() -> None:
    world = make_course([PracticeMode.FIND])
    client = join(world)
    asked = next_of(client, world)["asked"]
    first = commit(client, asked, {"x": 60.0, "y": 40.0})
    assert first.status_code == 201
    assert commit(client, asked, {"x": 60.0, "y": 40.0}).json()["id"] == first.json()["id"]
    other = commit(client, asked, right_answer(world, asked))
    assert (other.status_code, other.json()["code"]) == (409, "answered")
    ahead = commit(client, {**asked, "number": 2}, right_answer(world, asked))
    assert (ahead.status_code, ahead.json()["code"]) == (409, "not_due")
    attempt = Attempt.objects.get()
    assert (attempt.answer, attempt.outcome) == ({"x": 60.0, "y": 40.0}, "missed")
    with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
        Attempt.objects.update(outcome="hit")
    attempt.refresh_from_db()
    assert attempt.outcome == "missed"


def test_what_was_missed_comes_back_and_its_reveal_is_closed_until_it_is_answered_again() -> None:
    world = make_course([PracticeMode.FIND])
    client = join(world)
    asked = next_of(client, world)["asked"]
    reveal = commit(client, asked, {"absent": True}).json()
    assert reveal["outcome"] == "overlooked"
    assert next_of(client, world)["asked"]["id"] != asked["id"]
    MemoryCard.objects.update(due=timezone.now() - timedelta(seconds=1))
    again = next_of(client, world)["asked"]
    assert (again["id"], again["number"]) == (asked["id"], 2)
    closed = client.get(f"/api/attempts/{reveal['id']}/")
    assert (closed.status_code, closed.json()["code"]) == (409, "asked_again")
    second = commit(client, again, right_answer(world, again)).json()
    assert (second["is_found"], second["is_first_look"]) == (True, False)
    assert client.get(f"/api/attempts/{second['id']}/").status_code == 200
    assert client.get(f"/api/attempts/{reveal['id']}/").json()["code"] == "superseded"
    missed, found = Attempt.objects.order_by("number")
    assert (missed.recall, found.recall) == (1, 3)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"x": 900.0, "y": 2.0},
        {"x": 5.0},
        {"structure": str(uuid4())},
        {"shape": {"kind": "polygon", "points": [[1, 1]]}},
        {"shape": {"kind": "mask", "x": 0, "y": 0, "width": 4, "height": 4, "counts": [3]}},
        {"frame": 999},
    ],
)
def test_an_answer_that_does_not_fit_is_refused_in_a_sentence_and_not_kept(
    answer: dict[str, Any],
) -> None:
    world = make_course()
    client = join(world)
    for question in world.course.questions.all():
        asked = {"id": str(question.pk), "number": 1}
        refused = commit(client, asked, answer)
        assert refused.status_code == 400, (question.mode, refused.content)
        assert refused.json()["detail"]
    assert not Attempt.objects.exists()
    assert not MemoryCard.objects.exists()


def test_teachers_see_progress_hard_clips_and_what_is_taken_for_what() -> None:
    world = make_course([PracticeMode.FIND])
    client = join(world)
    asked = next_of(client, world)["asked"]
    assert asked["structure"]["id"] == str(world.first.pk)
    # where the other structure is, on which a question is still open: that it is there is not told
    Question.objects.filter(pk=asked["id"]).update(first_frame=FRAMES - 2, last_frame=FRAMES - 2)
    reveal = commit(client, asked, {"x": 45.0, "y": 20.0}).json()
    assert (reveal["outcome"], reveal["taken_for"]) == ("missed", None)
    assert client.get(f"/api/courses/{world.course.pk}/cohort/").status_code == 403
    teacher = client_of(world.team.colleague)
    path = f"/api/courses/{world.course.pk}/cohort/"
    page = teacher.get(path).json()
    (row,) = page["confusions"]
    assert [(one["structure"]["id"], one["count"]) for one in row["taken_for"]] == [
        (str(world.second.pk), 1)
    ]
    assert page["hardest"][0]["found"]["value"] == 0.0
    assert page["trainees"][0]["figures"]["answered"] == 1
    with CaptureQueriesContext(connection) as few:
        teacher.get(path)
    for name in ("anna", "berta", "carla"):
        Enrolment.objects.create(course=world.course, person=make_user(name))
    with CaptureQueriesContext(connection) as many:
        assert len(teacher.get(path).json()["trainees"]) == 4
    assert len(many) == len(few)


def test_the_list_of_courses_asks_the_database_as_often_for_many_as_for_one() -> None:
    world = make_course([PracticeMode.FIND])
    client = join(world)
    query = {"project": str(world.team.project.pk)}
    with CaptureQueriesContext(connection) as few:
        (row,) = client.get("/api/courses/", query).json()
    assert (row["questions"], row["clips"], row["answered"]) == (2, 1, 0)
    for number in range(4):
        Course.objects.create(
            project=world.team.project, title=f"C{number}", level="novice", state=CourseState.OPEN
        )
    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/api/courses/", query).json()) == 5
    assert len(many) == len(few)


def test_answers_never_become_data_to_train_on() -> None:
    world = make_course()
    before = accepted_frames(world.team.project.pk)
    client = join(world)
    for _ in range(7):
        asked = next_of(client, world)["asked"]
        answer = right_answer(world, asked)
        if asked["mode"] == "delineate":
            answer = {"shape": box(2, 2, 60, 40)}
        assert commit(client, asked, answer).status_code == 201
    assert accepted_frames(world.team.project.pk) == before
    assert {frame.annotation_set_id for frame in before} == {world.truth.pk}
    assert world.clip.annotation_sets.count() == 1


def test_who_has_left_does_not_come_back_and_keeps_what_was_answered() -> None:
    world = make_course([PracticeMode.FIND])
    client = join(world)
    asked = next_of(client, world)["asked"]
    commit(client, asked, {"absent": True})
    enrolment = Enrolment.objects.get()
    assert client.delete(f"/api/enrolments/{enrolment.pk}/").status_code == 204
    assert next_of(client, world)["asked"] is None
    again = post(client, f"/api/courses/{world.course.pk}/join/")
    assert (again.status_code, again.json()["code"]) == (409, "left")
    assert Attempt.objects.count() == 1
