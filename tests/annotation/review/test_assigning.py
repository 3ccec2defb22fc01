"""Work given by hand, in bulk and by rule; never one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentState,
    Clip,
    Notice,
    SetState,
)
from annotation.services.assignment_make import ReadingTerms, readings_assign, reviews_assign
from annotation.services.assignment_rule_set import (
    RuleTerms,
    assignment_rule_apply,
    assignment_rule_set,
)
from annotation.services.set_open import set_open
from tests.annotation.review.blind import assign, hand_in, post
from tests.factories import Team, client_of, make_clip, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


def pairs(**wanted: Any) -> set[tuple[object, object]]:
    rows = Assignment.objects.filter(**wanted)
    return set(rows.values_list("clip_id", "assignee_id"))


def test_an_admin_gives_clips_to_readers_in_bulk_and_each_is_told_once(team: Team) -> None:
    clips = [make_clip(team) for _ in range(3)]
    hand_in(team, clips[0], team.expert)
    answer = post(
        client_of(team.admin), "/api/assignments/",
        project=str(team.project.pk), clips=[str(clip.pk) for clip in clips], task="annotate",
        people=[str(team.expert.pk), str(team.colleague.pk)], due_on="2099-01-31",
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    assert answer.json()["made_count"] == 5
    [skipped] = answer.json()["skipped"]
    assert skipped["reason"] == "Expert has read the clip already."
    assert (clips[0].pk, team.expert.pk) not in pairs()
    lines = dict(Notice.objects.values_list("user_id", "text"))
    assert lines == {
        team.expert.pk: "2 clips to annotate",
        team.colleague.pk: "3 clips to annotate",
    }
    listed = client_of(team.expert).get("/api/assignments/").json()["results"]
    assert {one["assignee"]["name"] for one in listed} == {"Expert"}


def test_only_admins_assign_and_only_to_people_who_annotate(team: Team) -> None:
    clip = make_clip(team)
    body = {"project": str(team.project.pk), "clips": [str(clip.pk)], "task": "annotate"}
    mine = post(client_of(team.expert), "/api/assignments/", **body, people=[str(team.expert.pk)])
    assert mine.status_code == 403
    trainee = post(
        client_of(team.admin), "/api/assignments/", **body, people=[str(team.trainee.pk)]
    )
    assert trainee.status_code == 400
    assert "does not annotate" in trainee.json()["detail"]
    late = post(
        client_of(team.admin), "/api/assignments/", **body, people=[str(team.expert.pk)],
        due_on="2020-01-01",
    )  # fmt: skip
    assert late.json()["fields"] == {"due_on": ["In the past."]}
    assert not Assignment.objects.exists()


def test_reviews_are_shared_and_nobody_gets_their_own_work(team: Team) -> None:
    clips = [make_clip(team) for _ in range(4)]
    for clip in clips:
        hand_in(team, clip, team.expert)
    done = reviews_assign(
        project=team.project, actor=team.admin, clips=clips,
        reviewers=[team.expert, team.colleague, team.admin], due_on=None,
    )  # fmt: skip
    counts = [pairs(assignee=one) for one in (team.expert, team.colleague, team.admin)]
    assert [len(one) for one in counts] == [0, 2, 2]
    assert done.skipped == []
    again = reviews_assign(
        project=team.project, actor=team.admin, clips=clips, reviewers=[team.colleague],
        due_on=None,
    )  # fmt: skip
    assert again.made == []
    own = Assignment.objects.first()
    assert own is not None
    with (
        pytest.raises(IntegrityError, match="assignment_review_not_of_own_work"),
        transaction.atomic(),
    ):
        Assignment.objects.filter(pk=own.pk).update(assignee=team.expert)
    assert pairs(assignee=team.expert) == set()


def test_the_rule_gives_each_clip_two_blinded_readers_and_each_reading_a_reviewer(
    team: Team,
) -> None:
    clips = [make_clip(team) for _ in range(6)]
    assignment_rule_set(
        project=team.project, actor=team.admin,
        terms=RuleTerms(readers_per_clip=2, read_within_days=7, assigns_reviewer=True),
    )  # fmt: skip
    for clip in clips:
        rows = Assignment.objects.filter(clip=clip)
        assert len(rows) == 2
        assert {row.is_blinded_to_readers for row in rows} == {True}
        assert {row.due_on for row in rows} == {timezone.now().date() + timedelta(days=7)}
    loads = [len(pairs(assignee=one)) for one in (team.admin, team.expert, team.colleague)]
    assert loads == [4, 4, 4]
    assert assignment_rule_apply(project=team.project) == 0

    # a reader of the clip is still to read it, so only the third person may review
    first = Assignment.objects.filter(clip=clips[0]).select_related("assignee")[0]
    hand_in(team, clips[0], first.assignee)
    assert assignment_rule_apply(project=team.project) == 1
    review = Assignment.objects.get(task="review")
    readers = {row.assignee_id for row in Assignment.objects.filter(clip=clips[0], task="annotate")}
    assert review.assignee_id not in readers
    assert review.is_by_rule


def test_the_rule_does_not_give_back_what_was_taken_back(team: Team) -> None:
    clip = make_clip(team)
    people = [team.expert.pk, team.colleague.pk]
    assignment_rule_set(
        project=team.project, actor=team.admin, terms=RuleTerms(readers_per_clip=2, readers=people)
    )
    hand_in(team, clip, team.colleague)
    given = Assignment.objects.get(clip=clip, assignee=team.expert)
    client = client_of(team.admin)
    assert client.post(f"/api/assignments/{given.pk}/withdraw/").status_code == 200
    # from now on the other reading is theirs to see
    assert assignment_rule_apply(project=team.project) == 0
    terms = RuleTerms(readers_per_clip=2, assigns_reviewer=True, reviewers=[team.expert.pk])
    assignment_rule_set(project=team.project, actor=team.admin, terms=terms)
    assert pairs(clip=clip, state="open") == {
        (clip.pk, team.admin.pk), (clip.pk, team.expert.pk),
    }  # fmt: skip
    # not by this admin, who is to read the clip blinded now
    Assignment.objects.filter(clip=clip, task="review").update(
        state=AssignmentState.WITHDRAWN, closed_at=timezone.now()
    )
    assert assignment_rule_apply(project=team.project) == 0


def test_a_rule_that_asks_for_more_readers_than_there_are_is_refused(team: Team) -> None:
    answer = client_of(team.admin).put(
        f"/api/assignment-rules/{team.project.pk}/", {"readers_per_clip": 4}, "application/json"
    )
    assert answer.status_code == 400
    assert "There are 3 people" in answer.json()["detail"]
    read = client_of(team.admin).get(f"/api/assignment-rules/{team.project.pk}/").json()
    assert read["readers_per_clip"] == 0


def test_the_queue_is_read_page_by_page_in_the_order_of_days(
    team: Team, django_assert_max_num_queries: Any
) -> None:
    today = timezone.now().date()
    clips = [make_clip(team) for _ in range(60)]
    for number, clip in enumerate(clips):
        due_on = None if number % 3 == 0 else today + timedelta(days=number % 3)
        assign(clip, team.expert, due_on=due_on)
    client = client_of(team.expert)
    seen: list[str | None] = []
    ids: list[str] = []
    after = ""
    while after is not None:
        with django_assert_max_num_queries(12):
            page = client.get(
                f"/api/queue/assigned/?project={team.project.pk}&after={after}"
            ).json()
        seen += [row["due_on"] for row in page["results"]]
        ids += [row["id"] for row in page["results"]]
        after = page["after"]
    assert len(ids) == len(set(ids)) == 60
    days = [str(today + timedelta(days=one)) for one in (1, 2)]
    assert seen == [days[0]] * 20 + [days[1]] * 20 + [None] * 20
    wrong = client.get(f"/api/queue/assigned/?project={team.project.pk}&after=nonsense")
    assert wrong.status_code == 400


def test_what_is_assigned_to_someone_is_offered_to_nobody_else(team: Team) -> None:
    mine, free = make_clip(team), make_clip(team)
    assign(mine, team.expert)
    url = f"/api/queue/?project={team.project.pk}"
    queue = client_of(team.colleague).get(url).json()
    assert [clip["id"] for clip in queue["to_annotate"]] == [str(free.pk)]
    own = client_of(team.expert).get(url).json()
    assert [row["clip"]["id"] for row in own["assigned"]] == [str(mine.pk)]
    assert own["assigned_count"] == 1
    reading = hand_in(team, mine, team.expert)
    reviews_assign(
        project=team.project, actor=team.admin, clips=[mine], reviewers=[team.admin], due_on=None
    )
    assert client_of(team.colleague).get(url).json()["to_review"] == []
    [row] = client_of(team.admin).get(url).json()["assigned"]
    assert (row["task"], row["annotation_set"]["id"]) == ("review", str(reading.pk))


def test_nobody_withdraws_what_they_are_to_read_blinded(team: Team) -> None:
    clip = make_clip(team)
    own, theirs = assign(clip, team.admin), assign(clip, team.expert)
    client = client_of(team.admin)
    # of a clip that the admin is to read blinded even who else reads it is hidden
    assert client.post(f"/api/assignments/{theirs.pk}/withdraw/").status_code == 404
    refused = client.post(f"/api/assignments/{own.pk}/withdraw/")
    assert (refused.status_code, refused.json()["code"]) == (403, "own_blinded_reading")
    assert Assignment.objects.filter(state=AssignmentState.OPEN).count() == 2


def test_a_person_who_reviewed_a_reading_cannot_be_blinded_to_it(team: Team) -> None:
    clip = make_clip(team)
    reading = hand_in(team, clip, team.expert)
    decided = post(
        client_of(team.colleague), f"/api/annotation-sets/{reading.pk}/review/",
        decision="accept", revision=reading.revision,
    )  # fmt: skip
    assert decided.status_code == 200
    blind = readings_assign(
        project=team.project, actor=team.admin, clips=[clip], readers=[team.colleague],
        terms=ReadingTerms(),
    )  # fmt: skip
    assert [one.reason for one in blind.skipped] == [
        "Colleague has reviewed or settled what others read, and so cannot read it blinded."
    ]
    seeing = readings_assign(
        project=team.project, actor=team.admin, clips=[clip], readers=[team.colleague],
        terms=ReadingTerms(is_blinded_to_readers=False),
    )  # fmt: skip
    assert len(seeing.made) == 1


def reread(team: Team, clip: Clip, **more: Any) -> Any:
    return post(
        client_of(team.admin), "/api/assignments/checks/",
        project=str(team.project.pk), clips=[str(clip.pk)], people=[str(team.expert.pk)],
        check_kind="reread", **more,
    )  # fmt: skip


def test_a_reread_looks_like_any_assignment_and_is_not_reviewed(team: Team) -> None:
    clip, other = make_clip(team), make_clip(team)
    first = hand_in(team, clip, team.expert)
    assert reread(team, clip).json()["made_count"] == 0  # handed in just now
    AnnotationSet.objects.filter(pk=first.pk).update(
        submitted_at=timezone.now() - timedelta(days=30)
    )
    assert reread(team, clip).json()["made_count"] == 1
    assign(other, team.expert)
    client = client_of(team.expert)
    rows = client.get(f"/api/queue/assigned/?project={team.project.pk}").json()["results"]
    assert len(rows) == 2
    shown = [{**row, "clip": None, "id": None, "created_at": None} for row in rows]
    assert shown[0] == shown[1]
    states = {row["clip"]["my_set_state"] for row in rows}, {row["clip"]["state"] for row in rows}
    assert states == ({None}, {"new"})
    kinds = {one["check_kind"] for one in client.get("/api/assignments/").json()["results"]}
    assert kinds == {""}
    listed = client_of(team.admin).get("/api/assignments/").json()["results"]
    assert {one["check_kind"] for one in listed} == {"", "reread"}

    again = hand_in(team, clip, team.expert)
    assert (again.reading, again.state) == (2, SetState.SUBMITTED)
    url = f"/api/queue/?project={team.project.pk}"
    waiting = client_of(team.colleague).get(url).json()["to_review"]
    assert [row["annotation_set"]["id"] for row in waiting] == [str(first.pk)]
    refused = post(
        client_of(team.colleague), f"/api/annotation-sets/{again.pk}/review/",
        decision="accept", revision=again.revision,
    )  # fmt: skip
    assert refused.json()["code"] == "not_reviewed"


def test_a_clip_with_known_truth_is_given_to_those_who_never_saw_it(team: Team) -> None:
    clip = make_clip(team)
    truth = hand_in(team, clip, team.colleague)
    AnnotationSet.objects.filter(pk=truth.pk).update(state=SetState.ACCEPTED)
    answer = post(
        client_of(team.admin), "/api/assignments/checks/",
        project=str(team.project.pk), clips=[str(clip.pk)], check_kind="ground_truth",
        people=[str(team.expert.pk), str(team.colleague.pk)],
    )  # fmt: skip
    assert answer.json()["made_count"] == 1
    [row] = Assignment.objects.all()
    assert (row.assignee, row.reference_id) == (team.expert, truth.pk)
    assert set_open(clip=clip, actor=team.expert).revision == 0
