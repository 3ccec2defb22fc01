"""Saving a set: revisions, repeats, stale bases, and who may."""

from __future__ import annotations

import io
from base64 import b64decode
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.geometry import decode_shape, shape_to_json
from annotation.models import AnnotationSet, Clip, Keyframe, Revision, Structure, Track
from annotation.services.set_open import set_open
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


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def stroke(team: Team, *, track: UUID | None = None, frame: int = 0) -> list[dict[str, Any]]:
    track = track or uuid4()
    return [
        {"op": "track.add", "track": str(track), "structure": str(team.structures[0].pk)},
        {"op": "keyframe.put", "track": str(track), "frame": frame, "shape": SQUARE},
    ]


def save(client: Client, reading: AnnotationSet, **body: Any) -> Any:
    sent = {"base_revision": 0, "idempotency_key": str(uuid4()), **body}
    return client.post(
        f"/api/annotation-sets/{reading.pk}/save/", sent, content_type="application/json"
    )


def test_a_stroke_becomes_a_revision_and_comes_back_as_drawn(
    team: Team, reading: AnnotationSet
) -> None:
    client = client_of(team.expert)
    answer = save(client, reading, ops=stroke(team, frame=3))
    assert answer.status_code == 200, answer.content
    assert answer.json()["revision"] == 1
    read = client.get(f"/api/annotation-sets/{reading.pk}/").json()
    [track] = read["tracks"]
    [keyframe] = track["keyframes"]
    assert keyframe["frame"] == 3
    assert keyframe["source"] == "drawn"
    assert keyframe["shape"]["points"] == SQUARE["points"]
    [line] = client.get(f"/api/annotation-sets/{reading.pk}/revisions/").json()
    assert line["summary"] == "Blood vessel in frame 3"


def test_packed_shapes_say_the_same_as_plain_ones(team: Team, reading: AnnotationSet) -> None:
    client = client_of(team.expert)
    mask = {"kind": "mask", "x": 3, "y": 4, "width": 5, "height": 1, "counts": [0, 5]}
    url = f"/api/annotation-sets/{reading.pk}/"
    queries = []
    for base, shape in enumerate([SQUARE, mask, {"kind": "absent"}, {**SQUARE, "kind": "spline"}]):
        ops = stroke(team, frame=base + 1)
        ops[-1]["shape"] = shape
        save(client, reading, ops=ops, base_revision=base)
        with CaptureQueriesContext(connection) as counted:
            client.get(url)
        queries.append(len(counted))
    assert len(set(queries)) == 1
    empty = [{"op": "track.add", "track": str(uuid4()), "structure": ops[0]["structure"]}]
    save(client, reading, ops=empty, base_revision=4)

    plain, packed = (client.get(url, {"shapes": word}).json() for word in ("", "packed"))
    assert {k["shape"]["kind"] for t in plain["tracks"] for k in t["keyframes"]} == {
        "polygon", "spline", "mask", "absent",
    }  # fmt: skip
    for track in packed["tracks"]:
        columns = track.pop("packed")
        stored = io.BytesIO(b64decode(columns["shapes"]))
        shapes = [shape_to_json(decode_shape(stored.read(size))) for size in columns["sizes"]]
        assert stored.read() == b""
        names = ("frame", "source", "confidence", "revision")
        lists = [columns[f"{name}s"] for name in names]
        track["keyframes"] = [
            dict(zip(names, row, strict=True)) | {"shape": shape}
            for *row, shape in zip(*lists, shapes, strict=True)
        ]
    assert packed == plain


def test_the_same_key_again_gets_the_same_answer_and_changes_nothing(
    team: Team, reading: AnnotationSet
) -> None:
    client = client_of(team.expert)
    body = {"ops": stroke(team), "idempotency_key": str(uuid4())}
    first = save(client, reading, **body)
    again = save(client, reading, **body)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert Revision.objects.filter(annotation_set=reading).count() == 1
    assert Keyframe.objects.filter(track__annotation_set=reading).count() == 1


def test_a_stale_base_gets_what_it_missed_and_saves_nothing(
    team: Team, reading: AnnotationSet
) -> None:
    client = client_of(team.expert)
    ops = stroke(team)
    save(client, reading, ops=ops)
    refused = save(client, reading, ops=stroke(team, frame=5), base_revision=0)
    assert refused.status_code == 409
    body = refused.json()
    assert body["code"] == "stale_revision"
    assert body["fields"]["revision"] == 1
    [missed] = body["fields"]["revisions"]
    assert missed["ops"][0] == ops[0]
    assert Keyframe.objects.filter(track__annotation_set=reading).count() == 1


@pytest.mark.parametrize(
    ("ops", "sentence"),
    [
        ([], "empty"),
        ("nonsense", "must be a list"),
        ([{"op": "explode", "track": str(uuid4())}], "not a known operation"),
        ([{"op": "keyframe.put", "track": "x", "frame": 0}], "must be a UUID"),
        (
            [{"op": "keyframe.put", "track": str(uuid4()), "frame": -1, "shape": SQUARE}],
            "frame index",
        ),
        (
            [{"op": "keyframe.put", "track": str(uuid4()), "frame": 0, "shape": {"kind": "blob"}}],
            "kind of a shape",
        ),
        (
            [{"op": "keyframe.put", "track": str(uuid4()), "frame": 0, "shape": SQUARE}],
            "not in the set",
        ),
        (
            [{"op": "track.add", "track": str(uuid4()), "structure": str(uuid4())}],
            "does not belong",
        ),
    ],
)
def test_operations_that_cannot_be_applied_are_refused_in_words(
    team: Team, reading: AnnotationSet, ops: Any, sentence: str
) -> None:
    refused = save(client_of(team.expert), reading, ops=ops)
    assert refused.status_code == 400
    assert sentence in refused.json()["detail"]
    reading.refresh_from_db()
    assert reading.revision == 0
    assert not Track.objects.filter(annotation_set=reading).exists()


