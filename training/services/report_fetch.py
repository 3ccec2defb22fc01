"""Someone reads a run's report or takes it away."""

from django.core.files.base import File
from django.core.files.storage import default_storage

from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict
from training.models import Fold, RunReport


def report_figure(*, report: RunReport, name: str) -> bytes | None:
    """A figure's SVG; None where the report has none of that name."""
    key = next((row["storage_key"] for row in report.figures if row["name"] == name), None)
    return None if key is None else _read(key)


def report_picture(*, report: RunReport, number: int) -> bytes | None:
    """The PNG of the gallery's frame, counted from 0; None beyond the last."""
    if not 0 <= number < len(report.gallery):
        return None
    return _read(report.gallery[number]["storage_key"])


def report_fetch(*, report: RunReport, as_pdf: bool, actor: User) -> bytes:
    """The report as PDF or HTML, and a line in the record as frames of subjects leave with it.

    Raises Conflict while it is not made (`report_not_ready`).
    """
    if report.made_at is None:
        raise Conflict("The report is not made yet.", code="report_not_ready")
    record_append(
        actor=actor,
        action="training_run.report_download",
        target=report.run,
        project_id=report.run.project_id,
        detail={"number": report.run.number, "format": "pdf" if as_pdf else "html"},
    )
    return _read(report.pdf_key if as_pdf else report.html_key)


def predictions_fetch(*, fold: Fold, actor: User) -> "File[bytes]":
    """The zip of a fold's held-out predictions, open at its first byte; recorded as well.

    Raises Conflict before the fold is done (`fold_not_done`).
    """
    if not fold.predictions_key:
        raise Conflict("This fold has no predictions yet.", code="fold_not_done")
    record_append(
        actor=actor,
        action="training_run.predictions_download",
        target=fold.run,
        project_id=fold.run.project_id,
        detail={"number": fold.run.number, "fold": fold.index},
    )
    file: File[bytes] = default_storage.open(fold.predictions_key, "rb")
    return file


def _read(key: str) -> bytes:
    with default_storage.open(key, "rb") as stored:
        return bytes(stored.read())
