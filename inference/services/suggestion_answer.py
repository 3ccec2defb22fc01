"""Remember what a person made of a model's suggestions."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.errors import InvalidInput, NotAllowed
from inference.models import Answer, Suggestion, SuggestionAnswer

AT_MOST = 5000


@dataclass(frozen=True, slots=True)
class Given:
    """An answer for a structure on a frame; None takes an earlier one back."""

    structure: UUID
    frame: int
    answer: Answer | None
    seconds: float | None = None


@transaction.atomic
def suggestion_answer(*, suggestion: Suggestion, actor: User, given: Sequence[Given]) -> None:
    """Write the answers in place of earlier ones: two queries whatever their number.

    Raises NotAllowed for people who do not annotate, InvalidInput for a frame or structure the
    clip does not have, a place named twice, or more than 5,000 at once.
    """
    clip = suggestion.annotation_set.clip
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project answer suggestions.")
    if len(given) > AT_MOST:
        raise InvalidInput(f"At most {AT_MOST} answers at once.")
    places = {(one.structure, one.frame) for one in given}
    if len(places) < len(given):
        raise InvalidInput("A structure is answered twice on one frame.")
    procedure = clip.project.protocol.procedure
    known = set(procedure.structures.values_list("pk", flat=True))
    for one in given:
        if one.structure not in known:
            raise InvalidInput("The procedure has no such structure.")
        if not 0 <= one.frame < clip.frame_count:
            raise InvalidInput(f"The clip has frames 0 to {clip.frame_count - 1}.")
        if one.seconds is not None and one.seconds < 0:
            raise InvalidInput("A time is never negative.")
    back = {(one.structure, one.frame) for one in given if one.answer is None}
    mine = SuggestionAnswer.objects.filter(suggestion=suggestion, user=actor)
    if back:
        taken = mine.filter(frame_index__in={frame for _, frame in back})
        pks = [row.pk for row in taken if (row.structure_id, row.frame_index) in back]
        SuggestionAnswer.objects.filter(pk__in=pks).delete()
    now = timezone.now()
    SuggestionAnswer.objects.bulk_create(
        [
            SuggestionAnswer(
                suggestion=suggestion,
                user=actor,
                structure_id=one.structure,
                frame_index=one.frame,
                answer=one.answer,
                seconds=one.seconds,
                answered_at=now,
            )
            for one in given
            if one.answer is not None
        ],
        update_conflicts=True,
        unique_fields=["suggestion", "user", "structure", "frame_index"],
        update_fields=["answer", "seconds", "answered_at"],
        batch_size=1000,
    )
