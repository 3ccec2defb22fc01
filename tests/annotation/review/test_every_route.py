"""A blinded reader learns of the other by no route: the role matrix's own table is walked."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentState,
    Clip,
    Export,
    Note,
    Notice,
    SetState,
    Track,
)
from annotation.selectors.exports import export_sets
from annotation.services.export_fetch import export_fetch
from fascicle.accounts.models import User
from inference.models import SuggestionAnswer
from tests.annotation.review.blind import assign
from tests.factories import client_of
from tests.platform.loop_world import World, make_world
from tests.platform.routes import ROUTES, Route, answer_to
from training.services.manifest import manifest_frames

pytestmark = pytest.mark.django_db

# acts on projects, people and models, which carry nothing of a set and are slow to undo
ELSEWHERE = {"schema", "health", "training-run-list", "snapshot-list", "snapshot-preview"}


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    options = {"location": str(tmp_path / "media")}
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    settings.UPLOAD_WAITING_ROOT = tmp_path / "waiting"
    made = make_world()
    Assignment.objects.filter(pk=made.assignment.pk).update(
        state=AssignmentState.WITHDRAWN, closed_at=timezone.now()
    )
    AnnotationSet.objects.filter(pk=made.submitted.pk).update(credit="colleague-was-here")
    Note.objects.create(annotation_set=made.submitted, frame_index=0, text="the nerve is split")
    return made


def marks_of(world: World) -> set[str]:
    """What only the colleague's set, or what hangs on it, says."""
    tracks = Track.objects.filter(annotation_set=world.submitted).values_list("pk", flat=True)
    return {
        str(world.submitted.pk), str(world.issue.pk), "colleague-was-here", "the nerve is split",
        *(str(track) for track in tracks),
    }  # fmt: skip


def named(route: Route, world: World) -> bool:
    """The route is asked for the colleague's set, or a remark on it, by its id."""
    asked = {str(one) for one in route.path(world).values()}
    return bool(asked & {str(world.submitted.pk), str(world.issue.pk)})


def test_no_route_carries_the_other_readers_set_before_handing_in(world: World) -> None:
    expert, marks = world.team.expert, marks_of(world)
    walked = [route for route in ROUTES if route.name not in ELSEWHERE]
    before = {route.key for route in walked if named(route, world)}
    assert {"annotation-set-detail", "annotation-set-labels", "annotation-set-revision"} <= {
        name for name, _ in before
    }
    assign(world.clip, expert, is_blinded_to_model=True, annotation_set=world.draft)
    marks.add(str(world.suggestion.pk))
    told: dict[str, set[str]] = {}
    opened: dict[str, int] = {}
    for route in walked:
        answer = answer_to(expert, route, world)
        read = b"" if answer.streaming else answer.content
        found = {mark for mark in marks if mark.encode() in read}
        if found and not named(route, world):
            told[route.name] = found
        if named(route, world) and answer.status_code != 404:
            opened[f"{route.method} {route.name}"] = answer.status_code
    assert told == {}
    assert opened == {}


def test_no_route_tells_a_reader_which_clip_is_a_check(world: World) -> None:
    expert, project = world.team.expert, world.team.project
    first = AnnotationSet.objects.get(pk=world.question.annotation_set_id)
    assert (first.author, first.state) == (expert, SetState.ACCEPTED)
    given = {"project": project, "clip": first.clip, "assignee": expert, "task": "annotate"}
    earlier = Assignment.objects.create(
        **given, annotation_set=first, state="done", closed_at=timezone.now()
    )
    notice = Notice.objects.create(
        user=expert, project=project, kind="assigned", text="A clip to annotate", clip=first.clip
    )
    answered = SuggestionAnswer.objects.create(
        suggestion=world.suggestion, annotation_set=world.submitted,
        structure=world.team.structures[0], frame_index=1, user=expert, answer="edited",
    )  # fmt: skip
    told_before = {str(earlier.pk), str(notice.pk), '"answer":"edited"', str(first.pk)}
    assert set().union(*read_by(expert, world, told_before).values()) == told_before
    AnnotationSet.objects.filter(pk=world.draft.pk).update(reading=3)
    assign(first.clip, expert, reading=2, check_kind="reread", reference=first)
    assign(
        world.clip, expert, reading=3, check_kind="ground_truth", reference=world.submitted,
        annotation_set=world.draft,
    )  # fmt: skip
    assert answered.answered_at < timezone.now()
    tracks = Track.objects.filter(annotation_set__in=[first, world.submitted])
    marks = told_before | {"reread", "ground_truth", str(world.submitted.pk)}
    marks |= {str(track.pk) for track in tracks}
    assert read_by(expert, world, marks) == {}
    snapshot = client_of(expert).get(f"/api/snapshots/{world.snapshot.pk}/")
    assert (snapshot.status_code, snapshot.json()["code"]) == (409, "clip_to_read")
    for row in client_of(expert).get("/api/assignments/?task=annotate").json()["results"]:
        how = [row[name] for name in ("assigned_by", "is_by_rule", "is_blinded_to_readers")]
        assert how == [None, None, None]
        assert row["check_kind"] == ""


