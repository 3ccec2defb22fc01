"""Ask for a model version in the formats of other runtimes."""

from collections.abc import Sequence

from django.db import transaction

from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput, NotAllowed
from fascicle.jobs.services import job_create
from inference.models import ModelVersion
from training.datasets.problem import BadInputError
from training.export import FORMATS, parse_formats
from training.models import Fold, ModelExport
from training.permissions import may_train

EXPORT_KIND = "model_export"


@transaction.atomic
def model_export_start(
    *,
    version: ModelVersion,
    actor: User,
    member: int | None = None,
    formats: Sequence[str] = tuple(FORMATS),
) -> ModelExport:
    """Queue the export of one network, the one with the best held-out IoU where none is named.

    An export of the same network that has ended is replaced. Raises NotAllowed for anyone but
    admins, InvalidInput for an unknown network or format, Conflict while one is being made.
    """
    if not may_train(actor, version.project_id):
        raise NotAllowed("Only admins of the project export models.")
    try:
        chosen = parse_formats(",".join(formats))
    except BadInputError as error:
        raise InvalidInput(str(error), formats=[str(error)]) from error
    place = best_member(version) if member is None else member
    if not 0 <= place < len(version.members):
        raise InvalidInput(
            f"This version has {len(version.members)} networks.", member=["There is no such one."]
        )
    Project.objects.select_for_update(no_key=True).get(pk=version.project_id)
    former = ModelExport.objects.filter(model_version=version, member=place).first()
    if former is not None and not former.job.is_finished:
        raise Conflict("This network is being exported already.", code="export_under_way")
    job = job_create(
        kind=EXPORT_KIND,
        queue="export",
        owner=actor,
        project=version.project,
        target_id=version.pk,
    )
    export, _ = ModelExport.objects.update_or_create(
        model_version=version,
        member=place,
        defaults={
            "project": version.project,
            "formats": list(chosen),
            "job": job,
            "created_by": actor,
        },
    )
    record_append(
        actor=actor,
        action="model_version.export",
        target=version,
        project_id=version.project_id,
        detail={"number": version.number, "network": place + 1, "formats": list(chosen)},
    )
    return export


def best_member(version: ModelVersion) -> int:
    """The network whose fold had the best IoU on the frames that it held out; else the first."""
    folds = Fold.objects.filter(run_id=version.training_run_id)
    ious = {fold.weights_sha256: fold.metrics.get("iou") or 0.0 for fold in folds}
    return max(
        range(len(version.members)),
        key=lambda place: (ious.get(version.members[place]["sha256"], 0.0), -place),
    )
