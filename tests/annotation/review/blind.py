"""Two experts who read one clip without knowing of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.test import Client

from annotation.models import AnnotationSet, Assignment, Clip
from annotation.services.set_open import set_open
from annotation.services.set_submit import set_submit
from fascicle.accounts.models import User
from tests.annotation.sets.test_save import SQUARE, save, stroke
from tests.factories import Team, client_of, make_clip, make_team


@dataclass(frozen=True)
class BlindedPair:
    """A clip that the expert and the colleague of a team are to read blinded."""

    team: Team
    clip: Clip
    first: Assignment
    second: Assignment


def make_pair(**terms: Any) -> BlindedPair:
    """Both assignments open, blinded to readers unless `terms` say otherwise."""
    team = make_team()
    clip = make_clip(team)
    first, second = (assign(clip, person, **terms) for person in (team.expert, team.colleague))
    return BlindedPair(team, clip, first, second)


def assign(clip: Clip, person: User, **terms: Any) -> Assignment:
    """An open assignment to read the clip."""
    return Assignment.objects.create(
        project=clip.project, clip=clip, assignee=person, task="annotate",
        **{"is_blinded_to_readers": True, **terms},
    )  # fmt: skip


def draw(team: Team, clip: Clip, person: User, *, frame: int = 2) -> AnnotationSet:
    """A reading with one structure on `frame` and two after it, saved but not handed in."""
    row = set_open(clip=clip, actor=person)
    track = uuid4()
    ops = stroke(team, track=track, frame=frame)
    ops.append({"op": "keyframe.put", "track": str(track), "frame": frame + 2, "shape": SQUARE})
    saved = save(client_of(person), row, ops=ops, base_revision=row.revision)
    assert saved.status_code == 200, saved.content
    row.refresh_from_db()
    return row


def hand_in(team: Team, clip: Clip, person: User, *, frame: int = 2) -> AnnotationSet:
    """The same, handed in."""
    row = draw(team, clip, person, frame=frame)
    return set_submit(annotation_set=row, actor=person, revision=row.revision)


def post(client: Client, path: str, **body: Any) -> Any:
    """Send JSON."""
    return client.post(path, body, content_type="application/json")
