"""Revisions written as JSON become bytes, and the other way, without loss."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from annotation.models import Revision
from annotation.operation_codec import decode_operations
from annotation.services.set_open import set_open
from annotation.services.set_save import set_save
from tests.factories import make_clip, make_team


def migrate(target: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    return executor.migrate(target).apps


@pytest.mark.django_db(transaction=True)
def test_existing_revisions_survive_the_change_of_form() -> None:
    team = make_team()
    reading = set_open(clip=make_clip(team), actor=team.expert)
    track = str(uuid4())
    shape = {
        "kind": "spline",
        "points": [[1.25, 2], [30.5, 4], [9, 40.125]],
        "uncertain": [True, False, False],
    }
    set_save(
        annotation_set=reading, actor=team.expert, base_revision=0, idempotency_key=uuid4(),
        ops=[
            {"op": "track.add", "track": track, "structure": str(team.structures[0].pk)},
            {"op": "keyframe.put", "track": track, "frame": 3, "shape": shape, "confidence": 0.25},
        ],
    )  # fmt: skip
    before = decode_operations(bytes(Revision.objects.get().operations))
    # whatever other apps build on top of the newer form goes back with it, and must come again
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        old = migrate([("annotation", "0004_judgement")])
        row = old.get_model("annotation", "Revision").objects.get()
        assert [op["op"] for op in row.ops] == ["track.add", "keyframe.put"]
        assert row.ops[1]["shape"] == shape
    finally:
        migrate(leaves)
    row = Revision.objects.get()
    assert decode_operations(bytes(row.operations)) == before
    assert row.op_count == 2
