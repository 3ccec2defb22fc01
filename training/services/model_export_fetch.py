"""Someone takes an exported model away."""

from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict
from training.models import ModelExport


def model_export_fetch(*, export: ModelExport, actor: User) -> str:
    """The storage name of the zip, and a line in the record.

    Raises Conflict while it is not made (`export_not_ready`).
    """
    if not export.storage_key:
        raise Conflict("This export is not made yet.", code="export_not_ready")
    record_append(
        actor=actor,
        action="model_version.export_download",
        target=export.model_version,
        project_id=export.project_id,
        detail={"network": export.member + 1, "sha256": export.sha256},
    )
    return export.storage_key
