"""What hidden re-reads and checks found: measured by itself, for admins alone, traceable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotation.models import (
    AnnotationSet,
    Assignment,
    CheckFinding,
    Clip,
    Decision,
    Procedure,
    SetState,
    Structure,
)
from annotation.services.review_decide import review_decide
from annotation.services.set_open import set_open
from fascicle.accounts.models import Membership, User
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.tasks import run
from tests.annotation.agreement.readings import box, drawn, read, unseen, write
from tests.annotation.review.blind import assign, post
from tests.factories import Team, client_of, make_clip, make_team

pytestmark = pytest.mark.django_db

KIND = "checks_measure"
OVERLAP_16_OF_20 = 0.8  # two squares of 20 pixels, one moved by 4: 2 * 16 / (20 + 20)


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def clip(team: Team) -> Clip:
    return make_clip(team, subject="S-1", frame_count=4)


def plant(team: Team, clip: Clip, kind: str, who: User, *, by: User | None = None) -> None:
    """Through the front door, as the assign dialog does."""
    AnnotationSet.objects.filter(clip=clip, author=who).update(
        submitted_at=timezone.now() - timedelta(days=30)
    )
    made = post(
        client_of(by or team.admin), "/api/assignments/checks/", project=str(team.project.pk),
        clips=[str(clip.pk)], people=[str(who.pk)], check_kind=kind,
    )  # fmt: skip
    assert made.json()["made_count"] == 1, made.content


def do_the_work() -> None:
    """What a worker would do with the jobs that wait."""
    for job in Job.objects.filter(kind=KIND, state=JobState.QUEUED):
        run(str(job.pk))
        job.refresh_from_db()
        assert job.state == JobState.DONE, job.error


def overview(who: User, team: Team) -> Any:
    return client_of(who).get(f"/api/reader-checks/?project={team.project.pk}")


def findings(who: User, team: Team, reader: User) -> dict[str, Any]:
    answer = client_of(who).get(f"/api/reader-checks/{reader.pk}/?project={team.project.pk}")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def kind_of(found: dict[str, Any], kind: str) -> dict[str, Any]:
    [one] = [each for each in found["kinds"] if each["check_kind"] == kind]
    return dict(one)


def accepted(team: Team, clip: Clip, ops: list[dict[str, Any]]) -> AnnotationSet:
    """The colleague's reading, which the admin accepts: a truth."""
    row = read(clip, team.colleague, ops)
    review_decide(
        annotation_set=row, actor=team.admin, decision=Decision.ACCEPT, remark="",
        revision=row.revision,
    )  # fmt: skip
    row.refresh_from_db()
    return row


def test_a_reread_is_compared_with_what_the_reader_said_alone(team: Team, clip: Clip) -> None:
    nerve = team.structures[0]
    first = read(clip, team.expert, drawn(nerve, {0: box(10), 3: box(10)}))
    write(first, team.colleague, drawn(team.structures[1], {0: box(40)}))  # a reviewer's correction
    plant(team, clip, "reread", team.expert)
    again = read(clip, team.expert, drawn(nerve, {0: box(14), 3: box(10)}))
    assert not CheckFinding.objects.exists()
    do_the_work()
    finding = CheckFinding.objects.get()
    assert (finding.reference_id, finding.reference_revision) == (first.pk, 1)
    assert (finding.reading_id, finding.reading_revision) == (again.pk, 1)
    [reader] = overview(team.admin, team).json()["results"]
    assert (reader["person"]["name"], reader["pending"]) == ("Expert", 0)
    assert kind_of(reader, "reread")["measured"] == 1
    found = findings(team.admin, team, team.expert)
    reread = kind_of(found, "reread")
    assert (reread["frames"], reread["subjects"], reread["done"]) == (4, 1, 1)
    own = {each["channel"]: each for each in reread["structures"]}
    # the outline moves back from 14 to 10 in steps of 4/3 pixels, drawn as whole pixels
    [point] = found["checks"]
    assert point["dice"][nerve.code] == own[nerve.channel]["figures"]["dice"]
    assert OVERLAP_16_OF_20 < own[nerve.channel]["figures"]["dice"] < 1
    assert own[nerve.channel]["intervals"]["dice"] is None  # one subject says nothing of others
    assert own[team.structures[1].channel]["figures"]["dice"] is None
    assert own[team.structures[1].channel]["neither"] == 4
    assert point["sha256"] == finding.sha256
    worst = found["worst"][0]
    assert (worst["frame"], worst["structure"]) == (0, nerve.code)
    assert worst["dice"] == pytest.approx(OVERLAP_16_OF_20)
    assert (worst["hd95_px"], worst["hd95_mm"]) == (4.0, None)  # the scale is not known


