"""What is hidden from a person who is still to read a clip."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from annotation.models import AnnotationSet, Assignment, AssignmentState, SetPurpose, SetState
from annotation.services.set_open import set_open
from annotation.services.suggestion_write import suggestion_write
from fascicle.accounts.models import User
from tests.annotation.review.blind import assign, draw, hand_in, make_pair, post
from tests.factories import client_of, make_clip, make_team

pytestmark = pytest.mark.django_db


def seen(person: User) -> set[object]:
    return set(AnnotationSet.objects.visible_to(person).values_list("pk", flat=True))


def test_neither_of_two_blinded_readers_sees_the_other_before_handing_in() -> None:
    pair = make_pair()
    theirs = hand_in(pair.team, pair.clip, pair.team.expert)
    mine = draw(pair.team, pair.clip, pair.team.colleague)
    assert seen(pair.team.colleague) == {mine.pk}
    assert seen(pair.team.admin) == {theirs.pk}
    hand_in_again = hand_in(pair.team, pair.clip, pair.team.colleague, frame=4)
    assert hand_in_again.pk == mine.pk
    assert seen(pair.team.colleague) == {mine.pk, theirs.pk}
    pair.second.refresh_from_db()
    assert pair.second.state == AssignmentState.DONE
    assert pair.second.annotation_set_id == mine.pk


def test_accepted_and_consensus_sets_are_hidden_as_well() -> None:
    pair = make_pair()
    theirs = hand_in(pair.team, pair.clip, pair.team.expert)
    AnnotationSet.objects.filter(pk=theirs.pk).update(state=SetState.ACCEPTED)
    agreed = AnnotationSet.objects.create(
        clip=pair.clip, purpose=SetPurpose.CONSENSUS, author=pair.team.admin,
        state=SetState.ACCEPTED,
    )  # fmt: skip
    assert seen(pair.team.colleague) == set()
    assert seen(pair.team.trainee) == {theirs.pk, agreed.pk}


def test_a_suggestion_is_hidden_only_from_those_blinded_to_the_model() -> None:
    team = make_team()
    clip = make_clip(team)
    assign(clip, team.expert, is_blinded_to_model=True)
    assign(clip, team.colleague)
    said = suggestion_write(
        clip_id=clip.pk, model_version_id=uuid4(), model_label="U-Net 1", tracks=[]
    )
    assert seen(team.expert) == set()
    assert seen(team.colleague) == {said.pk}


def test_other_clips_and_assignments_that_are_over_hide_nothing() -> None:
    pair = make_pair()
    other = make_clip(pair.team)
    elsewhere = hand_in(pair.team, other, pair.team.expert)
    here = hand_in(pair.team, pair.clip, pair.team.expert)
    assert seen(pair.team.colleague) == {elsewhere.pk}
    Assignment.objects.filter(pk=pair.second.pk).update(
        state=AssignmentState.WITHDRAWN, closed_at=timezone.now()
    )
    assert seen(pair.team.colleague) == {elsewhere.pk, here.pk}


def test_a_reread_is_a_fresh_set_and_hides_the_first_reading() -> None:
    team = make_team()
    clip = make_clip(team)
    first = hand_in(team, clip, team.expert)
    assign(clip, team.expert, reading=2, check_kind="reread", reference=first)
    assert seen(team.expert) == set()
    again = set_open(clip=clip, actor=team.expert)
    assert (again.reading, again.revision, again.state) == (2, 0, SetState.DRAFT)
    assert again.pk != first.pk
    assert set_open(clip=clip, actor=team.expert).pk == again.pk
    assert seen(team.expert) == {again.pk}
    handed_in = hand_in(team, clip, team.expert)
    assert handed_in.pk == again.pk
    assert seen(team.expert) == {first.pk, again.pk}
    # the first is what can be returned, so that is what opens from now on
    AnnotationSet.objects.filter(pk=first.pk).update(state=SetState.RETURNED)
    opened = set_open(clip=clip, actor=team.expert)
    assert (opened.pk, opened.state) == (first.pk, SetState.RETURNED)


def test_a_notice_tells_of_no_set_that_is_hidden_now() -> None:
    team = make_team()
    clip = make_clip(team)
    first = hand_in(team, clip, team.expert)
    decided = post(
        client_of(team.colleague), f"/api/annotation-sets/{first.pk}/review/",
        decision="accept", revision=first.revision,
    )  # fmt: skip
    assert decided.status_code == 200
    client = client_of(team.expert)
    assert client.get("/api/notices/count/").json() == {"unread": 1}
    assign(clip, team.expert, reading=2, check_kind="reread", reference=first)
    assert client.get("/api/notices/").json()["results"] == []
    hand_in(team, clip, team.expert)
    assert client.get("/api/notices/count/").json() == {"unread": 1}
