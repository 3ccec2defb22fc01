"""Epochs that were there before get the mean that the list of runs shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.training.runs.phantom_project import fold_of, phantom_team, tiny_run
from training.models import Epoch


def migrate(target: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    return executor.migrate(target).apps


@pytest.mark.django_db(transaction=True)
def test_epochs_from_before_get_their_mean_over_structures() -> None:
    fold = fold_of(tiny_run(phantom_team(), epochs=3, subjects=2), 0)
    dices = [{"nerve": 0.25, "bone": 0.75}, {"nerve": 0.5, "bone": None}, {"nerve": None}]
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        old = migrate([("training", "0006_start_from")])
        for number, dice in enumerate(dices, start=1):
            old.get_model("training", "Epoch").objects.create(
                fold_id=fold.pk, number=number, loss=1.0, held_out_dice=dice, seconds=1.0
            )
    finally:
        migrate(leaves)
    means = Epoch.objects.order_by("number").values_list("mean_dice", flat=True)
    assert list(means) == [0.5, 0.5, None]