def test_distances_are_millimetres_where_the_scale_is_known(team: Team, clip: Clip) -> None:
    Clip.objects.filter(pk=clip.pk).update(microns_per_pixel=250.0)
    accepted(team, clip, drawn(team.structures[0], {0: box(10)}))
    plant(team, clip, "ground_truth", team.expert)
    read(clip, team.expert, drawn(team.structures[0], {0: box(14)}))
    do_the_work()
    found = findings(team.admin, team, team.expert)
    assert found["worst"][0]["hd95_mm"] == pytest.approx(1.0)
    whole = kind_of(found, "ground_truth")["structures"][-1]
    assert whole["channel"] is None
    assert whole["figures"]["hd95_mm"] == pytest.approx(1.0)


def test_a_check_against_the_truth_counts_what_was_missed_and_what_was_seen_too_much(
    team: Team, clip: Clip
) -> None:
    nerve, vessel = team.structures[0], team.structures[1]
    truth = accepted(team, clip, drawn(nerve, {0: box(10), 1: box(10)}) + unseen(vessel, 0, 1))
    plant(team, clip, "ground_truth", team.expert)
    read(clip, team.expert, drawn(vessel, {0: box(40), 1: box(40)}))
    do_the_work()
    found = findings(team.admin, team, team.expert)
    [point] = found["checks"]
    assert (point["state"], point["reference"]) == ("measured", str(truth.pk))
    assert point["reference_by"] == "Colleague"
    own = {one["channel"]: one for one in kind_of(found, "ground_truth")["structures"]}
    assert (own[nerve.channel]["only_first"], own[nerve.channel]["only_second"]) == (2, 0)
    assert (own[vessel.channel]["only_first"], own[vessel.channel]["only_second"]) == (0, 2)
    assert own[None]["figures"]["dice"] == own[None]["figures"]["f1"] == 0.0
    assert {row["state"] for row in found["worst"]} == {"first", "second"}


def test_a_truth_that_was_accepted_anew_is_measured_anew_when_asked(team: Team, clip: Clip) -> None:
    truth = accepted(team, clip, drawn(team.structures[0], {0: box(10)}))
    plant(team, clip, "ground_truth", team.expert)
    read(clip, team.expert, drawn(team.structures[0], {0: box(14)}))
    do_the_work()
    reopened = post(
        client_of(team.admin), f"/api/annotation-sets/{truth.pk}/reopen/", reason="Too far left."
    )
    assert reopened.status_code == 200, reopened.content
    write(truth, team.admin, drawn(team.structures[1], {0: box(40)}))
    [point] = findings(team.admin, team, team.expert)["checks"]
    assert point["is_stale"] is False  # what is being changed is no truth yet
    review_decide(
        annotation_set=truth, actor=team.admin, decision=Decision.ACCEPT, remark="", revision=2
    )
    found = findings(team.admin, team, team.expert)
    assert (found["pending"], found["checks"][0]["is_stale"]) == (1, True)
    asked = post(client_of(team.admin), "/api/reader-checks/measure/", project=str(team.project.pk))
    again = post(client_of(team.admin), "/api/reader-checks/measure/", project=str(team.project.pk))
    assert (asked.status_code, again.json()["id"]) == (202, asked.json()["id"])
    do_the_work()
    [point] = findings(team.admin, team, team.expert)["checks"]
    assert (point["is_stale"], point["reference_revision"]) == (False, 2)
    revisions = CheckFinding.objects.values_list("reference_revision", flat=True)
    assert set(revisions) == {1, 2}  # what was found before stays
    shas = CheckFinding.objects.values_list("sha256", flat=True)
    assert len(set(shas)) == 2


