"""Ask for a zip of clips to take away."""

from collections.abc import Sequence

from django.db import transaction

from annotation.exports.contents import FORMATS
from annotation.models import AnnotationSet, Clip, Export, SetPurpose
from annotation.selectors.sets import accepted_sets
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed
from fascicle.jobs.models import Job
from fascicle.jobs.services import job_create

CLIP_KIND, PROJECT_KIND = "clip_export", "project_export"
MAX_CLIPS = 10_000


def export_row(
    *,
    project: Project,
    actor: User,
    clips: Sequence[Clip] | None,
    annotation_set: AnnotationSet | None = None,
    formats: Sequence[str] = (),
    only_annotated: bool = False,
) -> Export:
    """The row of an export, saved, and its line in the record.

    `clips` None means all of the project, or the clip of `annotation_set`, which the actor must be
    able to see; without a set the accepted ones are exported. Raises NotAllowed for trainees and
    strangers, InvalidInput for what cannot be exported.
    """
    if not may_annotate(actor, project.pk):
        raise NotAllowed("Only experts and admins of the project export clips.")
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise InvalidInput(
            f"There is no format “{unknown[0]}”; there are {', '.join(FORMATS)}.",
            formats=["Not known."],
        )
    if annotation_set is not None and annotation_set.purpose == SetPurpose.PRACTICE:
        raise InvalidInput("What was drawn in practice is not exported.")
    if clips is None:
        rows = Clip.objects.filter(project=project, deleted_at__isnull=True).order_by("number")
        clips = [annotation_set.clip] if annotation_set is not None else list(rows[:MAX_CLIPS])
    if not clips:
        raise InvalidInput("There is no clip to export yet.")
    if any(clip.project_id != project.pk for clip in clips):
        raise InvalidInput("These clips are of several projects.")
    if annotation_set is not None and {clip.pk for clip in clips} != {annotation_set.clip_id}:
        raise InvalidInput("An annotation set is exported with its own clip.")
    if only_annotated and annotation_set is None:
        accepted = accepted_sets(project.pk, seen_by=actor)
        clips = [clip for clip in clips if clip.pk in accepted]
        if not clips:
            raise InvalidInput(
                "Nothing of these clips is accepted yet; export all frames, or a set of your own."
            )
    export = Export.objects.create(
        project=project,
        owner=actor,
        clips=[str(clip.pk) for clip in sorted(clips, key=lambda clip: clip.number)],
        annotation_set_id=annotation_set.pk if annotation_set is not None else None,
        formats=[each for each in FORMATS if each in formats],
        only_annotated=only_annotated,
    )
    record_append(
        actor=actor, action="export.create", target=export, project_id=project.pk,
        detail={
            "clips": len(export.clips),
            "annotation": str(export.annotation_set_id or "accepted"),
            "formats": export.formats,
        },
    )  # fmt: skip
    return export


@transaction.atomic
def export_start(
    *,
    project: Project,
    actor: User,
    clips: Sequence[Clip] | None,
    annotation_set: AnnotationSet | None = None,
    formats: Sequence[str] = (),
    only_annotated: bool = False,
) -> Job:
    """Queue an export; the Job's `target_id` is it. Arguments and errors are `export_row`'s."""
    export = export_row(
        project=project,
        actor=actor,
        clips=clips,
        annotation_set=annotation_set,
        formats=formats,
        only_annotated=only_annotated,
    )
    job = job_create(
        kind=PROJECT_KIND if clips is None and annotation_set is None else CLIP_KIND,
        queue="export",
        owner=actor,
        project=project,
        target_id=export.pk,
    )
    export.job_id = job.pk
    export.save(update_fields=["job_id"])
    return job
