"""A hidden re-read and a check whose truth is known, both handed in and measured."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from annotation.models import Assignment, AssignmentCheck, Clip, Notice, NoticeKind
from annotation.selectors import label_maps
from annotation.services.assignment_check import ground_truth_assign, rereads_assign
from annotation.services.checks_start import KIND
from annotation.services.notice_send import notices_read
from fascicle.accounts.models import Project, User
from fascicle.jobs.models import Job, JobState
from fascicle.jobs.tasks import run
from training.demo import plan
from training.demo.clips import reading_import
from training.demo.people import DemoPeople


def checks_make(*, project: Project, people: DemoPeople, clips: Sequence[Clip]) -> list[Assignment]:
    """One of each, unless it was made before; none without its clip.

    They are handed in when the demo begins: while one is open its clip says less to its reader.
    """
    made = []
    for clip in clips:
        if clip.label == plan.REREAD_CLIP:
            made.append(_planted(clip, people.expert, AssignmentCheck.REREAD, people.admin))
        elif clip.label == plan.CHECK_CLIP:
            kind = AssignmentCheck.GROUND_TRUTH
            made.append(_planted(clip, people.second_expert, kind, people.admin))
    for check in made:
        _hand_in(check)
    for job in Job.objects.filter(kind=KIND, project=project, state=JobState.QUEUED):
        run(str(job.pk))
    return made


def _planted(clip: Clip, reader: User, kind: AssignmentCheck, admin: User) -> Assignment:
    given = Assignment.objects.filter(clip=clip, assignee=reader, check_kind=kind).first()
    if given is not None:
        return given
    if kind == AssignmentCheck.REREAD:
        made = rereads_assign(
            project=clip.project, actor=admin, readers=[reader], clips=[clip], after_days=0
        )
    else:
        made = ground_truth_assign(
            project=clip.project, actor=admin, readers=[reader], clips=[clip]
        )
    return made.made[0]


def _hand_in(check: Assignment) -> None:
    reading_import(
        clip=check.clip,
        author=check.assignee,
        labels=_unsteady(check),
        credit=plan.CREDIT,
        said="The phantom's labels, moved aside",
    )
    told = Notice.objects.filter(user=check.assignee, clip=check.clip, kind=NoticeKind.ASSIGNED)
    notices_read(user=check.assignee, notices=list(told.values_list("pk", flat=True)))


def _unsteady(check: Assignment) -> Iterator[NDArray[np.uint8]]:
    """What a hand that is not steady makes of the reference: each frame's labels moved aside, by
    less at the end; who is checked against the truth also overlooks a nerve.
    """
    if check.reference is None:
        return
    structures = check.project.protocol.procedure.structures
    overlooked = structures.get(code=plan.OVERLOOKED).channel
    count = min(plan.CHECKED_FRAMES, check.clip.frame_count)
    for index, labels in label_maps(check.reference.pk, range(count)):
        pixels = round(plan.SIDE / 96 * (1 - index / count))
        moved = np.roll(labels, pixels, axis=1)
        if check.check_kind == AssignmentCheck.GROUND_TRUTH:
            moved[moved == overlooked] = 0
        yield moved
