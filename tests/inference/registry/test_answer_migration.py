"""Answers given before readings kept their own go to the reading that was worked on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from annotation.models import AnnotationSet, Revision
from annotation.services.set_open import set_open
from annotation.services.suggestion_write import suggestion_write
from inference.models import ModelVersion, Suggestion, SuggestionAnswer
from tests.factories import make_clip, make_team


def migrate(target: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    return executor.migrate(target).apps


@pytest.mark.django_db(transaction=True)
def test_answers_so_far_find_what_was_worked_on() -> None:
    team = make_team()
    clip = make_clip(team)
    model = ModelVersion.objects.create(
        project=team.project, number=1, name="Model", recipe="tiny", members=[], structures=[]
    )
    written = suggestion_write(
        clip_id=clip.pk, model_version_id=model.pk, model_label=str(model), tracks=[]
    )
    suggestion = Suggestion.objects.create(annotation_set=written, model_version=model)
    now = timezone.now()
    first = set_open(clip=clip, actor=team.expert)
    again = AnnotationSet.objects.create(
        clip=clip, author=team.expert, purpose="reader", reading=2, created_at=now
    )
    # the colleague corrected, the admin changed nothing
    Revision.objects.create(
        annotation_set=first, number=1, author=team.colleague, idempotency_key=uuid4(),
        operations=b"", op_count=0,
    )  # fmt: skip
    day = timedelta(days=1)
    AnnotationSet.objects.filter(pk=first.pk).update(created_at=now - 3 * day)
    place = {"suggestion_id": suggestion.pk, "structure_id": team.structures[0].pk}
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        old = migrate([("inference", "0005_doubt")]).get_model("inference", "SuggestionAnswer")
        for frame, (person, at) in enumerate(
            [
                (team.expert, now - day),
                (team.expert, now + day),
                (team.expert, now - 4 * day),  # sent before the set was made
                (team.colleague, now),
                (team.admin, now),
            ]
        ):
            old.objects.create(
                **place, frame_index=frame, user_id=person.pk, answer="accepted", answered_at=at,
                kept_dice=0.5, kept_revision=1,
            )  # fmt: skip
    finally:
        migrate(leaves)
    rows = SuggestionAnswer.objects.values_list("frame_index", "annotation_set", "kept_dice")
    assert set(rows) == {
        (0, first.pk, None), (1, again.pk, None), (2, first.pk, None), (3, first.pk, None),
    }  # fmt: skip

    # and back: the answer given last stands
    later = SuggestionAnswer.objects.get(frame_index=0)
    later.pk, later.annotation_set, later.answered_at = None, again, now
    later.answer = "rejected"
    later.save()
    try:
        old = migrate([("inference", "0005_doubt")]).get_model("inference", "SuggestionAnswer")
        assert dict(old.objects.values_list("frame_index", "answer"))[0] == "rejected"
        assert old.objects.count() == 4
    finally:
        migrate(leaves)
