"""Which labels a snapshot holds where several have read a clip."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from annotation.models import AnnotationSet, Assignment, Clip, SetState
from annotation.selectors import label_maps
from annotation.services.consensus_open import consensus_open
from annotation.services.consensus_settle import consensus_settle
from annotation.services.consensus_sign import consensus_sign
from fascicle.errors import InvalidInput
from tests.annotation.agreement.readings import box, drawn, read
from tests.factories import Team, client_of, make_clip, make_team
from tests.training.runs.phantom_project import SIDE, accept, phantom_team
from training.datasets.soft import read_soft
from training.models import DatasetSnapshot
from training.services import snapshot_freeze
from training.services.manifest import manifest_frames
from training.services.snapshot_materialise import snapshot_materialise

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def clips(team: Team) -> list[Clip]:
    """Two subjects; both experts' readings of both clips are accepted."""
    made = [make_clip(team, subject=f"S-{number}", frame_count=4) for number in (1, 2)]
    for clip in made:
        for reader, left in ((team.expert, 10), (team.colleague, 14)):
            read(clip, reader, drawn(team.structures[0], {0: box(left), 1: box(left)}))
    AnnotationSet.objects.update(state=SetState.ACCEPTED)
    return made


def freeze(team: Team, **body: Any) -> Any:
    sent = {"project": str(team.project.pk), **body}
    return client_of(team.admin).post("/api/snapshots/", sent, content_type="application/json")


def sets_of(snapshot: DatasetSnapshot) -> set[Any]:
    return {frame.annotation_set_id for frame in manifest_frames(snapshot.manifest)}


def test_one_readers_work_alone_is_frozen(team: Team, clips: list[Clip]) -> None:
    answer = freeze(team, labels="reader", reader=str(team.colleague.pk))
    assert answer.status_code == 201, answer.content
    snapshot = DatasetSnapshot.objects.get(pk=answer.json()["id"])
    theirs = AnnotationSet.objects.filter(author=team.colleague)
    assert sets_of(snapshot) == {row.pk for row in theirs}
    assert snapshot.manifest["labels"] == "reader"
    nameless = freeze(team, labels="reader")
    assert (nameless.status_code, nameless.json()["fields"]) == (
        400,
        {"reader": ["Required for one reader."]},
    )
    assert DatasetSnapshot.objects.count() == 1


def test_only_signed_consensus_is_frozen_where_that_is_wanted(
    team: Team, clips: list[Clip]
) -> None:
    refused = freeze(team, labels="consensus")
    assert (refused.status_code, refused.json()["detail"]) == (400, "No consensus is signed yet.")
    made = []
    for clip in clips:
        row = consensus_open(clip=clip, actor=team.admin)
        readings = list(AnnotationSet.objects.filter(clip=clip, purpose="reader"))
        consensus_settle(
            consensus=row, readings=readings, blend="staple", structure=team.structures[0],
            first_frame=0, last_frame=1, actor=team.admin, base_revision=0,
            idempotency_key=uuid4(),
        )  # fmt: skip
        made.append(consensus_sign(consensus=row, actor=team.admin, revision=1).pk)
    snapshot = snapshot_freeze(project=team.project, actor=team.admin, labels="consensus")
    assert sets_of(snapshot) == set(made)


def test_soft_labels_name_every_reading_of_a_frame_with_its_revision(
    team: Team, clips: list[Clip]
) -> None:
    plain = snapshot_freeze(project=team.project, actor=team.admin)
    soft = snapshot_freeze(project=team.project, actor=team.admin, labels="soft")
    assert soft.sha256 != plain.sha256
    frames = manifest_frames(soft.manifest)
    assert len(frames) == 4
    for frame in frames:
        readings = AnnotationSet.objects.filter(clip_id=frame.clip_id)
        assert set(frame.voices) == {(row.pk, 1) for row in readings}
    assert all(frame.voices == () for frame in manifest_frames(plain.manifest))
    assert "labels" not in plain.manifest


