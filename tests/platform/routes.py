# ruff: noqa: E501  # one line a route
"""The table of every route and what each role gets there.

`test_role_matrix` fails when a route or method is missing here. To add one, add a line to ROUTES:

    Route("name-of-the-route", "METHOD", admin, expert, trainee, outsider, path=..., body=..., query=...)

with the status each role gets for a thing of project `world.team`; `path`, `body` and `query` are
functions of the world (see tests/platform/loop_world.py) that name that thing. The outsider is an
admin of another project: 404 for things, and lists that hold nothing of this project. Without a
log-in every route answers 401, but for those in OPEN.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from fascicle.accounts.models import User
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create
from tests.factories import client_of
from tests.platform.loop_world import SQUARE, World, drawing

Of = Callable[[World], Any]


@dataclass(frozen=True)
class Route:
    """A route and method, and the status for each role."""

    name: str
    method: str
    admin: int
    expert: int
    trainee: int
    outsider: int
    path: Of = field(default=lambda w: {})
    body: Of | None = None
    query: Of = field(default=lambda w: {})
    is_form: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.method


OPEN = {("health", "GET"), ("device-pair", "POST")}


def estimate_query(w: World) -> dict[str, Any]:
    sizes = {"frame_count": 40, "fold_count": 4, "epoch_count": 10}
    return {"project": str(w.team.project.pk), "recipe": "tiny", **sizes}


def of_project(w: World) -> dict[str, str]:
    return {"project": str(w.team.project.pk)}


def pk(attribute: str, **more: Any) -> Of:
    return lambda w: {"pk": getattr(w, attribute).pk, **more}


def in_project(**more: Any) -> Of:
    return lambda w: {**of_project(w), **more}


def on_submitted(**more: Any) -> Of:
    return lambda w: {"annotation_set": str(w.submitted.pk), **more}


def save_body(w: World) -> dict[str, Any]:
    return {
        "base_revision": w.draft.revision,
        "idempotency_key": str(uuid4()),
        "ops": drawing(w.team),
    }


def settle_body(w: World) -> dict[str, Any]:
    return {
        "structure": str(w.team.structures[0].pk),
        "first_frame": 0,
        "last_frame": 0,
        "readings": [str(each.annotation_set_id) for each in w.agreement.readings.all()],
        "blend": "majority",
        "base_revision": 0,
        "idempotency_key": str(uuid4()),
    }


def restore_body(w: World) -> dict[str, Any]:
    return {"number": 0, "base_revision": w.draft.revision, "idempotency_key": str(uuid4())}


def propagation_body(w: World) -> dict[str, Any]:
    return {
        "annotation_set": str(w.draft.pk),
        "track": str(uuid4()),
        "structure": str(w.team.structures[0].pk),
        "shape": SQUARE,
        "source_frame": 0,
        "last_frame": 1,
    }


def review_body(w: World) -> dict[str, Any]:
    return {"decision": "accept", "remark": "", "revision": w.submitted.revision}


def assign_body(w: World) -> dict[str, Any]:
    people = [str(w.team.admin.pk)]
    return {**of_project(w), "clips": [str(w.clip.pk)], "people": people, "task": "annotate"}


def check_body(w: World) -> dict[str, Any]:
    return {**assign_body(w), "check_kind": "reread"}


def course_body(w: World) -> dict[str, Any]:
    wanted = {"clips": [str(w.question.clip_id)], "structures": [str(w.question.structure_id)]}
    return {**of_project(w), **wanted, "title": "New", "level": "novice", "modes": ["find"]}


def question_body(w: World) -> dict[str, Any]:
    asked = {"clip": str(w.question.clip_id), "structure": str(w.question.structure_id)}
    return {**asked, "mode": "delineate", "first_frame": 0}


def attempt_body(w: World) -> dict[str, Any]:
    return {"question": str(w.question.pk), "number": 1, "answer": w.attempt.answer}


def run_body(w: World) -> dict[str, Any]:
    sizes = {"recipe": "tiny", "fold_count": 2, "epoch_count": 1}
    return {**of_project(w), "snapshot": str(w.snapshot.pk), **sizes}


def look_of(w: World) -> Job:
    return job_create(
        kind="clip_preannotate", queue="predict", owner=w.team.expert, project=w.team.project,
        target_id=w.clip.pk, payload={"model_version": str(w.model.pk)},
    )  # fmt: skip


def upload_body(w: World) -> dict[str, Any]:
    return {
        **of_project(w),
        "subject": "S-1",
        "file": SimpleUploadedFile("clip.mp4", b"bytes", "video/mp4"),
    }


# fmt: off
ROUTES = [
    # the site itself
    Route("health", "GET", 503, 503, 503, 503),  # no worker runs beside this test
    Route("schema", "GET", 200, 200, 200, 200),
    Route("me", "GET", 200, 200, 200, 200),
    Route("preferences", "GET", 200, 200, 200, 200),
    Route("preferences", "PUT", 200, 200, 200, 200, body=lambda w: {"keys": {"tool.edit": ["w"]}}),
    # people
    Route("membership-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("membership-list", "POST", 201, 403, 403, 404, body=in_project(email="new@fascicle.example", role="expert")),
    Route("membership-detail", "PATCH", 200, 403, 403, 404, path=pk("membership"), body=lambda w: {"role": "expert"}),
    Route("membership-detail", "DELETE", 204, 403, 403, 404, path=pk("membership")),
    Route("token-list", "GET", 200, 200, 200, 200),
    Route("token-list", "POST", 201, 201, 201, 404, body=in_project(name="script")),
    Route("token-detail", "DELETE", 404, 204, 404, 404, path=pk("token")),  # the expert's
    Route("audit-list", "GET", 200, 200, 200, 200, query=of_project),
    # long work
    Route("job-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("job-detail", "GET", 200, 200, 404, 404, path=pk("job")),  # the expert's
    Route("job-cancel", "POST", 200, 200, 404, 404, path=pk("job")),
    # projects, subjects, clips
    Route("procedure-list", "GET", 200, 200, 200, 200),
    Route("procedure-detail", "GET", 200, 200, 200, 200, path=lambda w: {"pk": w.team.procedure.pk}),
    Route("project-list", "GET", 200, 200, 200, 200),
    Route("project-list", "POST", 403, 403, 403, 403, body=lambda w: {"name": "New", "procedure": "axillary"}),
    Route("project-detail", "GET", 200, 200, 200, 404, path=lambda w: {"pk": w.team.project.pk}),
    Route("project-detail", "PATCH", 200, 403, 403, 404, path=lambda w: {"pk": w.team.project.pk}, body=lambda w: {"name": "New"}),
    Route("project-storage", "GET", 200, 200, 200, 404, path=lambda w: {"pk": w.team.project.pk}),
    Route("project-facets", "GET", 200, 200, 200, 404, path=lambda w: {"pk": w.team.project.pk}),
    Route("subject-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("subject-list", "POST", 201, 201, 403, 404, body=in_project(pseudonym="S-77")),
    Route("subject-detail", "GET", 200, 200, 200, 404, path=lambda w: {"pk": w.clip.subject_id}),
    Route("clip-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("clip-detail", "GET", 200, 200, 200, 404, path=pk("clip")),
    Route("clip-detail", "PATCH", 200, 200, 403, 404, path=pk("clip"), body=lambda w: {"label": "Left"}),
    Route("clip-detail", "DELETE", 204, 403, 403, 404, path=pk("clip")),
    Route("clip-restore", "POST", 200, 403, 403, 404, path=pk("clip")),
    Route("clip-bulk", "POST", 200, 403, 403, 404, body=lambda w: {"clips": [str(w.clip.pk)], "action": "delete"}),
    Route("clip-chunk", "GET", 200, 200, 200, 404, path=pk("clip", number=0)),
    Route("clip-frame", "GET", 200, 200, 200, 404, path=pk("clip", index=0)),
    Route("clip-frame-table", "GET", 200, 200, 200, 404, path=pk("clip")),
    Route("clip-thumbnail", "GET", 200, 200, 200, 404, path=pk("clip")),
    # uploads show pictures that are not de-identified: not for trainees
    Route("upload-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("upload-list", "POST", 202, 202, 403, 404, body=upload_body, is_form=True),
    Route("upload-detail", "GET", 200, 200, 404, 404, path=pk("upload")),
    Route("upload-detail", "PATCH", 412, 412, 404, 404, path=pk("upload")),  # without tus's header
    Route("upload-detail", "DELETE", 204, 204, 404, 404, path=pk("upload")),  # the expert's
    Route("upload-release", "POST", 202, 202, 404, 404, path=pk("upload"), body=lambda w: {"redaction": {}}),
    Route("upload-preview", "GET", 200, 200, 404, 404, path=pk("upload", number=0)),
    # exports leave the house: for experts and admins, each one's own
    Route("export-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("export-list", "POST", 202, 202, 403, 404, body=in_project()),
    Route("export-detail", "GET", 200, 200, 404, 404, path=pk("export")),  # the expert's
    Route("export-detail", "DELETE", 204, 204, 404, 404, path=pk("export")),
    Route("export-file", "GET", 409, 409, 404, 404, path=pk("export")),  # not made yet
    # agreement says what readers drew: not for trainees
    Route("agreement-report-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("agreement-report-list", "POST", 202, 202, 403, 404, body=in_project()),
    Route("agreement-report-detail", "GET", 200, 200, 404, 404, path=pk("agreement")),
    Route("agreement-report-comparable", "GET", 200, 200, 403, 404, query=of_project),
    Route("agreement-report-disagreements", "GET", 200, 200, 404, 404, path=pk("agreement")),
    Route("agreement-report-breakdown", "GET", 200, 200, 404, 404, path=pk("agreement"), query=lambda w: {"by": "subject"}),
    # a consensus is its adjudicator's, who has not read the clip
    Route("consensus-list", "POST", 200, 403, 403, 404, body=lambda w: {"clip": w.agreement.clips[0]["id"]}),
    Route("consensus-settle", "POST", 200, 404, 404, 404, path=pk("consensus"), body=settle_body),
    Route("consensus-sign", "POST", 400, 404, 404, 404, path=pk("consensus"), body=lambda w: {"revision": 0}),  # nothing is settled
    Route("consensus-reopen", "POST", 409, 404, 404, 404, path=pk("consensus"), body=lambda w: {"reason": "Why."}),
    # annotation sets; a draft is its author's alone, a submitted set is for reviewers
    Route("annotation-set-list", "GET", 200, 200, 200, 200, query=of_project),
    # a clip named in the body that one cannot see is as unknown as one that is not there
    Route("annotation-set-list", "POST", 200, 200, 403, 404, body=lambda w: {"clip": str(w.clip.pk)}),
    Route("annotation-set-detail", "GET", 200, 200, 404, 404, path=pk("submitted")),
    Route("annotation-set-issues", "POST", 201, 201, 404, 404, path=pk("submitted"), body=lambda w: {"frame_index": 0, "text": "There."}),
    Route("annotation-set-labels", "GET", 200, 200, 404, 404, path=pk("submitted", index=0)),
    Route("annotation-set-presence", "POST", 200, 200, 404, 404, path=pk("submitted"), body=lambda w: {"page": str(uuid4())}),
    Route("annotation-set-reopen", "POST", 409, 409, 404, 404, path=pk("submitted"), body=lambda w: {"reason": "Late."}),  # not accepted yet
    Route("annotation-set-restore", "POST", 404, 200, 404, 404, path=pk("draft"), body=restore_body),
    Route("annotation-set-review", "POST", 200, 200, 404, 404, path=pk("submitted"), body=review_body),
    Route("annotation-set-revisions", "GET", 200, 200, 404, 404, path=pk("submitted")),
    Route("annotation-set-revision", "GET", 200, 200, 404, 404, path=pk("submitted", number=1)),
    Route("annotation-set-save", "POST", 404, 200, 404, 404, path=pk("draft"), body=save_body),
    Route("annotation-set-submit", "POST", 404, 200, 404, 404, path=pk("draft"), body=lambda w: {"revision": w.draft.revision}),
    Route("propagation-list", "GET", 200, 200, 200, 200),
    Route("propagation-list", "POST", 404, 201, 404, 404, body=propagation_body),
    Route("propagation-detail", "GET", 404, 200, 404, 404, path=pk("propagation")),
    Route("propagation-detail", "DELETE", 404, 204, 404, 404, path=pk("propagation")),
    Route("propagation-cancel", "POST", 404, 204, 404, 404, path=pk("propagation")),
    Route("issue-resolve", "POST", 200, 200, 404, 404, path=pk("issue")),
    Route("issue-replies", "POST", 201, 201, 404, 404, path=pk("issue"), body=lambda w: {"text": "Done."}),
    Route("queue", "GET", 200, 200, 200, 404, query=of_project),
    Route("queue-assigned", "GET", 200, 200, 200, 404, query=of_project),
    # who reads what is for admins; everyone else sees what is theirs
    Route("assignment-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("assignment-list", "POST", 201, 403, 403, 404, body=assign_body),
    Route("assignment-checks", "POST", 201, 403, 403, 404, body=check_body),
    Route("assignment-detail", "PATCH", 200, 403, 404, 404, path=pk("assignment"), body=lambda w: {"due_on": None}),  # the expert's
    Route("assignment-withdraw", "POST", 200, 403, 404, 404, path=pk("assignment")),
    Route("assignment-rule", "GET", 200, 403, 403, 404, path=lambda w: {"project_id": w.team.project.pk}),
    Route("assignment-rule", "PUT", 200, 403, 403, 404, path=lambda w: {"project_id": w.team.project.pk}, body=lambda w: {}),
    # what checks found is for whoever organises the work
    Route("reader-check-list", "GET", 200, 403, 403, 404, query=of_project),
    Route("reader-check-detail", "GET", 200, 403, 403, 404, path=lambda w: {"pk": w.team.expert.pk}, query=of_project),
    Route("reader-check-measure", "POST", 202, 403, 403, 404, body=in_project()),
    Route("notice-list", "GET", 200, 200, 200, 200),
    Route("notice-count", "GET", 200, 200, 200, 200),
    Route("notice-read", "POST", 200, 200, 200, 200),
    Route("notice-mail", "GET", 200, 200, 200, 200),
    Route("notice-mail", "PUT", 200, 200, 200, 200, body=lambda w: {"is_mail_muted": True}),
    Route("active-time", "POST", 204, 204, 403, 404, path=pk("clip"), body=lambda w: {"seconds": 30}),
    Route("work-time", "GET", 200, 200, 200, 404, query=of_project),
    # models
    Route("model-version-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("model-version-detail", "GET", 200, 200, 200, 404, path=pk("model")),
    Route("model-version-promote", "POST", 200, 403, 403, 404, path=pk("first_model"), body=lambda w: {"alias": "live", "reason": "Best."}),
    Route("model-version-gate", "GET", 200, 200, 200, 404, path=pk("model"), query=lambda w: {"alias": "live"}),
    Route("model-export-list", "GET", 200, 200, 200, 200),
    Route("model-export-list", "POST", 202, 403, 403, 404, body=lambda w: {"model_version": str(w.model.pk)}),
    Route("model-export-detail", "GET", 200, 200, 404, 404, path=pk("model_export")),
    Route("model-export-file", "GET", 409, 409, 404, 404, path=pk("model_export")),  # not made
    Route("model-comparison", "GET", 200, 200, 403, 404, query=lambda w: {"first": str(w.first_model.pk), "second": str(w.model.pk)}),
    Route("alias-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("alias-rollback", "POST", 200, 403, 403, 404, body=lambda w: {"project": str(w.team.project.pk), "alias": "preannotate", "reason": "Worse.", "serving": str(w.model.pk)}),
    Route("preannotation-list", "POST", 202, 202, 403, 404, body=lambda w: {"clip": str(w.clip.pk)}),
    Route("preannotation-list", "GET", 200, 200, 200, 200),
    Route("preannotation-detail", "GET", 200, 200, 200, 404, path=lambda w: {"pk": look_of(w).pk}),
    Route("suggestion-list", "GET", 200, 200, 200, 200, query=of_project),
    # given while working on a set, here the colleague's that is reviewed
    Route("suggestion-answers", "GET", 200, 200, 404, 404, path=pk("suggestion"), query=on_submitted()),
    Route("suggestion-answers", "POST", 204, 204, 404, 404, path=pk("suggestion"), body=on_submitted(answers=[])),
    Route("suggestion-frames", "GET", 200, 200, 200, 404, path=pk("suggestion")),
    Route("doubt-map", "GET", 204, 204, 204, 404, path=pk("suggestion", frame=0)),
    Route("clip-ranks", "GET", 200, 200, 200, 404, query=of_project),
    Route("model-fare", "GET", 200, 200, 200, 404, path=pk("model")),
    Route("suggestion-scores", "GET", 200, 200, 200, 404, query=of_project),
    # live: trainees follow, experts and admins pair, command and record
    Route("device-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("device-detail", "DELETE", 204, 204, 404, 404, path=pk("device")),
    Route("device-codes", "POST", 201, 201, 403, 404, body=in_project()),
    Route("device-pair", "POST", 400, 400, 400, 400, body=lambda w: {"code": "AAAA-AAAA", "name": "Bridge"}),  # the code is the proof
    Route("live-session-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("live-session-publish-check", "POST", 401, 401, 401, 401, body=lambda w: {"source": "phantom"}),  # bridges only
    Route("live-session-publish", "POST", 401, 401, 401, 401, body=lambda w: {"source": "phantom"}),  # bridges only
    Route("live-session-detail", "GET", 200, 200, 200, 404, path=pk("session")),
    Route("live-session-ticket", "POST", 200, 200, 200, 404, path=pk("session")),
    Route("live-session-model", "POST", 200, 200, 403, 404, path=pk("session"), body=lambda w: {"is_off": True}),
    Route("live-session-end", "POST", 200, 200, 403, 404, path=pk("session")),
    Route("live-session-record", "POST", 409, 409, 403, 404, path=pk("session"), body=lambda w: {"subject": "S-1", "is_consent_noted": True}),  # one runs
    Route("recording-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("recording-detail", "GET", 200, 200, 200, 404, path=pk("recording")),
    Route("recording-stop", "POST", 200, 200, 403, 404, path=pk("recording")),
    # practice: teachers make and see all; trainees answer, and see their own
    Route("course-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("course-list", "POST", 201, 201, 403, 404, body=course_body),
    Route("course-detail", "GET", 200, 200, 200, 404, path=pk("course")),
    Route("course-detail", "PATCH", 200, 200, 403, 404, path=pk("course"), body=lambda w: {"state": "closed"}),
    Route("course-detail", "DELETE", 409, 409, 403, 404, path=pk("course")),  # answered in
    Route("course-questions", "GET", 200, 200, 403, 404, path=pk("course")),
    Route("course-questions", "POST", 201, 201, 403, 404, path=pk("course"), body=question_body),
    Route("course-enrolments", "GET", 200, 200, 403, 404, path=pk("course")),
    Route("course-enrolments", "POST", 200, 200, 403, 404, path=pk("course"), body=lambda w: {"people": [str(w.team.trainee.pk)]}),
    Route("course-join", "POST", 403, 403, 200, 404, path=pk("course")),
    Route("course-next", "GET", 404, 404, 200, 404, path=pk("course")),
    Route("course-certificate", "GET", 404, 404, 200, 404, path=pk("course")),
    Route("course-cohort", "GET", 200, 200, 403, 404, path=pk("course")),
    Route("question-detail", "PATCH", 200, 200, 404, 404, path=pk("question"), body=lambda w: {"note": "Below the artery."}),
    Route("question-detail", "DELETE", 409, 409, 404, 404, path=pk("question")),  # answered
    Route("enrolment-detail", "DELETE", 204, 204, 204, 404, path=pk("enrolment")),  # the trainee's
    Route("attempt-list", "POST", 403, 403, 201, 404, body=attempt_body),
    Route("attempt-detail", "GET", 404, 404, 200, 404, path=pk("attempt")),
    Route("practice-progress", "GET", 200, 200, 200, 200),
    # training
    Route("recipe-list", "GET", 200, 200, 200, 200),
    Route("snapshot-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("snapshot-list", "POST", 201, 403, 403, 404, body=in_project()),
    Route("snapshot-preview", "GET", 200, 200, 403, 404, query=of_project),
    Route("snapshot-detail", "GET", 200, 200, 404, 404, path=pk("snapshot")),
    Route("training-run-list", "GET", 200, 200, 200, 200, query=of_project),
    Route("training-run-list", "POST", 201, 403, 404, 404, body=run_body),  # snapshots are not for trainees
    Route("training-run-detail", "GET", 200, 200, 404, 404, path=pk("run")),
    Route("training-run-cancel", "POST", 200, 403, 404, 404, path=pk("run")),
    Route("training-run-estimate", "GET", 200, 200, 403, 404, query=estimate_query),
    Route("training-run-pause", "POST", 200, 403, 404, 404, path=pk("run")),
    Route("training-run-resume", "POST", 409, 403, 404, 404, path=pk("run")),  # not paused
    Route("training-run-retry", "POST", 409, 403, 404, 404, path=pk("run")),  # not failed
    Route("run-report", "GET", 200, 200, 404, 404, path=pk("run")),
    Route("run-report", "POST", 409, 409, 404, 404, path=pk("run")),  # the run is not done
    Route("run-report-html", "GET", 200, 200, 404, 404, path=pk("run")),
    Route("run-report-pdf", "GET", 200, 200, 404, 404, path=pk("run")),
    Route("run-report-figure", "GET", 200, 200, 404, 404, path=pk("run", name="bars")),
    Route("run-report-frame", "GET", 200, 200, 404, 404, path=pk("run", number=0)),
    Route("fold-predictions", "GET", 409, 409, 404, 404, path=pk("run", index=0)),
    Route("fold-log", "GET", 200, 200, 404, 404, path=pk("run", index=0)),
]
# fmt: on


def ask(client: Client, route: Route, world: World) -> Any:
    address = reverse(route.name, kwargs=route.path(world))
    if route.method == "GET":
        return client.get(address, route.query(world))
    body = route.body(world) if route.body else {}
    if route.is_form:
        return client.post(address, body)
    return client.generic(route.method, address, json.dumps(body), content_type="application/json")


def named(route: Route, world: World) -> set[str]:
    """Ids that whoever asks sends along, and so knows already."""
    body = route.body(world) if route.body else {}
    sent = [*route.path(world).values(), *body.values(), *route.query(world).values()]
    return {str(value) for value in sent}


def answer_to(user: User | None, route: Route, world: World) -> Any:
    """The answer, with everything that it changed undone."""
    client = client_of(user) if user else Client()
    with transaction.atomic():
        answer = ask(client, route, world)
        transaction.set_rollback(True)
    return answer
