"""Hide clips among a reader's work that measure the reader."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentCheck,
    AssignmentRule,
    AssignmentTask,
    Clip,
    SetPurpose,
    SetState,
)
from annotation.selectors.assigning import reading_obstacles
from annotation.selectors.sets import accepted_sets
from annotation.services.assignment_make import (
    AssignmentsMade,
    Skipped,
    assigning_checked,
    assignments_store,
)
from fascicle.accounts.models import Project, User

FORGOTTEN_AFTER_DAYS = 14


@transaction.atomic
def rereads_assign(
    *,
    project: Project,
    actor: User,
    readers: Sequence[User],
    clips: Sequence[Clip],
    count: int | None = None,
    after_days: int = FORGOTTEN_AFTER_DAYS,
    due_on: date | None = None,
) -> AssignmentsMade:
    """Give readers some of the clips again that they handed in at least `after_days` ago: `count`
    each, drawn by chance, or all. What they are given is a fresh, empty set; nothing shows that it
    is a repeat, and the earlier reading is hidden from them until they hand in.

    Raises as readings_assign does.
    """
    assigning_checked(project, actor, readers, clips, due_on)
    terms = _as_usual(project, actor, due_on)
    clip_ids = [clip.pk for clip in clips]
    obstacles = reading_obstacles(clip_ids)
    before = timezone.now() - timedelta(days=after_days)
    made: list[Assignment] = []
    skipped: list[Skipped] = []
    for reader in readers:
        latest = (
            AnnotationSet.objects.filter(
                clip_id__in=clip_ids,
                author=reader,
                purpose=SetPurpose.READER,
                state__in=[SetState.SUBMITTED, SetState.ACCEPTED],
            )
            .order_by("clip_id", "-reading")
            .distinct("clip_id")
        )
        able = [
            row
            for row in latest
            if row.submitted_at is not None
            and row.submitted_at <= before
            and (row.clip_id, reader.pk) not in obstacles.waiting
        ]
        chosen = able if count is None else random.sample(able, min(count, len(able)))
        if not chosen:
            reason = f"{reader} has handed in none of these clips {after_days} days ago or earlier."
            skipped.append(Skipped(clip_ids[0], reader.pk, reason))
        made += [
            _check(terms, reader, row, AssignmentCheck.REREAD, reading=row.reading + 1)
            for row in chosen
        ]
    assignments_store(project, actor, made)
    return AssignmentsMade(made, skipped)


@transaction.atomic
def ground_truth_assign(
    *,
    project: Project,
    actor: User,
    readers: Sequence[User],
    clips: Sequence[Clip],
    due_on: date | None = None,
) -> AssignmentsMade:
    """Give readers clips whose accepted set, best a consensus, is taken as the truth. They look
    like any clip to annotate. Raises as readings_assign does.
    """
    assigning_checked(project, actor, readers, clips, due_on)
    terms = _as_usual(project, actor, due_on)
    truths = accepted_sets(project.pk)
    obstacles = reading_obstacles([clip.pk for clip in clips])
    readings = AnnotationSet.objects.filter(clip__in=clips, purpose=SetPurpose.READER)
    begun = set(readings.filter(author__in=readers).values_list("clip_id", "author_id"))
    made: list[Assignment] = []
    skipped: list[Skipped] = []
    for clip in clips:
        truth = truths.get(clip.pk)
        for reader in readers:
            pair = (clip.pk, reader.pk)
            reason = obstacles.why_not(pair, is_blinded=True)
            if truth is None:
                skipped.append(Skipped(clip.pk, reader.pk, "Nothing is accepted on the clip yet."))
            elif reason is not None or pair in begun or truth.author_id == reader.pk:
                why = reason or "has worked on the clip already"
                skipped.append(Skipped(clip.pk, reader.pk, f"{reader} {why}."))
            else:
                made.append(_check(terms, reader, truth, AssignmentCheck.GROUND_TRUTH, reading=1))
    assignments_store(project, actor, made)
    return AssignmentsMade(made, skipped)


def _as_usual(project: Project, actor: User, due_on: date | None) -> dict[str, Any]:
    """With or without suggestions and a day, as the project's readings are: else a check shows
    itself.
    """
    rule = AssignmentRule.objects.filter(project=project).first()
    if due_on is None and rule is not None and rule.read_within_days is not None:
        due_on = timezone.now().date() + timedelta(days=rule.read_within_days)
    return {
        "project": project,
        "assigned_by": actor,
        "due_on": due_on,
        "is_blinded_to_readers": True,
        "is_blinded_to_model": rule is not None and rule.is_blinded_to_model,
    }


def _check(
    terms: dict[str, Any],
    reader: User,
    reference: AnnotationSet,
    kind: AssignmentCheck,
    *,
    reading: int,
) -> Assignment:
    return Assignment(
        **terms,
        clip_id=reference.clip_id,
        assignee=reader,
        task=AssignmentTask.ANNOTATE,
        reading=reading,
        check_kind=kind,
        reference=reference,
    )
