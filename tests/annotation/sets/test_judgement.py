"""Judging frames, structures and the clip, and what training makes of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from annotation.models import AnnotationSet, Clip, Decision
from annotation.selectors import accepted_frames, label_maps
from annotation.services.review_decide import review_decide
from annotation.services.set_open import set_open
from annotation.services.set_submit import set_submit
from tests.factories import Team, make_clip, make_team

pytestmark = pytest.mark.django_db

SQUARE = {"kind": "polygon", "points": [[10, 10], [30, 10], [30, 30], [10, 30]]}


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def clip(team: Team) -> Clip:
    return make_clip(team)


@pytest.fixture
def reading(team: Team, clip: Clip) -> AnnotationSet:
    return set_open(clip=clip, actor=team.expert)


class Author:
    """The expert at the API of their set."""

    def __init__(self, team: Team, reading: AnnotationSet) -> None:
        self.client = Client()
        self.client.force_login(team.expert)
        self.url = f"/api/annotation-sets/{reading.pk}/"
        self.revision = 0

    def save(self, *ops: dict[str, Any]) -> Any:
        body = {
            "base_revision": self.revision,
            "idempotency_key": str(uuid4()),
            "ops": list(ops),
        }
        answer = self.client.post(f"{self.url}save/", body, content_type="application/json")
        if answer.status_code == 200:
            self.revision = answer.json()["revision"]
        return answer

    def judgement(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(self.url).json()["judgement"]
        return found


@pytest.fixture
def author(team: Team, reading: AnnotationSet) -> Author:
    return Author(team, reading)


def unseen(structure: object, first: int, last: int, *, visible: bool | None = False) -> Any:
    return {
        "op": "structure.judge", "structure": str(structure), "frame": first, "to_frame": last,
        "visible": visible,
    }  # fmt: skip


def test_judgements_come_back_as_they_were_made(team: Team, author: Author) -> None:
    note, structure = str(uuid4()), str(team.structures[0].pk)
    answer = author.save(
        {"op": "frame.judge", "frame": 2, "quality": "poor"},
        {"op": "frame.judge", "frame": 3, "quality": "good"},
        unseen(structure, 1, 4),
        {"op": "clip.judge", "rejected": True, "reason": "The probe was not on the arm."},
        {"op": "note.put", "note": note, "frame": None, "text": "Ask about the side."},
    )
    assert answer.status_code == 200, answer.content
    assert author.judgement() == {
        "quality": [{"frame": 2, "quality": "poor"}, {"frame": 3, "quality": "good"}],
        "not_visible": [{"structure": structure, "frame": 1, "to_frame": 4}],
        "rejected": {"reason": "The probe was not on the arm."},
        "notes": [{"id": note, "frame": None, "text": "Ask about the side."}],
    }
    author.save(
        {"op": "frame.judge", "frame": 2, "quality": None},
        unseen(structure, 2, 2, visible=None),
        {"op": "clip.judge", "rejected": False, "reason": ""},
        {"op": "note.delete", "note": note},
    )
    assert author.judgement() == {
        "quality": [{"frame": 3, "quality": "good"}],
        "not_visible": [
            {"structure": structure, "frame": 1, "to_frame": 1},
            {"structure": structure, "frame": 3, "to_frame": 4},
        ],
        "rejected": None,
        "notes": [],
    }


def test_spans_that_touch_become_one(team: Team, author: Author) -> None:
    structure = str(team.structures[0].pk)
    author.save(unseen(structure, 0, 2))
    author.save(unseen(structure, 5, 6))
    author.save(unseen(structure, 3, 4))
    assert author.judgement()["not_visible"] == [
        {"structure": structure, "frame": 0, "to_frame": 6}
    ]


def test_restoring_a_revision_restores_its_judgements(team: Team, author: Author) -> None:
    author.save(
        unseen(team.structures[0].pk, 1, 4), {"op": "frame.judge", "frame": 0, "quality": "good"}
    )
    before = author.judgement()
    author.save(
        unseen(team.structures[0].pk, 0, 9, visible=None),
        {"op": "frame.judge", "frame": 0, "quality": "poor"},
        {"op": "clip.judge", "rejected": True, "reason": "Too dark."},
        {"op": "note.put", "note": str(uuid4()), "frame": 1, "text": "?"},
    )
    assert author.judgement() != before
    answer = author.client.post(
        f"{author.url}restore/",
        {"number": 1, "base_revision": 2, "idempotency_key": str(uuid4())},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    assert author.judgement() == before


@pytest.mark.parametrize(
    ("op", "sentence"),
    [
        ({"op": "frame.judge", "frame": 0, "quality": "fine"}, "quality must be"),
        ({"op": "frame.judge", "frame": 10, "quality": "good"}, "last frame, 9"),
        ({"op": "clip.judge", "rejected": True, "reason": " "}, "some words"),
        ({"op": "note.put", "note": str(uuid4()), "frame": 77, "text": "x"}, "last frame, 9"),
        ({"op": "note.put", "note": str(uuid4()), "frame": None, "text": ""}, "some words"),
        (unseen(uuid4(), 1, 2), "does not belong"),
        (unseen(uuid4(), 3, 2), "must not lie before"),
        (unseen(uuid4(), 1, 2, visible=True), "must be false"),
    ],
)
def test_a_judgement_that_cannot_be_is_refused_in_words(
    author: Author, op: dict[str, Any], sentence: str
) -> None:
    refused = author.save(op)
    assert refused.status_code == 400
    assert sentence in refused.json()["detail"]


def accept(team: Team, reading: AnnotationSet, author: Author) -> None:
    row = set_submit(annotation_set=reading, actor=team.expert, revision=author.revision)
    review_decide(
        annotation_set=row, actor=team.colleague, decision=Decision.ACCEPT, remark="",
        revision=author.revision,
    )  # fmt: skip


def test_a_frame_judged_empty_is_trained_on_as_empty(
    team: Team, reading: AnnotationSet, author: Author
) -> None:
    track, structure = str(uuid4()), str(team.structures[0].pk)
    author.save(
        {"op": "track.add", "track": track, "structure": structure},
        *({"op": "keyframe.put", "track": track, "frame": f, "shape": SQUARE} for f in (0, 4)),
        unseen(structure, 2, 2),
        unseen(structure, 8, 9),
        {"op": "frame.judge", "frame": 1, "quality": "usable"},
    )
    accept(team, reading, author)
    frames = accepted_frames(team.project.pk)
    code = team.structures[0].code
    assert [(frame.frame_index, frame.structure_codes) for frame in frames] == [
        (0, (code,)), (1, (code,)), (2, ()), (3, (code,)), (4, (code,)), (8, ()), (9, ()),
    ]  # fmt: skip
    assert [frame.quality for frame in frames][:2] == [None, "usable"]
    empty = {index: not labels.any() for index, labels in label_maps(reading.pk)}
    assert empty == {0: False, 1: False, 2: True, 3: False, 4: False, 8: True, 9: True}


def test_a_shape_drawn_on_a_frame_judged_empty_is_kept(
    team: Team, reading: AnnotationSet, author: Author
) -> None:
    track, structure = str(uuid4()), str(team.structures[0].pk)
    author.save(
        unseen(structure, 0, 9),
        {"op": "track.add", "track": track, "structure": structure},
        {"op": "keyframe.put", "track": track, "frame": 3, "shape": SQUARE},
    )
    shown = [index for index, labels in label_maps(reading.pk) if labels.any()]
    assert shown == [3]


def test_a_rejected_clip_is_submitted_and_never_trained_on(
    team: Team, reading: AnnotationSet, author: Author
) -> None:
    author.save({"op": "clip.judge", "rejected": True, "reason": "Another limb."})
    accept(team, reading, author)
    assert accepted_frames(team.project.pk) == []
