"""What readers reach among themselves: no model can be measured to be better than that."""

from collections.abc import Collection
from uuid import UUID

from annotation.models import AgreementReport, Clip, ClipState
from training.reports.contents import Ceiling


def readers_ceilings(project_id: UUID, codes: Collection[str]) -> tuple[Ceiling, ...]:
    """Mean Dice between readers of each structure, from the project's newest report of agreement.

    Only of a report whose clips are all accepted by now: a run's report is read by experts who may
    not learn how others read a clip that they still have before them. Empty without one.
    """
    reports = AgreementReport.objects.filter(project_id=project_id, made_at__isnull=False)
    for report in reports.order_by("-made_at"):
        clips = [row["id"] for row in report.clips]
        accepted = Clip.objects.filter(
            pk__in=clips, state=ClipState.ACCEPTED, deleted_at__isnull=True
        )
        if clips and accepted.count() == len(clips):
            return _ceilings(report, codes)
    return ()


def _ceilings(report: AgreementReport, codes: Collection[str]) -> tuple[Ceiling, ...]:
    code_of = {each["channel"]: each["code"] for each in report.structures}
    found = []
    for row in report.figures["structures"]:
        code, dice = code_of.get(row["channel"]), row["figures"]["dice"]
        if code is not None and code in codes and dice is not None:
            found.append(Ceiling(code, dice, row["compared"] - row["neither"]))
    return tuple(found)
