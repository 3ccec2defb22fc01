"""Queue the carrying of a shape through neighbouring frames."""

from uuid import UUID

from django.db import transaction

from annotation.geometry import Absent, ShapeError, encode_shape, parse_shape, shape_mask
from annotation.models import AnnotationSet, Propagation, Structure
from annotation.selectors.correcting import may_correct
from annotation.services.propagation_close import propagation_close
from annotation.set_permissions import may_annotate
from annotation.stages import AUTHOR_WRITES, COLLEAGUE_WRITES
from fascicle.accounts.models import User
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from fascicle.jobs.services import job_create

KIND = "track_propagate"


@transaction.atomic
def propagation_start(
    *,
    annotation_set: AnnotationSet,
    actor: User,
    track: UUID,
    structure: UUID,
    shape: object,
    source_frame: int,
    last_frame: int,
) -> Propagation:
    """Make the Job. What the actor has open for this set is closed first: a person looks
    at one.

    `shape` is the JSON form of what the page shows at `source_frame`. Raises InvalidInput for a
    shape without pixels or frames the clip does not have, NotAllowed for anyone but the author and
    the colleagues who may correct the set, Conflict when it is not open to the actor.
    """
    clip = annotation_set.clip
    is_author = annotation_set.author_id == actor.pk
    if not may_annotate(actor, clip.project_id) or not (
        is_author or may_correct(annotation_set, actor)
    ):
        raise NotAllowed("Only who may change a set has shapes carried on for it.")
    if annotation_set.state not in (AUTHOR_WRITES if is_author else COLLEAGUE_WRITES):
        raise Conflict("This set is closed and cannot be changed.", code="not_open")
    if max(source_frame, last_frame) >= clip.frame_count:
        raise InvalidInput(f"The clip's last frame is {clip.frame_count - 1}.")
    if source_frame == last_frame:
        raise InvalidInput("There is no frame to carry the shape into.")
    procedure = clip.project.protocol.procedure_id
    row = Structure.objects.filter(pk=structure, procedure_id=procedure).first()
    if row is None:
        raise InvalidInput("That structure does not belong to the project's procedure.")
    try:
        parsed = parse_shape(shape)
    except ShapeError as error:
        raise InvalidInput(str(error)) from error
    if isinstance(parsed, Absent) or shape_mask(parsed, clip.width, clip.height).is_empty:
        raise InvalidInput("The shape covers no pixel of the frame.")
    mine = Propagation.objects.filter(annotation_set=annotation_set, job__owner=actor)
    for earlier in mine.select_related("job"):
        propagation_close(propagation=earlier, actor=actor)
    propagation = Propagation(
        annotation_set=annotation_set,
        structure=row,
        track_id=track,
        source_frame=source_frame,
        last_frame=last_frame,
        shape=encode_shape(parsed),
    )
    propagation.job = job_create(
        kind=KIND,
        queue="predict",
        owner=actor,
        project=clip.project,
        target_id=propagation.pk,
    )
    propagation.save(force_insert=True)
    return propagation
