"""What readers reach among themselves, as a run's report shows it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from annotation.models import AgreementReport, Clip, ClipState
from tests.factories import Team, make_clip, make_team
from training.models import DatasetSnapshot
from training.reports.contents import ReadersDice
from training.services.readers_agreement import readers_agreement

pytestmark = pytest.mark.django_db


def report(team: Team, clips: list[Clip], dice: float | None) -> AgreementReport:
    row = {"channel": 1, "compared": 12, "neither": 2, "figures": {"dice": dice}}
    together = {**row, "channel": None}
    return AgreementReport.objects.create(
        project=team.project,
        structures=[{"channel": 1, "code": "vessel", "name": "Vessel", "colour": "#D55E00"}],
        clips=[{"id": str(clip.pk)} for clip in clips],
        figures={"structures": [row, together]},
        made_at=timezone.now(),
    )


def snapshot(team: Team, clips: list[Clip]) -> DatasetSnapshot:
    frames = [
        {
            "clip": str(clip.pk),
            "frame_index": 0,
            "frame_sha256": "",
            "annotation_set": str(clip.pk),
            "revision": 1,
            "group": "s",
            "structures": [],
        }
        for clip in clips
    ]
    return DatasetSnapshot(project=team.project, manifest={"frames": frames})


def accepted(team: Team) -> Clip:
    clip = make_clip(team)
    Clip.objects.filter(pk=clip.pk).update(state=ClipState.ACCEPTED)
    return clip


def test_the_newest_report_on_accepted_clips_is_taken() -> None:
    team = make_team()
    read, being_read = accepted(team), make_clip(team)
    report(team, [read], 0.70)
    report(team, [read], 0.81)
    report(team, [read, being_read], 0.99)  # someone has that clip before them still
    found = readers_agreement(snapshot(team, [read]), ["vessel", "bone"])
    assert found is not None
    assert found.structures == (ReadersDice("vessel", 0.81, 10),)
    assert readers_agreement(snapshot(team, [read]), ["bone"]) is None
    assert readers_agreement(snapshot(make_team(), []), ["vessel"]) is None


def test_a_structure_that_no_reader_drew_has_no_figure() -> None:
    team = make_team()
    clip = accepted(team)
    report(team, [clip], None)
    assert readers_agreement(snapshot(team, [clip]), ["vessel"]) is None


def test_it_says_how_many_of_the_clips_read_the_snapshot_has() -> None:
    team = make_team()
    clips = [accepted(team) for _ in range(3)]
    made = report(team, clips, 0.8)

    def source(shared: list[Clip]) -> str:
        found = readers_agreement(snapshot(team, shared), ["vessel"])
        assert found is not None
        assert found.source in found.words
        return found.source

    assert f"of {made.made_at:%Y-%m-%d}" in source(clips)
    assert "this snapshot has 2 of its 3 clips" in source(clips[:2])
    assert "this snapshot has all of its clips" in source(clips)
    assert "this snapshot has none of its clips" in source([accepted(team)])