def test_measuring_twice_finds_the_same_and_keeps_it_once(team: Team, clip: Clip) -> None:
    accepted(team, clip, drawn(team.structures[0], {0: box(10)}))
    plant(team, clip, "ground_truth", team.expert)
    read(clip, team.expert, drawn(team.structures[0], {0: box(14)}))
    do_the_work()
    first = CheckFinding.objects.get()
    CheckFinding.objects.all().delete()
    post(client_of(team.admin), "/api/reader-checks/measure/", project=str(team.project.pk))
    do_the_work()
    assert CheckFinding.objects.get().sha256 == first.sha256
    post(client_of(team.admin), "/api/reader-checks/measure/", project=str(team.project.pk))
    do_the_work()
    assert CheckFinding.objects.count() == 1


def test_frames_that_nobody_shares_a_rejection_and_a_lost_truth_say_so(
    team: Team, clip: Clip
) -> None:
    rejected, lost = (make_clip(team, frame_count=4) for _ in range(2))
    for one in (clip, rejected, lost):
        accepted(team, one, drawn(team.structures[0], {0: box(10)}))
        plant(team, one, "ground_truth", team.expert)
    read(clip, team.expert, drawn(team.structures[0], {3: box(10)}))
    reason = [{"op": "clip.judge", "rejected": True, "reason": "No contact."}]
    read(rejected, team.expert, reason)
    read(lost, team.expert, drawn(team.structures[0], {0: box(10)}))
    Assignment.objects.filter(clip=lost).update(reference=None)
    do_the_work()
    found = findings(team.admin, team, team.expert)
    states = {one["clip"]: one["state"] for one in found["checks"]}
    assert states == {
        str(clip.pk): "nothing_shared",
        str(rejected.pk): "nothing_shared",
        str(lost.pk): "no_reference",
    }
    assert (found["worst"], found["pending"]) == ([], 0)
    assert kind_of(found, "ground_truth")["structures"] == []
    [reader] = overview(team.admin, team).json()["results"]
    assert kind_of(reader, "ground_truth")["figures"] is None


def test_only_admins_read_findings_and_of_their_own_only_what_they_have_handed_in(
    team: Team, clip: Clip
) -> None:
    accepted(team, clip, drawn(team.structures[0], {0: box(10)}))
    for person in (team.expert, team.colleague, team.trainee):
        assert overview(person, team).status_code == 403
        own = client_of(person).get(f"/api/reader-checks/{person.pk}/?project={team.project.pk}")
        assert own.status_code == 403
    for nobody in ("nonsense", str(team.stranger.pk)):
        address = f"/api/reader-checks/{nobody}/?project={team.project.pk}"
        assert client_of(team.admin).get(address).status_code == 404
    assert client_of(team.admin).get("/api/reader-checks/").status_code == 400
    chief = User.objects.create(email="chief@fascicle.example", name="Chief")
    Membership.objects.create(project=team.project, user=chief, role="admin")
    plant(team, clip, "ground_truth", chief)
    assert overview(chief, team).json()["results"] == []
    mine = findings(chief, team, chief)
    assert {one["open"] for one in mine["kinds"]} == {0}
    [told] = overview(team.admin, team).json()["results"]
    assert kind_of(told, "ground_truth")["open"] == 1
    read(clip, chief, drawn(team.structures[0], {0: box(14)}))
    do_the_work()
    assert [one["state"] for one in findings(chief, team, chief)["checks"]] == ["measured"]


