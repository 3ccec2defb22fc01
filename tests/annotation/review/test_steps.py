"""From annotating through review to accepted or returned, with every step kept."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentState,
    Clip,
    Keyframe,
    Notice,
    Review,
    Revision,
    SetState,
    SetTransition,
)
from annotation.selectors.sets import accepted_frames
from annotation.services.assignment_rule_set import RuleTerms, assignment_rule_set
from annotation.services.assignments_sweep import assignments_sweep
from annotation.services.notices_digest import notices_digest
from fascicle.accounts.models import Membership, User
from tests.annotation.review.blind import assign, draw, hand_in, post
from tests.annotation.sets.test_save import save, stroke
from tests.factories import Team, client_of, make_clip, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def clip(team: Team) -> Clip:
    return make_clip(team)


def decide(person: User, reading: AnnotationSet, decision: str, **more: Any) -> Any:
    address = f"/api/annotation-sets/{reading.pk}/review/"
    reading.refresh_from_db()
    told = {"decision": decision, "revision": reading.revision, **more}
    return post(client_of(person), address, **told)


def steps(reading: AnnotationSet) -> list[tuple[str, str, int]]:
    rows = SetTransition.objects.filter(annotation_set=reading)
    return [(row.step, row.to_state, row.revision) for row in rows]


def test_every_step_is_kept_with_its_revision(team: Team, clip: Clip) -> None:
    reading = hand_in(team, clip, team.expert)
    decide(team.colleague, reading, "return", remark="Too wide.")
    hand_in(team, clip, team.expert, frame=4)
    decide(team.colleague, reading, "accept")
    assert steps(reading) == [
        ("submit", "submitted", 1), ("return", "returned", 1),
        ("submit", "submitted", 2), ("accept", "accepted", 2),
    ]  # fmt: skip
    shown = client_of(team.expert).get(f"/api/annotation-sets/{reading.pk}/").json()
    assert [one["reason"] for one in shown["transitions"]] == ["", "Too wide.", "", ""]
    with pytest.raises(IntegrityError, match="transition_is_a_step"), transaction.atomic():
        SetTransition.objects.create(
            annotation_set=reading, step="accept", from_state="draft", to_state="accepted",
            revision=2, actor=team.colleague,
        )  # fmt: skip
    assert len(steps(reading)) == 4


def test_a_reviewer_corrects_as_their_own_revision_and_accepts(team: Team, clip: Clip) -> None:
    reading = hand_in(team, clip, team.expert)
    reviewer = client_of(team.colleague)
    corrected = save(reviewer, reading, ops=stroke(team, frame=6), base_revision=1)
    assert corrected.status_code == 200, corrected.content
    assert Revision.objects.get(annotation_set=reading, number=2).author == team.colleague
    authors = Keyframe.objects.filter(track__annotation_set=reading).order_by("frame_index")
    assert [one.author for one in authors] == [team.expert, team.expert, team.colleague]
    reading.refresh_from_db()
    assert (reading.author, reading.state) == (team.expert, SetState.SUBMITTED)
    assert decide(team.colleague, reading, "accept").status_code == 200
    refused = save(reviewer, reading, ops=stroke(team), base_revision=2)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_open")
    # what the reader said alone can still be told from what came of it
    assert steps(reading)[0] == ("submit", "submitted", 1)


def test_drafts_and_returned_work_are_corrected_by_nobody_else(team: Team, clip: Clip) -> None:
    reading = draw(team, clip, team.expert)
    hidden = save(client_of(team.colleague), reading, ops=stroke(team), base_revision=1)
    assert hidden.status_code == 404
    hand_in(team, clip, team.expert, frame=4)
    decide(team.colleague, reading, "return", remark="Look again.")
    closed = save(client_of(team.colleague), reading, ops=stroke(team), base_revision=2)
    assert closed.json()["code"] == "not_open"
    trainee = save(client_of(team.trainee), reading, ops=stroke(team), base_revision=2)
    assert trainee.status_code == 404
    reading.refresh_from_db()
    assert reading.revision == 2


@pytest.mark.parametrize(("who", "leads_to"), [("expert", "returned"), ("colleague", "submitted")])
def test_an_accepted_set_is_changed_only_with_a_reason(
    team: Team, clip: Clip, who: str, leads_to: str
) -> None:
    reading = hand_in(team, clip, team.expert)
    decide(team.colleague, reading, "accept")
    assert accepted_frames(team.project.pk) != []
    person = client_of(getattr(team, who))
    silent = post(person, f"/api/annotation-sets/{reading.pk}/reopen/", reason="  ")
    assert (silent.status_code, silent.json()["fields"]) == (400, {"reason": ["Required."]})
    reading.refresh_from_db()
    assert reading.state == SetState.ACCEPTED
    told = post(person, f"/api/annotation-sets/{reading.pk}/reopen/", reason="Wrong nerve.")
    assert told.json()["state"] == leads_to
    assert accepted_frames(team.project.pk) == []
    clip.refresh_from_db()
    assert clip.state == ("returned" if who == "expert" else "in_review")
    last = SetTransition.objects.filter(annotation_set=reading).last()
    assert last is not None
    assert (last.step, last.reason) == ("reopen", "Wrong nerve.")
    again = save(person, reading, ops=stroke(team), base_revision=1)
    assert again.status_code == 200


def test_a_remark_has_a_span_answers_and_an_end(team: Team, clip: Clip) -> None:
    reading = hand_in(team, clip, team.expert)
    reviewer, author = client_of(team.colleague), client_of(team.expert)
    address = f"/api/annotation-sets/{reading.pk}/issues/"
    backwards = post(reviewer, address, frame_index=5, last_frame=3, text="Here")
    assert backwards.status_code == 400
    pinned = post(reviewer, address, frame_index=3, last_frame=5, x=9, y=9, text="Too deep").json()
    assert (pinned["frame_index"], pinned["last_frame"], pinned["replies"]) == (3, 5, [])
    answered = post(author, f"/api/issues/{pinned['id']}/replies/", text="It dives there.")
    assert answered.status_code == 201
    settled = post(author, f"/api/issues/{pinned['id']}/resolve/").json()
    assert settled["resolved_by"]["name"] == "Expert"
    assert [one["text"] for one in settled["replies"]] == ["It dives there."]
    opened = post(reviewer, f"/api/issues/{pinned['id']}/resolve/", is_resolved=False).json()
    assert (opened["resolved_at"], opened["resolved_by"]) == (None, None)
    told = dict(Notice.objects.values_list("user__name", "text"))
    assert told == {
        "Expert": "Colleague left a remark on frame 3: Too deep",
        "Colleague": "Expert answered on frame 3: It dives there.",
    }


def test_notices_are_read_counted_and_mailed_once_unless_muted(team: Team, clip: Clip) -> None:
    reading = hand_in(team, clip, team.expert)
    decide(team.colleague, reading, "return", remark="Look at the vein.")
    author = client_of(team.expert)
    assert author.get("/api/notices/count/").json() == {"unread": 1}
    [notice] = author.get("/api/notices/").json()["results"]
    assert notice["text"] == "Colleague returned your reading"
    assert client_of(team.colleague).get("/api/notices/").json()["results"] == []
    assert (notices_digest(), notices_digest()) == (1, 0)
    [sent] = mail.outbox
    assert sent.to == [team.expert.email]
    assert sent.subject == "Fascicle: 1 notice"
    assert "- Colleague returned your reading (Clip 1)" in sent.body
    assert post(author, "/api/notices/read/").json() == {"unread": 0}
    muted = author.put("/api/notices/mail/", {"is_mail_muted": True}, "application/json")
    assert muted.json() == {"is_mail_muted": True}
    hand_in(team, clip, team.expert, frame=5)
    decide(team.colleague, reading, "accept")
    assert notices_digest() == 0
    assert author.get("/api/notices/count/").json() == {"unread": 1}


def test_what_is_due_is_told_once_a_day(team: Team, clip: Clip) -> None:
    assign(clip, team.expert, due_on=timezone.now().date())
    assert (assignments_sweep().reminded, assignments_sweep().reminded) == (1, 0)
    [notice] = Notice.objects.all()
    assert (notice.user, notice.kind) == (team.expert, "due")
    assert notice.text == "1 assignment is due by tomorrow or earlier"


def test_who_leaves_half_way_leaves_their_work_and_their_place(team: Team, clip: Clip) -> None:
    assignment_rule_set(
        project=team.project, actor=team.admin,
        terms=RuleTerms(readers_per_clip=2, readers=[team.expert.pk, team.colleague.pk]),
    )  # fmt: skip
    other = make_clip(team)
    assignments_sweep()
    done = hand_in(team, clip, team.expert)
    begun = draw(team, other, team.expert)
    Membership.objects.filter(user=team.expert).delete()
    successor = team.admin
    assignment_rule_set(
        project=team.project, actor=team.admin,
        terms=RuleTerms(readers_per_clip=2, readers=[team.colleague.pk, successor.pk]),
    )  # fmt: skip
    swept = assignments_sweep()
    assert (swept.released, swept.assigned) == (1, 1)
    left = Assignment.objects.get(clip=other, assignee=team.expert)
    assert (left.state, left.annotation_set_id) == (AssignmentState.WITHDRAWN, begun.pk)
    readers = Assignment.objects.filter(clip=other, state=AssignmentState.OPEN)
    assert {row.assignee for row in readers} == {team.colleague, successor}
    assert Notice.objects.filter(user=team.admin, kind="released").count() == 1
    # what was handed in counts on: it is reviewed, but can go back to nobody
    reading = AnnotationSet.objects.get(pk=done.pk)
    assert (reading.author, reading.state) == (team.expert, SetState.SUBMITTED)
    Assignment.objects.filter(clip=clip, state=AssignmentState.OPEN).delete()
    refused = decide(team.colleague, reading, "return", remark="Again, please.")
    assert (refused.status_code, refused.json()["code"]) == (409, "author_left")
    assert not Review.objects.exists()
    assert decide(team.colleague, reading, "accept").status_code == 200
    # their draft is nobody's to see, and waits for them
    assert client_of(team.expert).get(f"/api/annotation-sets/{begun.pk}/").status_code == 404
    assert client_of(team.admin).get(f"/api/annotation-sets/{begun.pk}/").status_code == 404


def test_sets_reviewed_before_steps_were_kept_have_theirs_written_down(
    team: Team, clip: Clip
) -> None:
    reading = hand_in(team, clip, team.expert)
    decide(team.colleague, reading, "return", remark="Too wide.")
    hand_in(team, clip, team.expert, frame=4)
    kept = steps(reading)
    SetTransition.objects.all().delete()
    migration = import_module("annotation.migrations.0014_steps_so_far")
    migration.steps_so_far(apps, None)
    assert steps(reading) == kept
    migration.steps_so_far(apps, None)
    assert steps(reading) == kept