def read_by(person: User, world: World, marks: set[str]) -> dict[str, set[str]]:
    """The routes whose answers carry marks, but for those that were asked for by that very mark."""
    found: dict[str, set[str]] = {}
    for route in ROUTES:
        if route.name in ELSEWHERE:
            continue
        answer = answer_to(person, route, world)
        read = b"" if answer.streaming else answer.content
        asked = {str(one) for one in route.path(world).values()}
        carried = {mark for mark in marks - asked if mark.encode() in read}
        if carried:
            found[f"{route.method} {route.name}"] = carried
    return found


def test_after_handing_in_the_same_routes_open(world: World) -> None:
    expert = world.team.expert
    assign(world.clip, expert, annotation_set=world.draft)
    client = client_of(expert)
    hidden = client.get(f"/api/annotation-sets/{world.submitted.pk}/")
    assert hidden.status_code == 404
    [mine] = client.get(f"/api/annotation-sets/?clip={world.clip.pk}&purpose=reader").json()[
        "results"
    ]
    assert mine["is_mine"]
    handed_in = client.post(
        f"/api/annotation-sets/{world.draft.pk}/submit/",
        {"revision": world.draft.revision},
        content_type="application/json",
    )
    assert handed_in.status_code == 200, handed_in.content
    shown = client.get(f"/api/annotation-sets/{world.submitted.pk}/")
    assert shown.json()["credit"] == "colleague-was-here"


def test_the_library_tells_of_no_other_reading_of_the_clip(world: World) -> None:
    expert, colleague = world.team.expert, world.team.colleague
    client = client_of(expert)
    whole = f"/api/clips/?project={world.team.project.pk}"
    seen = client.get(f"{whole}&assignee={colleague.pk}").json()["results"]
    assert str(world.clip.pk) in {clip["id"] for clip in seen}
    assign(world.clip, expert, annotation_set=world.draft)
    seen = client.get(f"{whole}&assignee={colleague.pk}").json()["results"]
    assert str(world.clip.pk) not in {clip["id"] for clip in seen}
    assert client.get(f"/api/clips/{world.clip.pk}/").json()["state"] == "annotating"
    in_review = client.get(f"{whole}&state=in_review").json()["results"]
    assert str(world.clip.pk) not in {clip["id"] for clip in in_review}


def test_an_export_leaves_out_what_its_owner_is_to_read_blinded(world: World) -> None:
    AnnotationSet.objects.filter(pk=world.submitted.pk).update(state="accepted")
    expert, project = world.team.expert, world.team.project
    whole = export_sets(project.pk, None, expert)
    assert whole[world.clip.pk] == world.submitted.pk
    assign(world.clip, expert, annotation_set=world.draft)
    left = export_sets(project.pk, None, expert)
    assert whole.keys() - left.keys() == {world.clip.pk}
    assert export_sets(project.pk, world.submitted.pk, world.team.admin) != {}


def test_an_export_made_earlier_is_not_handed_out(world: World) -> None:
    expert, export = world.team.expert, world.export
    stored = default_storage.save("exports/earlier.zip", ContentFile(b"zip"))
    Export.objects.filter(pk=export.pk).update(storage_key=stored, clips=[str(world.clip.pk)])
    export.refresh_from_db()
    with export_fetch(export=export, actor=expert) as fetched:
        assert fetched.read() == b"zip"
    assign(world.clip, expert, annotation_set=world.draft)
    refused = client_of(expert).get(f"/api/exports/{export.pk}/file/")
    assert (refused.status_code, refused.json()["code"]) == (409, "clip_to_read")
    assert default_storage.exists(stored)


def test_what_a_run_was_trained_on_is_shown_to_nobody_who_is_to_read_it(world: World) -> None:
    colleague, run = world.team.colleague, world.run
    address = f"/api/training-runs/{run.pk}/folds/0/predictions/"
    before = client_of(colleague).get(address).json()["code"]
    assert before != "clip_to_read"
    [clip_id, *_] = {frame.clip_id for frame in manifest_frames(run.snapshot.manifest)}
    assign(Clip.objects.get(pk=clip_id), colleague)
    refused = client_of(colleague).get(address)
    assert (refused.status_code, refused.json()["code"]) == (409, "clip_to_read")
    assert client_of(world.team.admin).get(address).json()["code"] == before