def test_an_admin_reads_no_finding_on_a_clip_they_are_to_read_themselves(
    team: Team, clip: Clip
) -> None:
    accepted(team, clip, drawn(team.structures[0], {0: box(10)}))
    plant(team, clip, "ground_truth", team.expert)
    read(clip, team.expert, drawn(team.structures[0], {0: box(14)}))
    do_the_work()
    chief = User.objects.create(email="chief@fascicle.example", name="Chief")
    Membership.objects.create(project=team.project, user=chief, role="admin")
    assert len(findings(chief, team, team.expert)["checks"]) == 1
    assign(clip, chief)
    assert findings(chief, team, team.expert)["checks"] == []
    assert overview(chief, team).json()["results"] == []


def test_a_check_is_neither_reviewed_nor_corrected(team: Team, clip: Clip) -> None:
    accepted(team, clip, drawn(team.structures[0], {0: box(10)}))
    plant(team, clip, "ground_truth", team.expert)
    row = read(clip, team.expert, drawn(team.structures[0], {0: box(14)}))
    address = f"/api/annotation-sets/{row.pk}"
    colleague = client_of(team.colleague)
    assert colleague.get(f"{address}/").json()["is_reviewed"] is False
    refused = post(colleague, f"{address}/review/", decision="accept", revision=row.revision)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_reviewed")
    ops = drawn(team.structures[1], {0: box(40)})
    changed = post(
        colleague, f"{address}/save/", base_revision=1, ops=ops,
        idempotency_key="6e3f6a43-9a55-4d0e-9c57-0a0d1f0c8f11",
    )  # fmt: skip
    assert changed.status_code == 403
    row.refresh_from_db()
    assert (row.state, row.revision) == (SetState.SUBMITTED, 1)
    clip.refresh_from_db()
    assert clip.state == "accepted"


def test_a_reader_who_left_keeps_their_findings(team: Team, clip: Clip) -> None:
    accepted(team, clip, drawn(team.structures[0], {0: box(10)}))
    plant(team, clip, "ground_truth", team.expert)
    read(clip, team.expert, drawn(team.structures[0], {0: box(14)}))
    Membership.objects.filter(user=team.expert).delete()
    do_the_work()
    assert len(findings(team.admin, team, team.expert)["checks"]) == 1
    assert overview(team.expert, team).status_code == 404
    Clip.objects.filter(pk=clip.pk).update(deleted_at=timezone.now())
    assert findings(team.admin, team, team.expert)["checks"] == []


def test_a_check_is_due_when_the_rule_would_have_it_due(team: Team, clip: Clip) -> None:
    rule = {"readers_per_clip": 0, "read_within_days": 7}
    client_of(team.admin).put(f"/api/assignment-rules/{team.project.pk}/", rule, "application/json")
    accepted(team, clip, drawn(team.structures[0], {0: box(10)}))
    plant(team, clip, "ground_truth", team.expert)
    due = Assignment.objects.get(check_kind="ground_truth").due_on
    assert due == timezone.now().date() + timedelta(days=7)
    assert set_open(clip=clip, actor=team.expert).revision == 0


def test_a_structure_taken_off_the_procedure_stays_in_what_was_found(
    team: Team, clip: Clip
) -> None:
    nerve, other = team.structures[0], make_clip(team, subject="S-2", frame_count=4)
    for one in (clip, other):
        accepted(team, one, drawn(nerve, {0: box(10)}))
        plant(team, one, "ground_truth", team.expert)
    read(clip, team.expert, drawn(nerve, {0: box(14)}))
    do_the_work()
    read(other, team.expert, drawn(nerve, {0: box(14)}))
    elsewhere = Procedure.objects.exclude(pk=team.procedure.pk)[0]
    Structure.objects.filter(pk=nerve.pk).update(procedure=elsewhere, channel=200, code="taken-off")
    do_the_work()
    found = findings(team.admin, team, team.expert)
    states = {one["clip"]: one["dice"].get(nerve.code) for one in found["checks"]}
    assert states[str(clip.pk)] == pytest.approx(OVERLAP_16_OF_20)
    assert states[str(other.pk)] is None
    assert nerve.name in {one["name"] for one in found["structures"]}
    assert {row["structure"] for row in found["worst"]} == {nerve.code}
