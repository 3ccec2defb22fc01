"""What readers of a project reach among themselves, to see a model's Dice beside it."""

from collections.abc import Collection
from uuid import UUID

from annotation.models import AgreementReport, Clip, ClipState
from training.models import DatasetSnapshot
from training.reports.contents import ReadersAgreement, ReadersDice
from training.services.manifest import manifest_frames


def readers_agreement(snapshot: DatasetSnapshot, codes: Collection[str]) -> ReadersAgreement | None:
    """Mean Dice between readers of each structure, from the project's newest report of agreement.

    Only of a report whose clips are all accepted by now: a run's report is read by experts who may
    not learn how others read a clip that they still have before them. None without one, or where
    it says nothing of these structures. Its clips need not be those of the snapshot.
    """
    reports = AgreementReport.objects.filter(
        project_id=snapshot.project_id, made_at__isnull=False
    ).order_by("-made_at")
    for report in reports:
        clips = {UUID(row["id"]) for row in report.clips}
        accepted = Clip.objects.filter(
            pk__in=clips, state=ClipState.ACCEPTED, deleted_at__isnull=True
        )
        if clips and accepted.count() == len(clips):
            found = _dices(report, codes)
            return ReadersAgreement(_source(report, clips, snapshot), found) if found else None
    return None


def _source(report: AgreementReport, clips: set[UUID], snapshot: DatasetSnapshot) -> str:
    shared = clips & {frame.clip_id for frame in manifest_frames(snapshot.manifest)}
    share = {0: "none of its", len(clips): "all of its"}
    how_many = share.get(len(shared), f"{len(shared)} of its {len(clips)}")
    made = f"{report.made_at:%Y-%m-%d}"
    return f"the project's report of agreement of {made} (this snapshot has {how_many} clips)"


def _dices(report: AgreementReport, codes: Collection[str]) -> tuple[ReadersDice, ...]:
    code_of = {each["channel"]: each["code"] for each in report.structures}
    found = []
    for row in report.figures["structures"]:
        code, dice = code_of.get(row["channel"]), row["figures"]["dice"]
        if code is not None and code in codes and dice is not None:
            found.append(ReadersDice(code, dice, row["compared"] - row["neither"]))
    return tuple(found)
