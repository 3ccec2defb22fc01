"""Queue a look of a model at a clip."""

from django.db import transaction

from annotation.models import Clip
from fascicle.accounts.models import User
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create
from inference.models import AliasName, ModelVersion
from inference.permissions import may_preannotate
from inference.selectors import alias_model, foreign_codes

KIND = "clip_preannotate"


@transaction.atomic
def preannotate_start(
    *, clip: Clip, actor: User | None, model_version: ModelVersion | None = None
) -> Job:
    """Make the Job; without a model version the one promoted for pre-annotation is taken.

    `actor` is None for a command on the server. A look of the same model at the same clip that is
    still waiting or running is returned rather than doubled. Raises NotAllowed for trainees,
    Conflict when no model is promoted, InvalidInput when the model does not fit the procedure.
    """
    if actor is not None and not may_preannotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project let a model look at its clips.")
    version = model_version or alias_model(clip.project_id, AliasName.PREANNOTATE)
    if version is None:
        raise Conflict(
            "No model is promoted for pre-annotation yet. An admin can promote one under Models.",
            code="no_model",
        )
    if version.project_id != clip.project_id:
        raise InvalidInput("This model belongs to another project.", code="foreign_model")
    foreign = foreign_codes((each["code"] for each in version.structures), clip.project_id)
    if foreign:
        raise InvalidInput(
            "The model names structures that the procedure does not have: "
            f"{', '.join(foreign)}. Promote a model that was trained for this procedure.",
            code="foreign_structures",
        )
    locked = Clip.objects.select_for_update(of=("self",)).select_related("project").get(pk=clip.pk)
    waiting = (
        Job.objects.unfinished()
        .filter(kind=KIND, target_id=clip.pk, payload__model_version=str(version.pk))
        .filter(is_cancel_requested=False)
        .first()
    )
    if waiting is not None:
        return waiting
    return job_create(
        kind=KIND,
        queue="predict",
        owner=actor,
        project=locked.project,
        target_id=clip.pk,
        payload={"model_version": str(version.pk)},
    )
