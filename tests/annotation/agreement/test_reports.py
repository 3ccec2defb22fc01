"""Agreement reports: who may ask, what they are made from, and what happens around them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import (
    AgreementBasis,
    AgreementReport,
    AnnotationSet,
    Assignment,
    Clip,
    Decision,
    SetState,
)
from annotation.services.agreement_start import agreement_start
from annotation.services.review_decide import review_decide
from annotation.services.set_open import set_open
from annotation.services.set_submit import set_submit
from fascicle.accounts.models import Membership
from fascicle.errors import InvalidInput
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_cancel
from fascicle.jobs.tasks import run
from tests.annotation.agreement.readings import box, drawn, made_report, read, unseen, write
from tests.factories import Team, client_of, make_clip, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def clips(team: Team) -> list[Clip]:
    """Two clips of two subjects; expert and colleague read both, 5 and 10 columns apart."""
    made = [make_clip(team, subject=f"S-{number}", frame_count=4) for number in (1, 2)]
    nerve, vessel = team.structures[0], team.structures[1]
    for clip, shift in zip(made, (5, 10), strict=True):
        read(clip, team.expert, drawn(nerve, {0: box(10), 3: box(10)}))
        theirs = drawn(nerve, {0: box(10 + shift), 3: box(10 + shift)})
        read(clip, team.colleague, theirs + unseen(vessel, 0, 3))
    return made


def get(client: Client, report: AgreementReport, rest: str = "", **query: Any) -> Any:
    answer = client.get(f"/api/agreement-reports/{report.pk}/{rest}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def figures_of(report: AgreementReport, place: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = report.figures["structures"][place]["figures"]
    return found


def test_a_report_says_what_was_compared_and_at_which_revisions(
    team: Team, clips: list[Clip]
) -> None:
    report = made_report(team)
    told = get(client_of(team.admin), report)
    # 15 and 10 of 20 columns are shared
    assert told["figures"]["structures"][0]["figures"]["dice"] == pytest.approx((0.75 + 0.5) / 2)
    assert told["figures"]["structures"][1]["neither"] == 8
    assert [each["name"] for each in told["readers"]] == ["Colleague", "Expert"]
    assert {each["revision"] for each in told["readings"]} == {1}
    assert len(told["readings"]) == 4
    assert (told["moved_on"], told["is_stale"]) == (0, False)
    assert [each["id"] for each in told["clips"]] == [str(clip.pk) for clip in clips]


def test_the_same_revisions_give_the_same_numbers_and_later_ones_make_a_report_stale(
    team: Team, clips: list[Clip]
) -> None:
    before = made_report(team)
    assert made_report(team).sha256 == before.sha256
    theirs = AnnotationSet.objects.get(clip=clips[0], author=team.colleague)
    review_decide(
        annotation_set=theirs, actor=team.expert, decision=Decision.RETURN, remark="Look.",
        revision=theirs.revision,
    )  # fmt: skip
    write(theirs, team.colleague, drawn(team.structures[0], {0: box(40), 3: box(40)}))
    set_submit(annotation_set=theirs, actor=team.colleague, revision=2)
    told = get(client_of(team.admin), before)
    assert (told["moved_on"], told["is_stale"]) == (1, True)
    after = made_report(team)
    assert after.sha256 != before.sha256
    first = made_report(team, basis=AgreementBasis.FIRST)
    assert first.figures == before.figures  # replayed from the history
    assert get(client_of(team.admin), first)["is_stale"] is False


def test_a_job_begun_before_a_set_moved_on_still_counts_the_revision_it_was_asked_for(
    team: Team, clips: list[Clip]
) -> None:
    before = made_report(team)
    job = agreement_start(project=team.project, actor=team.admin)
    theirs = AnnotationSet.objects.get(clip=clips[0], author=team.colleague)
    AnnotationSet.objects.filter(pk=theirs.pk).update(state=SetState.RETURNED)
    write(theirs, team.colleague, drawn(team.structures[0], {0: box(40), 3: box(40)}))
    run(str(job.pk))
    assert AgreementReport.objects.get(pk=job.target_id).sha256 == before.sha256


def test_drafts_rejected_clips_and_clips_of_one_reader_are_not_compared(team: Team) -> None:
    nerve = team.structures[0]
    alone, drafted, rejected = (make_clip(team, subject=f"S-{n}") for n in range(3))
    for clip in (alone, drafted, rejected):
        read(clip, team.expert, drawn(nerve, {0: box(10)}))
    write(set_open(clip=drafted, actor=team.colleague), team.colleague, drawn(nerve, {0: box(9)}))
    read(rejected, team.colleague, [{"op": "clip.judge", "rejected": True, "reason": "Blurred."}])
    with pytest.raises(InvalidInput, match="No clip has been read by two"):
        agreement_start(project=team.project, actor=team.admin)
    assert not AgreementReport.objects.exists()
    assert not Job.objects.filter(kind="agreement_report").exists()


def test_a_reader_who_left_the_project_stays_in_what_was_read(
    team: Team, clips: list[Clip]
) -> None:
    before = made_report(team)
    job = agreement_start(project=team.project, actor=team.admin)
    Membership.objects.filter(project=team.project, user=team.colleague).delete()
    run(str(job.pk))
    assert AgreementReport.objects.get(pk=job.target_id).sha256 == before.sha256
    assert made_report(team).sha256 == before.sha256
    answer = client_of(team.colleague).get(f"/api/agreement-reports/{before.pk}/")
    assert answer.status_code == 404


def test_a_clip_deleted_half_way_is_left_out_and_all_of_them_end_the_job(
    team: Team, clips: list[Clip]
) -> None:
    first, second = (agreement_start(project=team.project, actor=team.admin) for _ in range(2))
    clips[1].deleted_at = timezone.now()
    clips[1].save()
    run(str(first.pk))
    assert figures_of(AgreementReport.objects.get(pk=first.target_id))["dice"] == 0.75
    Clip.objects.update(deleted_at=timezone.now())
    run(str(second.pk))
    second.refresh_from_db()
    assert (second.state, second.error) == (
        "failed",
        "All clips of this report were deleted meanwhile.",
    )
    assert not AgreementReport.objects.filter(pk=second.target_id).exists()


def test_a_structure_taken_off_the_procedure_stays_in_the_reports_that_name_it(
    team: Team, clips: list[Clip]
) -> None:
    report = made_report(team)
    gone = team.structures[-1]
    gone.delete()
    told = get(client_of(team.admin), report)
    assert told["structures"][-1]["code"] == gone.code
    assert told["figures"]["structures"][-2]["neither"] == 8
    assert len(made_report(team).structures) == len(told["structures"]) - 1


def test_a_cancelled_report_leaves_nothing_in_the_list(
    team: Team, clips: list[Clip], django_capture_on_commit_callbacks: Any
) -> None:
    job = agreement_start(project=team.project, actor=team.admin)
    with django_capture_on_commit_callbacks(execute=True):
        job_cancel(job=job, actor=team.admin)
    listed = client_of(team.admin).get("/api/agreement-reports/", {"project": team.project.pk})
    assert listed.json()["results"] == []


def test_a_reader_who_is_blinded_sees_no_report_of_the_clip_until_handing_in(
    team: Team, clips: list[Clip]
) -> None:
    report = made_report(team)
    assignment = Assignment.objects.create(
        project=team.project, clip=clips[0], assignee=team.admin, assigned_by=team.expert,
        task="annotate", is_blinded_to_readers=True,
    )  # fmt: skip
    blinded = client_of(team.admin)
    for path in ("", "disagreements/", "breakdown/?by=clip"):
        answer = blinded.get(f"/api/agreement-reports/{report.pk}/{path}")
        assert answer.status_code == 404
    asked = blinded.get("/api/agreement-reports/comparable/", {"project": team.project.pk})
    assert [clip["id"] for clip in asked.json()["clips"]] == [str(clips[1].pk)]
    assert made_report(team, team.admin).clips[0]["id"] == str(clips[1].pk)
    read(clips[0], team.admin, drawn(team.structures[0], {0: box(10)}))
    assignment.refresh_from_db()
    assert get(blinded, report)["sha256"] == report.sha256


def test_the_worst_frames_and_breakdowns_are_narrowed_to_what_was_asked(
    team: Team, clips: list[Clip]
) -> None:
    report = made_report(team)
    client, nerve = client_of(team.expert), team.structures[0].code
    worst = get(client, report, "disagreements/", limit=4)["results"]
    assert {row["clip"] for row in worst} == {str(clips[1].pk)}
    assert [row["dice"] for row in worst] == [0.5] * 4
    only = get(client, report, "disagreements/", clip=str(clips[0].pk), structure=nerve)["results"]
    assert {(row["clip"], row["dice"]) for row in only} == {(str(clips[0].pk), 0.75)}
    by_subject = get(client, report, "breakdown/", by="subject", structure=nerve)["results"]
    assert [(row["name"], row["figures"]["dice"]) for row in by_subject] == [
        ("S-1", 0.75),
        ("S-2", 0.5),
    ]
    frames = get(client, report, "breakdown/", by="frame", clip=str(clips[0].pk))["results"]
    assert [row["name"] for row in frames] == ["0", "1", "2", "3"]
    unknown = client.get(f"/api/agreement-reports/{report.pk}/breakdown/?by=frame")
    assert (unknown.status_code, unknown.json()["fields"]) == (400, {"clip": ["Required."]})


def test_lists_ask_the_same_number_of_queries_for_one_report_and_for_three(
    team: Team, clips: list[Clip], django_assert_num_queries: Any
) -> None:
    made_report(team)
    client = client_of(team.admin)
    path = f"/api/agreement-reports/?project={team.project.pk}"
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(path)
    made_report(team), made_report(team)
    with django_assert_num_queries(len(one)):
        assert len(client.get(path).json()["results"]) == 3
