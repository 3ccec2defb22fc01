"""What readers reach among themselves, as a run's report shows it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from annotation.models import AgreementReport, Clip, ClipState
from tests.factories import Team, make_clip, make_team
from training.services.readers_ceilings import readers_ceilings

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


def test_the_newest_report_on_accepted_clips_gives_the_ceiling() -> None:
    team = make_team()
    read, being_read = make_clip(team), make_clip(team)
    Clip.objects.filter(pk=read.pk).update(state=ClipState.ACCEPTED)
    report(team, [read], 0.70)
    report(team, [read], 0.81)
    report(team, [read, being_read], 0.99)  # someone has that clip before them still
    [ceiling] = readers_ceilings(team.project.pk, ["vessel", "bone"])
    assert (ceiling.code, ceiling.dice, ceiling.frames) == ("vessel", 0.81, 10)
    assert readers_ceilings(team.project.pk, ["bone"]) == ()
    assert readers_ceilings(make_team().project.pk, ["vessel"]) == ()


def test_a_structure_that_no_reader_drew_has_no_ceiling() -> None:
    team = make_team()
    clip = make_clip(team)
    Clip.objects.filter(pk=clip.pk).update(state=ClipState.ACCEPTED)
    report(team, [clip], None)
    assert readers_ceilings(team.project.pk, ["vessel"]) == ()
