"""Settling where readers differ."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.test import Client

from annotation.geometry import dense_from_mask, shape_mask
from annotation.models import AnnotationSet, Assignment, Clip, Keyframe, SetState
from annotation.selectors import accepted_frames
from annotation.selectors.sets import set_tracks
from annotation.services.assignment_make import ReadingTerms, readings_assign
from annotation.services.consensus_open import consensus_open
from annotation.services.set_open import set_open
from fascicle.errors import Conflict, NotAllowed
from tests.annotation.agreement.readings import box, drawn, read, unseen, write
from tests.factories import Team, client_of, make_clip, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def clip(team: Team) -> Clip:
    """Expert and colleague drew the first structure 8 columns apart in frames 0 to 3; the
    colleague goes on to say that it is not visible in frames 4 and 5.
    """
    made = make_clip(team, frame_count=8)
    nerve = team.structures[0]
    read(made, team.expert, drawn(nerve, {0: box(10), 5: box(10)}))
    theirs = drawn(nerve, {0: box(18), 3: box(18)}) + unseen(nerve, 4, 5)
    read(made, team.colleague, theirs)
    return made


@pytest.fixture
def consensus(team: Team, clip: Clip) -> AnnotationSet:
    return consensus_open(clip=clip, actor=team.admin)


def reading_of(clip: Clip, author: Any) -> AnnotationSet:
    return AnnotationSet.objects.get(clip=clip, author=author, purpose="reader")


def settle(
    client: Client, consensus: AnnotationSet, readings: list[AnnotationSet], **more: Any
) -> Any:
    consensus.refresh_from_db()
    body = {
        "structure": str(more.pop("structure").pk),
        "readings": [str(each.pk) for each in readings],
        "first_frame": 0,
        "last_frame": 3,
        "base_revision": consensus.revision,
        "idempotency_key": str(uuid4()),
        **more,
    }
    path = f"/api/consensus/{consensus.pk}/settle/"
    return client.post(path, body, content_type="application/json")


def columns(consensus: AnnotationSet, frame: int) -> list[int]:
    """The columns of the picture that the consensus covers in a frame."""
    covered = np.zeros((48, 64), np.bool_)
    for track in set_tracks([consensus.pk]).get(consensus.pk, []):
        covered |= dense_from_mask(shape_mask(track.shape_at(frame), 64, 48), 64, 48)
    return [int(each) for each in np.flatnonzero(covered.any(axis=0))]


def test_one_readers_shapes_are_taken_as_they_are_and_the_readings_stay_untouched(
    team: Team, clip: Clip, consensus: AnnotationSet
) -> None:
    theirs = reading_of(clip, team.colleague)
    before = list(Keyframe.objects.filter(track__annotation_set=theirs).values())
    nerve = team.structures[0]
    answer = settle(client_of(team.admin), consensus, [theirs], structure=nerve, last_frame=5)
    assert (answer.status_code, answer.json()["revision"]) == (200, 1)
    assert [columns(consensus, frame)[:1] for frame in range(6)] == [[18]] * 4 + [[]] * 2
    made = Keyframe.objects.filter(track__annotation_set=consensus)
    assert set(made.values_list("source", flat=True)) == {"adjudicated"}
    assert list(consensus.not_visible.values_list("first_frame", "last_frame")) == [(4, 5)]
    theirs.refresh_from_db()
    assert list(Keyframe.objects.filter(track__annotation_set=theirs).values()) == before
    assert (theirs.state, theirs.revision) == (SetState.SUBMITTED, 1)
    assert consensus.revisions.get().summary.endswith("in frames 0 to 5 from Colleague")


@pytest.mark.parametrize("blend", ["majority", "staple"])
def test_a_blend_of_two_has_what_both_have(
    team: Team, clip: Clip, consensus: AnnotationSet, blend: str
) -> None:
    both = [reading_of(clip, team.expert), reading_of(clip, team.colleague)]
    nerve = team.structures[0]
    settle(client_of(team.admin), consensus, both, structure=nerve, blend=blend)
    assert columns(consensus, 2) == list(range(18, 30))


def test_a_wrong_choice_is_taken_back_by_restoring_the_revision_before(
    team: Team, clip: Clip, consensus: AnnotationSet
) -> None:
    client, nerve = client_of(team.admin), team.structures[0]
    settle(client, consensus, [reading_of(clip, team.expert)], structure=nerve)
    settle(client, consensus, [reading_of(clip, team.colleague)], structure=nerve, last_frame=5)
    assert columns(consensus, 1)[0] == 18
    answer = client.post(
        f"/api/annotation-sets/{consensus.pk}/restore/",
        {"number": 1, "base_revision": 2, "idempotency_key": str(uuid4())},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    assert columns(consensus, 1)[0] == 10
    assert not consensus.not_visible.exists()


def test_a_frame_that_a_reader_did_not_look_at_is_settled_by_the_others(
    team: Team, clip: Clip, consensus: AnnotationSet
) -> None:
    client, nerve = client_of(team.admin), team.structures[0]
    theirs = reading_of(clip, team.colleague)
    nobody = settle(client, consensus, [theirs], structure=nerve, first_frame=6, last_frame=7)
    assert (nobody.status_code, nobody.json()["code"]) == (400, "nobody_looked")
    both = [reading_of(clip, team.expert), theirs]
    for body, field in [
        ({"last_frame": 99}, "first_frame"),
        ({"blend": "staple"}, "readings"),
    ]:
        chosen = both[:1]
        refused = settle(client, consensus, chosen, structure=nerve, **body)
        assert refused.status_code == 400
        assert field in refused.json()["fields"]
    consensus.refresh_from_db()
    assert consensus.revision == 0


def test_a_signed_consensus_is_what_is_trained_on_and_can_be_reopened(
    team: Team, clip: Clip, consensus: AnnotationSet
) -> None:
    client, nerve = client_of(team.admin), team.structures[0]
    address = f"/api/consensus/{consensus.pk}"

    def post(verb: str, **body: Any) -> Any:
        return client.post(f"{address}/{verb}/", body, content_type="application/json")

    empty = post("sign", revision=0)
    assert (empty.status_code, empty.json()["code"]) == (400, "nothing_settled")
    settle(client, consensus, [reading_of(clip, team.expert)], structure=nerve)
    assert post("sign", revision=0).json()["code"] == "stale_revision"
    assert post("sign", revision=1).json()["state"] == "accepted"
    frames = accepted_frames(team.project.pk)
    assert {frame.annotation_set_id for frame in frames} == {consensus.pk}
    assert [frame.frame_index for frame in frames] == [0, 1, 2, 3]
    closed = settle(client, consensus, [reading_of(clip, team.expert)], structure=nerve)
    assert closed.status_code == 409
    assert post("reopen", reason="The left edge.").json()["state"] == "returned"
    assert accepted_frames(team.project.pk) == []
    assert settle(client, consensus, [reading_of(clip, team.colleague)], structure=nerve).json()


def test_nobody_settles_their_own_case_and_one_reading_is_none(team: Team, clip: Clip) -> None:
    with pytest.raises(NotAllowed, match="read this clip yourself"):
        consensus_open(clip=clip, actor=team.expert)
    alone = make_clip(team)
    read(alone, team.expert, drawn(team.structures[0], {0: box(10)}))
    row = set_open(clip=alone, actor=team.colleague)
    write(row, team.colleague, drawn(team.structures[0], {0: box(12)}))  # not handed in
    with pytest.raises(Conflict, match="Fewer than two readings"):
        consensus_open(clip=alone, actor=team.admin)
    assert not AnnotationSet.objects.filter(purpose="consensus").exists()


def test_who_is_still_to_read_the_clip_blinded_cannot_settle_it(team: Team, clip: Clip) -> None:
    Assignment.objects.create(
        project=team.project, clip=clip, assignee=team.admin, assigned_by=team.expert,
        task="annotate", is_blinded_to_readers=True,
    )  # fmt: skip
    with pytest.raises(Conflict, match="Fewer than two readings"):
        consensus_open(clip=clip, actor=team.admin)
    assert not AnnotationSet.objects.filter(purpose="consensus").exists()


def test_a_consensus_that_was_begun_stays_its_authors_who_cannot_be_blinded_any_more(
    team: Team, clip: Clip, consensus: AnnotationSet
) -> None:
    nerve = team.structures[0]
    blind = readings_assign(
        project=team.project, actor=team.admin, clips=[clip], readers=[team.admin],
        terms=ReadingTerms(),
    )  # fmt: skip
    assert [one.reason for one in blind.skipped] == [
        f"{team.admin} has reviewed or settled what others read, and so cannot read it blinded."
    ]
    own = set_open(clip=clip, actor=team.admin)
    write(own, team.admin, drawn(nerve, {0: box(12)}))
    assert consensus_open(clip=clip, actor=team.admin).pk == consensus.pk
    client = client_of(team.admin)
    refused = settle(client, consensus, [own], structure=nerve)
    assert (refused.status_code, refused.json()["code"]) == (403, "own_work")
    others = [reading_of(clip, team.expert)]
    assert settle(client, consensus, others, structure=nerve).status_code == 200


def test_a_reread_has_no_voice_in_what_is_settled(team: Team, clip: Clip) -> None:
    alone = make_clip(team, frame_count=8)
    nerve = team.structures[0]
    first = read(alone, team.expert, drawn(nerve, {0: box(10)}))
    for one in (alone, clip):
        given = {"project": team.project, "clip": one, "assignee": team.expert, "reading": 2}
        Assignment.objects.create(
            **given, task="annotate", check_kind="reread", is_blinded_to_readers=True
        )
    read(alone, team.expert, drawn(nerve, {0: box(12)}))
    with pytest.raises(Conflict, match="Fewer than two readings"):
        consensus_open(clip=alone, actor=team.admin)
    assert not AnnotationSet.objects.filter(purpose="consensus").exists()
    again = read(clip, team.expert, drawn(nerve, {0: box(30), 3: box(30)}))
    consensus = consensus_open(clip=clip, actor=team.admin)
    readings = [reading_of(clip, team.colleague), again]
    refused = settle(client_of(team.admin), consensus, readings, structure=nerve, blend="majority")
    assert (refused.status_code, refused.json()["fields"]) == (400, {"readings": ["Read again."]})
    consensus.refresh_from_db()
    assert (consensus.revision, first.reading, again.reading) == (0, 1, 2)