def test_the_files_of_soft_labels_are_the_mean_of_the_readers(tmp_path: Path) -> None:
    team = phantom_team()
    clips = [accept(team, seed) for seed in (1, 2)]
    structure = team.structures[0]
    read(clips[0], team.admin, drawn(structure, {0: box(8), 1: box(8)}))
    AnnotationSet.objects.update(state=SetState.ACCEPTED)
    snapshot = snapshot_freeze(project=team.project, actor=team.admin, labels="soft")
    folder = snapshot_materialise(snapshot, tmp_path / "data", report=lambda *_: None)
    made = sorted(path.stem for path in (folder / "soft").iterdir())
    both = [frame for frame in manifest_frames(snapshot.manifest) if len(frame.voices) == 2]
    assert made == sorted(frame.stem for frame in both)
    assert [frame.frame_index for frame in both] == [0, 1]  # the third has one reader
    for frame in both:
        height, width = SIDE, SIDE
        shares = read_soft(folder / "soft" / f"{frame.stem}.png", 1, (height, width))[..., 0]
        maps = [next(label_maps(set_id, [frame.frame_index]))[1] for set_id, _ in frame.voices]
        mean = np.mean([one == structure.channel for one in maps], axis=0)
        assert np.abs(shares / 255 - mean).max() < 0.003
        assert 128 in shares  # where one of two says so
    AnnotationSet.objects.filter(author=team.admin).update(revision=9)
    with pytest.raises(InvalidInput, match="is now at revision 9"):
        snapshot_materialise(snapshot, tmp_path / "again", report=lambda *_: None)
    assert not (tmp_path / "again").exists()


def test_the_preview_and_the_list_tell_of_the_labels(team: Team, clips: list[Clip]) -> None:
    client = client_of(team.expert)
    url = f"/api/snapshots/preview/?project={team.project.pk}"
    assert client.get(url).json()["frame_count"] == 4
    assert client.get(f"{url}&labels=consensus").json()["frame_count"] == 0
    assert client.get(f"{url}&labels=reader").json()["frame_count"] == 0
    one = client.get(f"{url}&labels=reader&reader={team.expert.pk}").json()
    assert (one["frame_count"], one["subject_count"]) == (4, 2)
    assert client.get(f"{url}&labels=other").status_code == 400
    assert freeze(team).json()["labels"] == "accepted"
    assert freeze(team, labels="soft").json()["labels"] == "soft"
    listed = client.get(f"/api/snapshots/?project={team.project.pk}").json()["results"]
    assert [row["labels"] for row in listed] == ["soft", "accepted"]


def train(team: Team, *told: str) -> dict[str, Any]:
    """What the command line starts; its row."""
    said = StringIO()
    call_command(
        "train", "--project", team.project.name, "--recipe", "tiny", "--folds", "2", "--epochs",
        "1", "--seed", "5", "--json", *told, stdout=said,
    )  # fmt: skip
    row: dict[str, Any] = json.loads(said.getvalue())
    return row


def test_the_command_line_chooses_labels(team: Team, clips: list[Clip]) -> None:
    row = train(team, "--labels", "reader", "--reader", team.colleague.email.upper())
    assert row["labels"] == "reader"
    theirs = AnnotationSet.objects.filter(author=team.colleague)
    frozen = DatasetSnapshot.objects.get(pk=row["snapshot"])
    assert sets_of(frozen) == {one.pk for one in theirs}
    assert train(team)["labels"] == "accepted"
    for told, why in (
        (("--labels", "reader"), "Name the reader"),
        (("--reader", team.colleague.email), "Name the reader"),
        (("--labels", "reader", "--reader", "nobody@fascicle.example"), "Nobody here has"),
        (("--labels", "consensus"), "No consensus is signed"),
        (("--labels", "reader", "--reader", team.trainee.email), "Nothing of this reader"),
    ):
        with pytest.raises(CommandError, match=why):
            train(team, *told)
    assert DatasetSnapshot.objects.count() == 2


def test_who_can_be_learnt_from_is_told_with_how_much(team: Team, clips: list[Clip]) -> None:
    asked = {"project": str(team.project.pk)}
    address = "/api/snapshots/preview/"
    AnnotationSet.objects.filter(author=team.expert, clip=clips[0]).update(state=SetState.SUBMITTED)
    told = client_of(team.admin).get(address, asked).json()["readers"]
    assert told == [
        {"id": str(team.colleague.pk), "name": str(team.colleague), "clip_count": 2},
        {"id": str(team.expert.pk), "name": str(team.expert), "clip_count": 1},
    ]
    AnnotationSet.objects.update(state=SetState.SUBMITTED)
    assert client_of(team.admin).get(address, asked).json()["readers"] == []


def test_who_reads_blinded_is_not_told_who_else_has_read(team: Team, clips: list[Clip]) -> None:
    for clip in clips:
        Assignment.objects.create(
            project=team.project, clip=clip, assignee=team.expert, assigned_by=team.admin,
            task="annotate", is_blinded_to_readers=True,
        )  # fmt: skip
    told = client_of(team.expert).get("/api/snapshots/preview/", {"project": str(team.project.pk)})
    assert [each["name"] for each in told.json()["readers"]] == [str(team.expert)]
