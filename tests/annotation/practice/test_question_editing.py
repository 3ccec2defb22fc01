"""Questions added by hand, changed, moved and taken out beside those that were proposed."""

from __future__ import annotations

from typing import Any

import pytest

from annotation.models import CourseState, PracticeMode, Procedure, Question
from tests.annotation.practice.course_world import FRAMES, SECOND, CourseWorld, make_course, read
from tests.factories import client_of, make_clip

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> CourseWorld:
    return make_course([PracticeMode.FIND], state=CourseState.DRAFT)


def add(world: CourseWorld, who: Any = None, **more: Any) -> Any:
    body = {
        "clip": str(world.clip.pk), "structure": str(world.first.pk), "mode": "delineate",
        "first_frame": 3, **more,
    }  # fmt: skip
    address = f"/api/courses/{world.course.pk}/questions/"
    return client_of(who or world.team.colleague).post(address, body, "application/json")


def edit(world: CourseWorld, question: Question, **body: Any) -> Any:
    address = f"/api/questions/{question.pk}/"
    return client_of(world.team.expert).patch(address, body, "application/json")


def asked(world: CourseWorld) -> list[tuple[str, int]]:
    rows = world.course.questions.order_by("number")
    return [(row.mode, row.first_frame) for row in rows]


def test_a_question_is_added_at_the_end_with_the_truth_of_its_day(world: CourseWorld) -> None:
    before = asked(world)
    made = add(world, note="  Below the artery. ")
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["mode"], told["first_frame"], told["last_frame"]) == ("delineate", 3, 3)
    assert told["note"] == "Below the artery."
    assert (told["annotation_set"], told["revision"]) == (str(world.truth.pk), world.truth.revision)
    assert asked(world) == [*before, ("delineate", 3)]
    again = add(world)
    assert (again.status_code, again.json()["detail"]) == (409, "The course asks this already.")
    assert add(world, world.team.trainee).status_code == 404  # a draft
    assert asked(world) == [*before, ("delineate", 3)]


def test_a_structure_that_is_not_there_can_be_sought_but_not_named(world: CourseWorld) -> None:
    second = str(world.second.pk)
    assert add(world, structure=second, mode="find", first_frame=0).status_code == 201
    refused = add(world, structure=second, mode="name", first_frame=0)
    assert (refused.status_code, refused.json()["fields"]) == (400, {"first_frame": ["Not there."]})
    named = add(world, structure=second, mode="name", first_frame=FRAMES - 2)
    assert named.status_code == 201
    question = Question.objects.get(pk=named.json()["id"])
    moved = edit(world, question, first_frame=1)
    assert moved.status_code == 400
    question.refresh_from_db()
    assert question.first_frame == FRAMES - 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"first_frame": FRAMES}, "first_frame"),
        ({"mode": "scan", "first_frame": 3}, "last_frame"),
        ({"mode": "scan", "first_frame": 3, "last_frame": FRAMES}, "first_frame"),
        ({"mode": "dance"}, "mode"),
        ({"first_frame": -1}, "first_frame"),
    ],
)
def test_frames_that_are_not_there_are_refused(
    world: CourseWorld, body: dict[str, Any], field: str
) -> None:
    before = asked(world)
    refused = add(world, **body)
    assert refused.status_code == 400, refused.content
    assert field in refused.json()["fields"]
    assert asked(world) == before


def test_nothing_is_asked_of_frames_that_nobody_annotated(world: CourseWorld) -> None:
    clip = make_clip(world.team, frame_count=FRAMES)
    row = read(clip, world.team.expert, {world.first: {4: SECOND, 8: SECOND}})
    not_accepted = add(world, clip=str(clip.pk))
    assert not_accepted.status_code == 400
    row.state = "accepted"
    row.save(update_fields=["state"])
    for frame in (3, 9):
        refused = add(world, clip=str(clip.pk), first_frame=frame)
        assert refused.json()["fields"] == {"first_frame": ["Not annotated."]}
    scan = add(world, clip=str(clip.pk), mode="scan", first_frame=4, last_frame=9)
    assert "frame 9" in scan.json()["detail"]
    assert add(world, clip=str(clip.pk), first_frame=4).status_code == 201


def test_questions_change_their_places_and_keep_their_answers(world: CourseWorld) -> None:
    for frame in (3, 4, 5):
        assert add(world, first_frame=frame).status_code == 201
    order = asked(world)
    last = world.course.questions.order_by("number").last()
    assert last is not None
    moved = edit(world, last, position=0)
    assert (moved.status_code, moved.json()["number"]) == (200, 0)
    assert asked(world) == [order[-1], *order[:-1]]
    assert edit(world, last, position=99).json()["number"] == len(order) - 1
    assert asked(world) == order
    second = world.course.questions.order_by("number")[1]
    edit(world, second, position=2, note="Look deeper.")
    second.refresh_from_db()
    assert (second.number, second.note) == (2, "Look deeper.")
    assert [row.number for row in world.course.questions.order_by("number")] == [0, 1, 2, 3, 4]
    address = f"/api/questions/{second.pk}/"
    trainee = client_of(world.team.trainee)
    hidden = trainee.patch(address, {"position": 0}, "application/json")
    assert (hidden.status_code, trainee.delete(address).status_code) == (404, 404)
    assert client_of(world.team.expert).delete(address).status_code == 204
    assert len(asked(world)) == len(order) - 1


def test_a_trainee_is_asked_in_the_new_order(world: CourseWorld) -> None:
    added = add(world, first_frame=7).json()
    question = Question.objects.get(pk=added["id"])
    edit(world, question, position=0)
    client_of(world.team.expert).patch(
        f"/api/courses/{world.course.pk}/", {"state": "open"}, "application/json"
    )
    trainee = client_of(world.team.trainee)
    trainee.post(f"/api/courses/{world.course.pk}/join/")
    first = trainee.get(f"/api/courses/{world.course.pk}/next/").json()["asked"]
    assert (first["id"], first["first_frame"]) == (added["id"], 7)


def test_a_name_is_not_asked_for_where_one_structure_stands_alone(world: CourseWorld) -> None:
    world.team.procedure.structures.exclude(pk=world.first.pk).update(
        procedure=Procedure.objects.create(code="elsewhere", name="Elsewhere")
    )
    before = asked(world)
    refused = add(world, mode="name")
    assert refused.status_code == 400
    assert "one structure only" in refused.json()["detail"]
    assert asked(world) == before
