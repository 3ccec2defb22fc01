"""Ask how far readers agree."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from annotation.models import (
    AgreementBasis,
    AgreementReading,
    AgreementReport,
    AnnotationSet,
    Structure,
)
from annotation.selectors.agreement import comparable_readings, first_handed_in
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create

KIND = "agreement_report"
MAX_CLIPS = 2000


@transaction.atomic
def agreement_start(
    *,
    project: Project,
    actor: User,
    clips: Collection[UUID] | None = None,
    readers: Collection[UUID] | None = None,
    basis: AgreementBasis = AgreementBasis.CURRENT,
) -> Job:
    """Fix which readings are compared, at which revisions, and queue the counting; the Job's
    `target_id` is the report.

    Of `clips` and `readers` (people; all without them) those clips are taken that two of the
    readers have handed in a reading of. Raises NotAllowed for trainees and strangers, InvalidInput
    where there is no such clip.
    """
    if not may_annotate(actor, project.pk):
        raise NotAllowed("Only experts and admins of the project compare readings.")
    wanted = comparable_readings(actor, project.pk)
    if clips is not None:
        wanted = wanted.filter(clip_id__in=clips)
    if readers is not None:
        wanted = wanted.filter(author_id__in=readers)
    by_clip: dict[UUID, list[AnnotationSet]] = {}
    for row in wanted:
        by_clip.setdefault(row.clip_id, []).append(row)
    compared = [sets for sets in by_clip.values() if len(sets) >= 2]
    if not compared:
        raise InvalidInput(
            "No clip has been read by two of these readers yet. Agreement is measured on clips "
            "that at least two readers have handed in.",
            code="nothing_to_compare",
        )
    if len(compared) > MAX_CLIPS:
        raise InvalidInput(f"Choose at most {MAX_CLIPS:,} clips; these are {len(compared):,}.")
    people = _readers(compared)
    report = AgreementReport.objects.create(
        project=project,
        owner=actor,
        basis=basis,
        readers=list(people.values()),
        structures=list(
            Structure.objects.filter(procedure__protocols__project=project)
            .order_by("channel")
            .values("channel", "code", "name", "colour")
        ),
        clips=[
            {
                "id": str(sets[0].clip_id),
                "number": sets[0].clip.number,
                "title": str(sets[0].clip),
                "subject": sets[0].clip.subject.pseudonym,
                "microns_per_pixel": sets[0].clip.microns_per_pixel,
            }
            for sets in compared
        ],
    )
    _readings(report, compared, list(people))
    job = job_create(kind=KIND, queue="default", owner=actor, project=project, target_id=report.pk)
    report.job_id = job.pk
    report.save(update_fields=["job_id"])
    record_append(
        actor=actor, action="agreement.create", target=report, project_id=project.pk,
        detail={"clips": len(compared), "readers": len(people), "basis": basis},
    )  # fmt: skip
    return job


Reader = tuple[UUID | None, int]


def _readers(compared: list[list[AnnotationSet]]) -> dict[Reader, dict[str, object]]:
    """Who read, by name. A person's second reading of a clip is another reader: that is how far
    one agrees with oneself.
    """
    found: dict[Reader, str] = {}
    for sets in compared:
        for row in sets:
            again = f" (reading {row.reading})" if row.reading > 1 else ""
            found[row.author_id, row.reading] = f"{row.author}{again}"
    ordered = sorted(found.items(), key=lambda item: (item[1].casefold(), str(item[0])))
    return {key: {"id": str(key[0]), "reading": key[1], "name": name} for key, name in ordered}


def _readings(
    report: AgreementReport, compared: list[list[AnnotationSet]], people: list[Reader]
) -> None:
    place = {key: number for number, key in enumerate(people)}
    first: dict[UUID, int] = {}
    if report.basis == AgreementBasis.FIRST:
        first = first_handed_in([row for sets in compared for row in sets])
    AgreementReading.objects.bulk_create(
        AgreementReading(
            report=report,
            annotation_set=row,
            revision=first.get(row.pk, row.revision),
            reader=place[row.author_id, row.reading],
            clip=number,
        )
        for number, sets in enumerate(compared)
        for row in sets
    )
