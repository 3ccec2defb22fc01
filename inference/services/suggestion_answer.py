"""Remember what a person made of a model's suggestions."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotation.models import AnnotationSet
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
def suggestion_answer(
    *,
    suggestion: Suggestion,
    annotation_set: AnnotationSet,
    actor: User,
    given: Sequence[Given],
) -> None:
    """Write the answers in place of earlier ones that the actor gave while working on the same
    set: two queries whatever their number.

    Raises NotAllowed for people who do not annotate, InvalidInput for a set of another clip or of
    no person, a frame or structure the clip does not have, a place named twice, or more than 5,000
    at once.
    """
    clip = suggestion.annotation_set.clip
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project answer suggestions.")
    if annotation_set.clip_id != clip.pk or annotation_set.author_id is None:
        raise InvalidInput("Answers are given while working on a person's set of the same clip.")
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
    mine = SuggestionAnswer.objects.filter(
        suggestion=suggestion, annotation_set=annotation_set, user=actor
    )
    if back:
        taken = mine.filter(frame_index__in={frame for _, frame in back})
        pks = [row.pk for row in taken if (row.structure_id, row.frame_index) in back]
        SuggestionAnswer.objects.filter(pk__in=pks).delete()
    now = timezone.now()
    SuggestionAnswer.objects.bulk_create(
        [
            SuggestionAnswer(
                suggestion=suggestion,
                annotation_set=annotation_set,
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
        unique_fields=["suggestion", "annotation_set", "user", "structure", "frame_index"],
        update_fields=["answer", "seconds", "answered_at"],
        batch_size=1000,
    )
