"""Submitting, reviewing, returning; nobody reviews their own work."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from annotation.models import AnnotationSet, Clip, ClipState, Decision, Review, SetState
from annotation.selectors import accepted_frames, label_maps
from annotation.services.set_open import set_open
from annotation.services.suggestion_write import (
    SuggestedShape,
    SuggestionTrack,
    suggestion_write,
)
from fascicle.audit.models import AuditRecord
from tests.annotation.sets.test_save import SQUARE, client_of, save, stroke
from tests.factories import Team, make_clip, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def clip(team: Team) -> Clip:
    return make_clip(team)


@pytest.fixture
def reading(team: Team, clip: Clip) -> AnnotationSet:
    row = set_open(clip=clip, actor=team.expert)
    track = uuid4()
    ops = stroke(team, track=track, frame=2)
    ops.append({"op": "keyframe.put", "track": str(track), "frame": 4, "shape": SQUARE})
    assert save(client_of(team.expert), row, ops=ops).status_code == 200
    row.refresh_from_db()
    return row


def post(client: Client, reading: AnnotationSet, verb: str, **body: Any) -> Any:
    url = f"/api/annotation-sets/{reading.pk}/{verb}/"
    return client.post(url, body, content_type="application/json")


def submit(team: Team, reading: AnnotationSet) -> None:
    assert post(client_of(team.expert), reading, "submit", revision=1).status_code == 200


def test_a_colleague_accepts_and_the_clip_can_be_trained_on(
    team: Team, clip: Clip, reading: AnnotationSet
) -> None:
    assert accepted_frames(team.project.pk) == []
    submit(team, reading)
    clip.refresh_from_db()
    assert clip.state == ClipState.IN_REVIEW
    answer = post(client_of(team.colleague), reading, "review", decision="accept", revision=1)
    assert answer.status_code == 200, answer.content
    clip.refresh_from_db()
    reading.refresh_from_db()
    assert (clip.state, reading.state) == (ClipState.ACCEPTED, SetState.ACCEPTED)
    frames = accepted_frames(team.project.pk)
    assert [f.frame_index for f in frames] == [2, 3, 4]
    assert {f.revision for f in frames} == {1}
    assert frames[0].structure_codes == ("vessel",)
    assert frames[1].frame_sha256 == clip.frame_table.sha256[3]


def test_a_return_needs_a_remark_and_reopens_the_set(
    team: Team, clip: Clip, reading: AnnotationSet
) -> None:
    submit(team, reading)
    colleague = client_of(team.colleague)
    silent = post(colleague, reading, "review", decision="return", remark="  ", revision=1)
    assert silent.status_code == 400
    assert not Review.objects.exists()
    told = post(
        colleague, reading, "review", decision="return", remark="The vein is missing.", revision=1
    )
    assert told.status_code == 200
    clip.refresh_from_db()
    assert clip.state == ClipState.RETURNED
    author = client_of(team.expert)
    read = author.get(f"/api/annotation-sets/{reading.pk}/").json()
    assert read["state"] == "returned"
    assert read["reviews"][0]["remark"] == "The vein is missing."
    assert read["reviews"][0]["reviewer"]["name"] == "Colleague"
    assert save(author, reading, ops=stroke(team), base_revision=1).status_code == 200


def test_nobody_reviews_their_own_work(team: Team, reading: AnnotationSet) -> None:
    submit(team, reading)
    own = post(client_of(team.expert), reading, "review", decision="accept", revision=1)
    assert own.status_code == 403
    assert own.json()["code"] == "own_work"
    reading.refresh_from_db()
    assert reading.state == SetState.SUBMITTED
    with pytest.raises(IntegrityError, match="review_not_of_own_work"), transaction.atomic():
        Review.objects.create(
            annotation_set=reading, revision=1, author=team.expert, reviewer=team.expert,
            decision=Decision.ACCEPT,
        )  # fmt: skip


def test_a_trainee_neither_sees_nor_reviews_what_is_not_accepted(
    team: Team, reading: AnnotationSet
) -> None:
    submit(team, reading)
    trainee = client_of(team.trainee)
    assert post(trainee, reading, "review", decision="accept", revision=1).status_code == 404
    assert trainee.get("/api/annotation-sets/").json()["results"] == []
    post(client_of(team.colleague), reading, "review", decision="accept", revision=1)
    [seen] = trainee.get("/api/annotation-sets/").json()["results"]
    assert seen["id"] == str(reading.pk)


def test_a_submitted_set_is_closed(team: Team, reading: AnnotationSet) -> None:
    submit(team, reading)
    refused = save(client_of(team.expert), reading, ops=stroke(team), base_revision=1)
    assert refused.status_code == 409
    assert refused.json()["code"] == "not_open"
    twice = post(client_of(team.expert), reading, "submit", revision=1)
    assert twice.status_code == 409


def test_an_empty_set_and_a_stale_revision_are_not_submitted(team: Team, clip: Clip) -> None:
    empty = set_open(clip=clip, actor=team.colleague)
    nothing = post(client_of(team.colleague), empty, "submit", revision=0)
    assert nothing.status_code == 400
    stale = post(client_of(team.colleague), empty, "submit", revision=4)
    assert stale.json()["code"] == "stale_revision"
    empty.refresh_from_db()
    assert empty.state == SetState.DRAFT


def test_a_decision_on_another_revision_is_refused(team: Team, reading: AnnotationSet) -> None:
    submit(team, reading)
    answer = post(client_of(team.colleague), reading, "review", decision="accept", revision=7)
    assert answer.status_code == 409
    assert not Review.objects.exists()


def test_remarks_are_pinned_listed_and_settled(team: Team, reading: AnnotationSet) -> None:
    submit(team, reading)
    colleague = client_of(team.colleague)
    pinned = post(colleague, reading, "issues", frame_index=3, x=12.5, y=20, text="Too wide here")
    assert pinned.status_code == 201
    half = post(colleague, reading, "issues", frame_index=3, x=12.5, text="Too wide here")
    assert half.status_code == 400
    beyond = post(colleague, reading, "issues", frame_index=99, text="Where?")
    assert "frames 0 to 9" in beyond.json()["detail"]
    author = client_of(team.expert)
    [issue] = author.get(f"/api/annotation-sets/{reading.pk}/").json()["issues"]
    assert (issue["frame_index"], issue["x"], issue["resolved_at"]) == (3, 12.5, None)
    address = f"/api/issues/{issue['id']}/resolve/"
    settled = author.post(address, {}, "application/json")
    assert settled.json()["resolved_at"] is not None
    assert client_of(team.stranger).post(address, {}, "application/json").status_code == 404


def test_the_label_picture_holds_channels_not_colours(team: Team, reading: AnnotationSet) -> None:
    answer = client_of(team.expert).get(f"/api/annotation-sets/{reading.pk}/labels/2/")
    assert answer["Content-Type"] == "image/png"
    picture = Image.open(__import__("io").BytesIO(answer.content))
    assert picture.mode == "P"
    labels = np.asarray(picture)
    assert labels.shape == (48, 64)
    assert (labels == 1).sum() == 20 * 20
    assert picture.getpalette()[3:6] == [0xD5, 0x5E, 0x00]
    [(index, same)] = label_maps(reading.pk, [2])
    assert index == 2
    assert np.array_equal(same, labels)
    beyond = client_of(team.expert).get(f"/api/annotation-sets/{reading.pk}/labels/10/")
    assert beyond.status_code == 404


def test_a_suggestion_never_mixes_with_human_work(
    team: Team, clip: Clip, reading: AnnotationSet
) -> None:
    from annotation.geometry import Absent, contour

    model = uuid4()
    square = contour("polygon", SQUARE["points"])
    track = SuggestionTrack(
        team.structures[1].pk,
        [SuggestedShape.of(0, square, 0.9), SuggestedShape.of(1, Absent(), None)],
    )
    first = suggestion_write(
        clip_id=clip.pk, model_version_id=model, model_label="U-Net 1", tracks=[track]
    )
    again = suggestion_write(
        clip_id=clip.pk, model_version_id=model, model_label="U-Net 1", tracks=[track]
    )
    assert first.pk == again.pk
    assert again.tracks.count() == 1
    reading.refresh_from_db()
    assert reading.revision == 1
    read = client_of(team.trainee).get(f"/api/annotation-sets/{again.pk}/").json()
    assert read["author"] is None
    assert read["model_label"] == "U-Net 1"
    assert read["tracks"][0]["keyframes"][0]["confidence"] == 0.9
    forbidden = save(client_of(team.expert), again, ops=stroke(team), base_revision=2)
    assert forbidden.status_code == 403
    forged = stroke(team)
    forged[1]["source"] = "model"
    assert save(client_of(team.expert), reading, ops=forged, base_revision=1).status_code == 400


def test_acts_are_on_the_record_which_nobody_can_change(team: Team, reading: AnnotationSet) -> None:
    submit(team, reading)
    record = AuditRecord.objects.get(action="annotation_set.submit")
    assert record.actor_email == team.expert.email
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        AuditRecord.objects.filter(pk=record.pk).update(action="nothing")
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        AuditRecord.objects.filter(pk=record.pk).delete()
