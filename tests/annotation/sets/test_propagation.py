"""Carrying a shape on: who may, what comes back, stopping and being done with it."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from annotation import propagation_refiners
from annotation.frames.chunk_file import write_chunk
from annotation.models import AnnotationSet, Assignment, Chunk, PropagatedShape, Propagation, Track
from annotation.propagation import RefinedRegion
from annotation.services.set_open import set_open
from annotation.services.set_submit import set_submit
from fascicle.jobs import tasks
from fascicle.jobs.models import Job, JobState
from tests.annotation.sets.test_save import client_of, save, stroke
from tests.factories import Team, make_clip, make_team

pytestmark = pytest.mark.django_db
SIDE, FRAMES = 64, 6
SQUARE = {"kind": "polygon", "points": [[16, 16], [40, 16], [40, 40], [16, 40]]}


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def reading(team: Team) -> AnnotationSet:
    """A set on a clip whose texture moves one pixel to the right a frame."""
    clip = make_clip(team, frame_count=FRAMES, width=SIDE, height=SIDE)
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 255, (24, 24), dtype=np.uint8))
    texture = np.asarray(coarse.resize((SIDE + FRAMES, SIDE), Image.Resampling.BICUBIC))
    pngs = []
    for step in range(FRAMES):
        stream = io.BytesIO()
        part = texture[:, FRAMES - step : FRAMES - step + SIDE]
        Image.fromarray(np.ascontiguousarray(part)).save(stream, "PNG")
        pngs.append(stream.getvalue())
    Chunk.objects.filter(clip=clip).delete()
    content = write_chunk(0, pngs)
    key = default_storage.save(f"test/{uuid4().hex}", ContentFile(content))
    Chunk.objects.create(
        clip=clip,
        number=0,
        first_frame=0,
        frame_count=FRAMES,
        storage_key=key,
        byte_size=len(content),
    )
    return set_open(clip=clip, actor=team.expert)


def start(who: Any, team: Team, reading: AnnotationSet, **body: Any) -> Any:
    sent = {
        "annotation_set": str(reading.pk), "track": str(uuid4()),
        "structure": str(team.structures[0].pk), "shape": SQUARE, "source_frame": 0,
        "last_frame": FRAMES - 1, **body,
    }  # fmt: skip
    return client_of(who).post("/api/propagations/", sent, "application/json")


def run_of(answer: Any) -> Propagation:
    assert answer.status_code == 201, answer.content
    row = Propagation.objects.get(pk=answer.json()["id"])
    tasks.run(str(row.job_id))
    return row


def read(who: Any, row: Propagation, after: int = 0) -> dict[str, Any]:
    answer = client_of(who).get(f"/api/propagations/{row.pk}/?after={after}")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_shapes_come_back_frame_by_frame_and_the_set_stays_as_it_was(
    team: Team, reading: AnnotationSet
) -> None:
    row = run_of(start(team.expert, team, reading))
    told = read(team.expert, row)
    assert told["state"] == "done"
    assert [one["distance"] for one in told["shapes"]] == [1, 2, 3, 4, 5]
    assert all(0.5 < one["confidence"] <= 1 for one in told["shapes"])
    moved = np.array(told["shapes"][-1]["shape"]["points"]) - np.array(SQUARE["points"])
    assert np.abs(moved - [5, 0]).max() < 1.5
    assert [one["distance"] for one in read(team.expert, row, after=3)["shapes"]] == [4, 5]
    reading.refresh_from_db()
    assert reading.revision == 0
    assert not Track.objects.exists()


def test_a_shape_is_carried_backwards(team: Team, reading: AnnotationSet) -> None:
    row = run_of(start(team.expert, team, reading, source_frame=5, last_frame=2))
    told = read(team.expert, row)
    assert [one["distance"] for one in told["shapes"]] == [1, 2, 3]
    moved = np.array(told["shapes"][-1]["shape"]["points"]) - np.array(SQUARE["points"])
    assert np.abs(moved - [-3, 0]).max() < 1.5


def test_a_killed_attempt_that_runs_again_doubles_nothing(
    team: Team, reading: AnnotationSet
) -> None:
    row = run_of(start(team.expert, team, reading))
    Job.objects.filter(pk=row.job_id).update(state=JobState.QUEUED, lease_until=None)
    tasks.run(str(row.job_id))
    assert PropagatedShape.objects.filter(propagation=row).count() == FRAMES - 1
    assert read(team.expert, row)["state"] == "done"


def test_a_new_one_takes_the_place_of_the_one_still_open(
    team: Team, reading: AnnotationSet
) -> None:
    first = start(team.expert, team, reading).json()
    second = start(team.expert, team, reading).json()
    answer = client_of(team.expert).get(f"/api/propagations/?annotation_set={reading.pk}")
    assert [row["id"] for row in answer.json()["results"]] == [second["id"]]
    assert first["id"] != second["id"]
    assert Job.objects.filter(kind="track_propagate", state=JobState.CANCELLED).count() == 1


def test_cancelling_keeps_what_has_come_and_closing_throws_it_away(
    team: Team, reading: AnnotationSet
) -> None:
    row = run_of(start(team.expert, team, reading))
    client = client_of(team.expert)
    assert client.post(f"/api/propagations/{row.pk}/cancel/").status_code == 204
    assert len(read(team.expert, row)["shapes"]) == FRAMES - 1
    assert client.delete(f"/api/propagations/{row.pk}/").status_code == 204
    assert not PropagatedShape.objects.exists()
    assert client.get(f"/api/propagations/{row.pk}/").status_code == 404


def test_a_waiting_one_that_is_cancelled_never_runs(team: Team, reading: AnnotationSet) -> None:
    made = start(team.expert, team, reading).json()
    client_of(team.expert).post(f"/api/propagations/{made['id']}/cancel/")
    row = Propagation.objects.get(pk=made["id"])
    tasks.run(str(row.job_id))
    told = read(team.expert, row)
    assert (told["state"], told["shapes"]) == ("cancelled", [])


@pytest.mark.parametrize(
    "body",
    [
        {"last_frame": FRAMES},
        {"last_frame": 0},
        {"shape": {"kind": "absent"}},
        {"shape": {"kind": "polygon", "points": [[500, 500], [510, 500], [510, 510]]}},
        {"structure": str(uuid4())},
        {"shape": 3},
    ],
)
def test_what_cannot_be_carried_is_refused(
    team: Team, reading: AnnotationSet, body: dict[str, Any]
) -> None:
    answer = start(team.expert, team, reading, **body)
    assert answer.status_code == 400, answer.content
    assert not Job.objects.filter(kind="track_propagate").exists()


def test_only_its_author_has_shapes_carried_and_sees_them(
    team: Team, reading: AnnotationSet
) -> None:
    row = run_of(start(team.expert, team, reading))
    for person in (team.admin, team.colleague, team.trainee, team.stranger):
        assert start(person, team, reading).status_code == 404
        assert client_of(person).get(f"/api/propagations/{row.pk}/").status_code == 404
        assert client_of(person).delete(f"/api/propagations/{row.pk}/").status_code == 404
    assert Propagation.objects.filter(pk=row.pk).exists()


def test_a_registered_model_is_asked_by_project_and_structure(
    team: Team, reading: AnnotationSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[UUID, str]] = []

    class Model:
        def refine(self, frame: Any) -> RefinedRegion:
            seen = np.zeros(frame.shape, dtype=bool)
            seen[18:44, 18:44] = True
            return RefinedRegion(seen, 0.9)

    def finder(project: UUID, code: str) -> Model:
        asked.append((project, code))
        return Model()

    monkeypatch.setattr(propagation_refiners, "_finders", [finder])
    row = run_of(start(team.expert, team, reading, last_frame=1))
    assert asked == [(team.project.pk, team.structures[0].code)]
    assert Job.objects.get(pk=row.job_id).result["is_refined"] is True


def test_a_reviewer_carries_shapes_on_in_the_reading_they_correct(
    team: Team, reading: AnnotationSet
) -> None:
    mine = start(team.expert, team, reading).json()
    assert start(team.colleague, team, reading).status_code == 404  # a draft is its author's
    draw_and_submit(team, reading)
    row = run_of(start(team.colleague, team, reading))
    assert [one["distance"] for one in read(team.colleague, row)["shapes"]] == [1, 2, 3, 4, 5]
    assert Propagation.objects.filter(pk=mine["id"]).exists()  # the author's own is not closed
    for person in (team.expert, team.admin):
        assert client_of(person).get(f"/api/propagations/{row.pk}/").status_code == 404
        assert client_of(person).delete(f"/api/propagations/{row.pk}/").status_code == 404
    refused = start(team.expert, team, reading)  # handed in: it is not the author's to change
    assert (refused.status_code, refused.json()["code"]) == (409, "not_open")
    again = start(team.colleague, team, reading, source_frame=5, last_frame=3)
    assert not Propagation.objects.filter(pk=row.pk).exists()
    client = client_of(team.colleague)
    assert client.delete(f"/api/propagations/{again.json()['id']}/").status_code == 204
    AnnotationSet.objects.filter(pk=reading.pk).update(state="accepted")
    assert start(team.colleague, team, reading).json()["code"] == "not_open"


def test_nobody_carries_shapes_on_in_a_reading_that_measures_its_reader(
    team: Team, reading: AnnotationSet
) -> None:
    draw_and_submit(team, reading)
    Assignment.objects.create(
        project=team.project, clip=reading.clip, assignee=team.expert, task="annotate",
        annotation_set=reading, check_kind="ground_truth", is_blinded_to_readers=True,
        state="done", closed_at=timezone.now(),
    )  # fmt: skip
    assert start(team.colleague, team, reading).status_code == 403
    assert not Propagation.objects.exists()


def draw_and_submit(team: Team, reading: AnnotationSet) -> None:
    saved = save(client_of(team.expert), reading, ops=stroke(team, frame=0), base_revision=0)
    assert saved.status_code == 200, saved.content
    reading.refresh_from_db()
    set_submit(annotation_set=reading, actor=team.expert, revision=reading.revision)
