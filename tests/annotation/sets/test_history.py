"""Looking back: the stored operations, snapshots, earlier revisions, presence, random editors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from annotation.geometry import Absent, Shape, contour, decode_shape
from annotation.models import AnnotationSet, Clip, Keyframe, Revision, SetSnapshot
from annotation.operation_codec import decode_operations, encode_operations
from annotation.operations import (
    ClipJudge,
    FrameJudge,
    KeyframeDelete,
    KeyframePut,
    NoteDelete,
    NotePut,
    Operation,
    OperationError,
    StructureJudge,
    TrackAdd,
    TrackDelete,
    operation_to_json,
    parse_operations,
)
from annotation.selectors import history
from annotation.selectors.history import contents_at
from annotation.services.set_open import set_open
from annotation.services.set_save import set_save
from annotation.set_contents import SetContents, as_operations, difference, replay
from fascicle.errors import Conflict
from tests.factories import Team, make_clip, make_team

TRACKS = [UUID(int=number) for number in range(1, 4)]
NOTES = [UUID(int=number) for number in range(11, 13)]
FRAMES = st.integers(0, 9)
POINTS = st.lists(
    st.tuples(st.floats(-90, 90, width=32), st.floats(-90, 90, width=32)), min_size=3, max_size=5
)


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    if draw(st.booleans()):
        return Absent()
    points = draw(POINTS)
    return contour(draw(st.sampled_from(["spline", "polygon"])), points)


def operations(structures: list[UUID]) -> st.SearchStrategy[Operation]:
    tracks, words = st.sampled_from(TRACKS), st.text(st.characters(codec="utf-8"), min_size=1)
    confidence = st.none() | st.floats(0, 1)
    source = st.sampled_from(["drawn", "propagated"])
    spans = st.tuples(FRAMES, FRAMES).map(sorted)
    return st.one_of(
        tracks.map(lambda one: TrackAdd(one, structures[one.int % len(structures)])),
        st.builds(TrackDelete, tracks),
        st.builds(KeyframePut, tracks, FRAMES, shapes(), source, confidence),
        st.builds(KeyframePut, tracks, FRAMES, shapes(), source, confidence),
        st.builds(KeyframeDelete, tracks, FRAMES),
        st.builds(FrameJudge, FRAMES, st.sampled_from(["good", "usable", "poor", None])),
        st.builds(
            lambda one, span, flag: StructureJudge(one, span[0], span[1], flag),
            st.sampled_from(structures), spans, st.booleans(),
        ),
        st.builds(ClipJudge, st.none() | words.filter(lambda one: bool(one.strip()))),
        st.builds(NotePut, st.sampled_from(NOTES), st.none() | FRAMES, words),
        st.builds(NoteDelete, st.sampled_from(NOTES)),
    )  # fmt: skip


QUICK = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY = operations([UUID(int=21), UUID(int=22)])


@QUICK
@given(st.lists(ANY, max_size=10))
def test_stored_operations_come_back_as_they_were(given_ops: list[Operation]) -> None:
    stored = encode_operations(given_ops)
    assert decode_operations(stored) == given_ops


@QUICK
@given(st.lists(ANY, min_size=1, max_size=8), st.data())
def test_damaged_operations_are_refused_in_words(given_ops: list[Operation], data: Any) -> None:
    stored = encode_operations(given_ops)
    cut = data.draw(st.integers(0, len(stored) - 1))
    with pytest.raises(OperationError):
        decode_operations(stored[:cut])


@QUICK
@given(st.lists(ANY, max_size=12), st.lists(ANY, max_size=12))
def test_the_difference_of_two_sets_leads_from_one_to_the_other(
    first: list[Operation], second: list[Operation]
) -> None:
    now, wanted = replay(first), replay(second)
    assert replay(difference(now, wanted), now) == wanted
    assert replay(as_operations(wanted)) == wanted


@QUICK
@given(st.lists(ANY, min_size=1, max_size=8))
def test_the_json_of_operations_is_the_same_as_their_bytes(given_ops: list[Operation]) -> None:
    sensible = [op for op in given_ops if not _is_blank(op)]
    if sensible:
        assert parse_operations([operation_to_json(op) for op in sensible]) == sensible


def _is_blank(operation: Operation) -> bool:
    words = operation.text if isinstance(operation, NotePut) else ""
    reason = operation.reason if isinstance(operation, ClipJudge) else ""
    both = words + (reason or "")
    return (isinstance(operation, NotePut) and not words.strip()) or "\x00" in both


def stored_contents(reading: AnnotationSet) -> SetContents:
    """The set as its rows have it."""
    row = AnnotationSet.objects.get(pk=reading.pk)
    ops: list[Operation] = [TrackAdd(one.pk, one.structure_id) for one in row.tracks.all()]
    for one in Keyframe.objects.filter(track__annotation_set=row):
        shape = decode_shape(bytes(one.shape))
        ops.append(KeyframePut(one.track_id, one.frame_index, shape, one.source, one.confidence))
    ops += [FrameJudge(one.frame_index, one.quality) for one in row.frame_qualities.all()]
    for span in row.not_visible.all():
        ops.append(StructureJudge(span.structure_id, span.first_frame, span.last_frame, True))
    ops.append(ClipJudge(row.rejected_for or None))
    ops += [NotePut(one.pk, one.frame_index, one.text) for one in row.notes.all()]
    return replay(ops)


def sendable(now: SetContents, wanted: list[Operation]) -> list[Operation]:
    """What a page would send: operations that have something to act on."""
    state = replay(as_operations(now))
    kept: list[Operation] = []
    for operation in wanted:
        if isinstance(operation, KeyframePut | KeyframeDelete) and (
            operation.track not in state.tracks
        ):
            continue
        if _is_blank(operation):
            continue
        replay([operation], state)
        kept.append(operation)
    return kept


class RandomEditorsTest(TestCase):
    """Two pages of one person, over a network that repeats, reorders and drops."""

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_no_acknowledged_operation_is_missing_and_none_is_there_twice(self, data: Any) -> None:
        team = make_team()
        reading = set_open(clip=make_clip(team), actor=team.expert)
        strategy = st.lists(operations([one.pk for one in team.structures]), max_size=6)
        bases = [0, 0]  # the revision each page last saw
        flying: list[tuple[int, UUID, int, list[Operation]]] = []
        answered: dict[UUID, int] = {}
        sent: dict[UUID, list[Operation]] = {}
        stale_at: list[tuple[int, int, bool]] = []
        for _ in range(data.draw(st.integers(4, 14))):
            page = data.draw(st.integers(0, 1))
            batch = sendable(contents_at(reading.pk, bases[page]), data.draw(strategy))
            if batch:
                flying.append((page, uuid4(), bases[page], batch))
            if not flying:
                continue
            place = data.draw(st.integers(0, len(flying) - 1))  # reordered
            page, key, base, batch = flying[place]
            if data.draw(st.integers(0, 3)):  # else it arrives again later
                del flying[place]
            sent[key] = batch
            try:
                saved = set_save(
                    annotation_set=reading, actor=team.expert, base_revision=base,
                    idempotency_key=key, ops=[operation_to_json(one) for one in batch],
                )  # fmt: skip
            except Conflict as stale:
                stale_at.append((stale.fields["revision"], base, key in answered))
                bases[page] = stale.fields["revision"]
                continue
            assert answered.setdefault(key, saved.revision) == saved.revision
            if data.draw(st.booleans()):  # else the answer is lost
                bases[page] = max(bases[page], saved.revision)
        # a refusal names a newer revision, and what was answered once is never refused
        assert all(now > base and not known for now, base, known in stale_at)
        rows = list(Revision.objects.filter(annotation_set=reading))
        assert {row.idempotency_key: row.number for row in rows} == answered
        assert sorted(answered.values()) == list(range(1, len(answered) + 1))
        kept: list[Operation] = []
        for row in rows:
            assert decode_operations(bytes(row.operations)) == sent[row.idempotency_key]
            kept += decode_operations(bytes(row.operations))
        assert replay(kept) == stored_contents(reading)
        assert contents_at(reading.pk, len(rows)) == stored_contents(reading)


@pytest.fixture
def team(db: None) -> Team:
    return make_team()


@pytest.fixture
def clip(team: Team) -> Clip:
    return make_clip(team)


@pytest.fixture
def reading(team: Team, clip: Clip) -> AnnotationSet:
    return set_open(clip=clip, actor=team.expert)


@pytest.fixture
def snapshots_often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(history, "SNAPSHOT_EVERY", 5)
    return iter(())


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def squares(count: int, size: float) -> list[list[float]]:
    return [[float(count), 0.0], [size, 0.0], [size, size]]


@pytest.fixture
def twelve(team: Team, reading: AnnotationSet) -> AnnotationSet:
    """Twelve revisions: the same shape grows, frame after frame."""
    track = uuid4()
    for number in range(12):
        shape = {"kind": "polygon", "points": squares(number, 20.0 + number)}
        ops = [
            {"op": "track.add", "track": str(track), "structure": str(team.structures[0].pk)},
            {"op": "keyframe.put", "track": str(track), "frame": number % 10, "shape": shape},
        ]
        set_save(
            annotation_set=reading, actor=team.expert, base_revision=number,
            idempotency_key=uuid4(), ops=ops[0 if number == 0 else 1 :],
        )  # fmt: skip
    return reading


@pytest.mark.usefixtures("snapshots_often")
def test_every_revision_looks_the_same_with_and_without_snapshots(twelve: AnnotationSet) -> None:
    plain = [contents_at(twelve.pk, number) for number in range(5)]
    contents_at(twelve.pk, 12)
    assert SetSnapshot.objects.filter(annotation_set=twelve).count() >= 1
    assert [contents_at(twelve.pk, number) for number in range(5)] == plain
    for number in range(13):
        with_snapshots = contents_at(twelve.pk, number)
        rows = Revision.objects.filter(annotation_set=twelve, number__lte=number)
        ops = [op for row in rows for op in decode_operations(bytes(row.operations))]
        assert with_snapshots == replay(ops)


def test_an_earlier_revision_is_read_in_the_form_of_a_set(
    team: Team, twelve: AnnotationSet
) -> None:
    client = client_of(team.expert)
    url = f"/api/annotation-sets/{twelve.pk}/"
    now, last = client.get(url).json(), client.get(f"{url}revisions/12/").json()
    for row in (now, last):
        for keyframe in row["tracks"][0]["keyframes"]:
            del keyframe["revision"]
    assert last["tracks"] == now["tracks"]
    assert last["judgement"] == now["judgement"]
    third = client.get(f"{url}revisions/3/").json()
    assert [one["frame"] for one in third["tracks"][0]["keyframes"]] == [0, 1, 2]
    assert client.get(f"{url}revisions/0/").json()["tracks"] == []
    assert client.get(f"{url}revisions/13/").status_code == 404


def test_the_history_is_read_in_pages(
    team: Team, twelve: AnnotationSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotation.api.set_views.HISTORY_LINES", 5)
    client, url = client_of(team.expert), f"/api/annotation-sets/{twelve.pk}/revisions/"
    assert [one["number"] for one in client.get(url).json()] == [8, 9, 10, 11, 12]
    assert [one["number"] for one in client.get(f"{url}?before=8").json()] == [3, 4, 5, 6, 7]


def test_another_persons_draft_history_is_not_there(team: Team, twelve: AnnotationSet) -> None:
    url = f"/api/annotation-sets/{twelve.pk}/revisions/3/"
    assert client_of(team.colleague).get(url).status_code == 404


def here(client: Client, reading: AnnotationSet, page: UUID, **more: Any) -> list[dict[str, Any]]:
    answer = client.post(
        f"/api/annotation-sets/{reading.pk}/presence/",
        {"page": str(page), **more},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()
    return found


def test_a_second_page_on_the_same_set_is_named(team: Team, reading: AnnotationSet) -> None:
    client, first, second = client_of(team.expert), uuid4(), uuid4()
    assert here(client, reading, first) == []
    [other] = here(client, reading, second)
    assert (other["page"], other["is_me"], other["is_author"]) == (str(first), True, True)
    assert here(client, reading, first, is_leaving=True)[0]["page"] == str(second)
    assert here(client, reading, second) == []


def test_readers_of_one_clip_do_not_learn_of_each_other(
    team: Team, clip: Clip, reading: AnnotationSet
) -> None:
    theirs = set_open(clip=clip, actor=team.colleague)
    here(client_of(team.expert), reading, uuid4())
    assert here(client_of(team.colleague), theirs, uuid4()) == []


@pytest.mark.parametrize("count", [1, 2000])
def test_a_save_takes_the_same_few_queries_whatever_its_size(
    team: Team, reading: AnnotationSet, django_assert_max_num_queries: Any, count: int
) -> None:
    client, track = client_of(team.expert), str(uuid4())
    url = f"/api/annotation-sets/{reading.pk}/save/"
    shape = {"kind": "polygon", "points": squares(0, 20.0)}
    ops: list[dict[str, Any]] = [
        {"op": "track.add", "track": track, "structure": str(team.structures[0].pk)}
    ]
    ops += [
        {"op": "keyframe.put", "track": track, "frame": number % 10, "shape": shape}
        for number in range(count)
    ]
    body = {"base_revision": 0, "idempotency_key": str(uuid4()), "ops": ops}
    with django_assert_max_num_queries(16):
        assert client.post(url, body, content_type="application/json").status_code == 200