def test_a_frame_beyond_the_clip_is_refused_whole(team: Team, reading: AnnotationSet) -> None:
    refused = save(client_of(team.expert), reading, ops=stroke(team, frame=10))
    assert refused.status_code == 400
    assert "last frame, 9" in refused.json()["detail"]
    assert not Track.objects.filter(annotation_set=reading).exists()


def test_a_track_of_another_set_cannot_be_touched(
    team: Team, clip: Clip, reading: AnnotationSet
) -> None:
    theirs = set_open(clip=clip, actor=team.colleague)
    track = uuid4()
    save(client_of(team.colleague), theirs, ops=stroke(team, track=track))
    refused = save(client_of(team.expert), reading, ops=stroke(team, track=track))
    assert refused.status_code == 400
    assert Track.objects.get(pk=track).annotation_set_id == theirs.pk
    assert Keyframe.objects.get(track=track).author_id == team.colleague.pk


def test_nobody_else_saves_into_a_set(team: Team, reading: AnnotationSet) -> None:
    for person, status in [
        (team.colleague, 404),  # another person's draft is not even visible
        (team.admin, 404),
        (team.trainee, 404),
        (team.stranger, 404),
    ]:
        answer = save(client_of(person), reading, ops=stroke(team))
        assert answer.status_code == status, person
    assert save(Client(), reading, ops=stroke(team)).status_code == 401
    assert Revision.objects.count() == 0


def test_an_expert_who_left_the_project_saves_nothing(team: Team, reading: AnnotationSet) -> None:
    team.project.memberships.filter(user=team.expert).delete()
    assert save(client_of(team.expert), reading, ops=stroke(team)).status_code == 404
    assert Revision.objects.count() == 0


def test_delete_and_undo_of_a_track_in_one_batch(team: Team, reading: AnnotationSet) -> None:
    client = client_of(team.expert)
    track = uuid4()
    save(client, reading, ops=stroke(team, track=track, frame=2))
    gone_and_back = [
        {"op": "track.delete", "track": str(track)},
        *stroke(team, track=track, frame=7),
    ]
    answer = save(client, reading, ops=gone_and_back, base_revision=1)
    assert answer.status_code == 200, answer.content
    frames = Keyframe.objects.filter(track=track).values_list("frame_index", flat=True)
    assert list(frames) == [7]


def test_an_earlier_revision_comes_back_as_a_new_one(team: Team, reading: AnnotationSet) -> None:
    client = client_of(team.expert)
    first, second = uuid4(), uuid4()
    save(client, reading, ops=stroke(team, track=first, frame=1))
    save(client, reading, ops=stroke(team, track=second, frame=2), base_revision=1)
    save(client, reading, ops=[{"op": "track.delete", "track": str(first)}], base_revision=2)
    body = {"number": 1, "base_revision": 3, "idempotency_key": str(uuid4())}
    url = f"/api/annotation-sets/{reading.pk}/restore/"
    answer = client.post(url, body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["revision"] == 4
    again = client.post(url, body, content_type="application/json")
    assert again.json() == answer.json()
    [track] = Track.objects.filter(annotation_set=reading)
    assert track.pk == first
    assert [k.frame_index for k in track.keyframes.all()] == [1]


def test_the_queries_of_a_save_do_not_grow_with_its_size(
    team: Team, reading: AnnotationSet, django_assert_max_num_queries: Any
) -> None:
    client = client_of(team.expert)
    save(client, reading, ops=stroke(team))
    track = uuid4()
    ops = stroke(team, track=track)
    ops += [
        {"op": "keyframe.put", "track": str(track), "frame": f % 10, "shape": SQUARE}
        for f in range(200)
    ]
    with django_assert_max_num_queries(9):  # with BEGIN and COMMIT, which are savepoints here
        answer = save(client, reading, ops=ops, base_revision=1)
    assert answer.status_code == 200


def test_a_key_used_again_on_a_newer_base_gets_its_first_answer(
    team: Team, reading: AnnotationSet
) -> None:
    client, key = client_of(team.expert), str(uuid4())
    first = save(client, reading, ops=stroke(team), idempotency_key=key)
    again = save(client, reading, ops=stroke(team, frame=4), idempotency_key=key, base_revision=1)
    assert (again.status_code, again.json()) == (200, first.json())
    assert Keyframe.objects.filter(track__annotation_set=reading).count() == 1
    reading.refresh_from_db()
    assert reading.revision == 1


def test_nothing_is_saved_for_a_deleted_clip(
    team: Team, clip: Clip, reading: AnnotationSet
) -> None:
    Clip.objects.filter(pk=clip.pk).update(deleted_at=timezone.now())
    assert save(client_of(team.expert), reading, ops=stroke(team)).status_code == 404
    assert Revision.objects.count() == 0


def test_a_structure_that_is_new_since_the_last_save_is_known(
    team: Team, reading: AnnotationSet
) -> None:
    client = client_of(team.expert)
    save(client, reading, ops=stroke(team))
    added = Structure.objects.create(
        procedure=team.procedure, code="new", name="New nerve", kind="nerve", channel=99
    )
    ops = stroke(team)
    ops[0]["structure"] = str(added.pk)
    assert save(client, reading, ops=ops, base_revision=1).status_code == 200
    line = Revision.objects.get(annotation_set=reading, number=2)
    assert line.summary == "New nerve in frame 0"
