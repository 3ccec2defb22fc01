"""Say how clips find their readers and readings their reviewers, and let it happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from annotation.models import (
    AnnotationSet,
    Assignment,
    AssignmentRule,
    AssignmentState,
    AssignmentTask,
    Clip,
    ClipState,
    SetPurpose,
)
from annotation.selectors.assigning import (
    annotators,
    open_loads,
    reading_obstacles,
    reviewer_for,
    to_be_reviewed,
)
from annotation.services.assignment_make import assignments_store, open_reviews, review_of
from fascicle.accounts.models import Project, User
from fascicle.accounts.permissions import is_project_admin
from fascicle.audit.services import record_append
from fascicle.errors import InvalidInput, NotAllowed

CLIPS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """What a rule says. Empty `readers` or `reviewers` stand for everyone who annotates."""

    readers_per_clip: int = 0
    is_blinded_to_readers: bool = True
    is_blinded_to_model: bool = False
    read_within_days: int | None = None
    assigns_reviewer: bool = False
    review_within_days: int | None = None
    readers: Sequence[UUID] = ()
    reviewers: Sequence[UUID] = ()


@transaction.atomic
def assignment_rule_set(*, project: Project, actor: User, terms: RuleTerms) -> AssignmentRule:
    """Put the rule in the place of the project's earlier one and apply it at once.

    What is assigned already stays so. Raises NotAllowed for anyone but an admin, InvalidInput for
    people who do not annotate here or more readers than there are.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if not is_project_admin(actor, project.pk):
        raise NotAllowed("Only an admin of the project sets its rule.")
    able = {person.pk for person in annotators(project.pk)}
    if not set(terms.readers) | set(terms.reviewers) <= able:
        raise InvalidInput(
            "Someone chosen does not annotate in this project.", people=["Not able."]
        )
    most = len(terms.readers) or len(able)
    if terms.readers_per_clip > most:
        raise InvalidInput(
            f"There are {most} people to read, fewer than {terms.readers_per_clip} for each clip.",
            readers_per_clip=["Too many."],
        )
    row, _ = AssignmentRule.objects.update_or_create(
        project=project,
        defaults={
            "readers_per_clip": terms.readers_per_clip,
            "is_blinded_to_readers": terms.is_blinded_to_readers,
            "is_blinded_to_model": terms.is_blinded_to_model,
            "read_within_days": terms.read_within_days,
            "assigns_reviewer": terms.assigns_reviewer,
            "review_within_days": terms.review_within_days,
            "updated_at": timezone.now(),
        },
    )
    row.readers.set(User.objects.filter(pk__in=terms.readers))
    row.reviewers.set(User.objects.filter(pk__in=terms.reviewers))
    record_append(
        actor=actor,
        action="assignment_rule.set",
        target=row,
        project_id=project.pk,
        detail={
            "readers_per_clip": terms.readers_per_clip,
            "assigns_reviewer": terms.assigns_reviewer,
        },
    )
    assignment_rule_apply(project=project)
    return row


def assignment_rule_of(project_id: UUID) -> RuleTerms:
    """The project's rule; one that assigns nothing where there is none."""
    row = AssignmentRule.objects.filter(project_id=project_id).first()
    if row is None:
        return RuleTerms()
    return RuleTerms(
        readers_per_clip=row.readers_per_clip,
        is_blinded_to_readers=row.is_blinded_to_readers,
        is_blinded_to_model=row.is_blinded_to_model,
        read_within_days=row.read_within_days,
        assigns_reviewer=row.assigns_reviewer,
        review_within_days=row.review_within_days,
        readers=list(row.readers.values_list("pk", flat=True)),
        reviewers=list(row.reviewers.values_list("pk", flat=True)),
    )


@transaction.atomic
def assignment_rule_apply(*, project: Project) -> int:
    """Assign what the project's rule asks for and nobody has yet; how many were assigned.

    Beat calls this, so that new clips, new readings and what a person who left had to do find
    someone. Done again it does nothing.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    rule = AssignmentRule.objects.filter(project=project).first()
    if rule is None:
        return 0
    people = annotators(project.pk)
    made = [*_readings(rule, people), *_reviews(rule, people)]
    assignments_store(project, None, made)
    return len(made)


def _chosen(people: list[User], named: set[UUID]) -> list[User]:
    return [person for person in people if not named or person.pk in named]


def _due(days: int | None) -> date | None:
    return None if days is None else timezone.now().date() + timedelta(days=days)


def _readings(rule: AssignmentRule, people: list[User]) -> list[Assignment]:
    """Readers for clips that are not accepted and have fewer than the rule asks for; the least busy
    come first, and among those equally busy the clip itself decides.
    """
    pool = _chosen(people, set(rule.readers.values_list("pk", flat=True)))
    wanted = min(rule.readers_per_clip, len(pool))
    if wanted == 0:
        return []
    given = Q(
        assignments__task=AssignmentTask.ANNOTATE,
        assignments__state__in=[AssignmentState.OPEN, AssignmentState.DONE],
        assignments__check_kind="",
    )
    clips = list(
        Clip.objects.filter(project_id=rule.project_id, deleted_at__isnull=True)
        .exclude(state=ClipState.ACCEPTED)
        .annotate(given=Count("assignments__assignee", filter=given, distinct=True))
        .filter(given__lt=wanted)
        .order_by("number")[:CLIPS_AT_ONCE]
    )
    engaged = _engaged([clip.pk for clip in clips])
    released = _taken_back(AssignmentTask.ANNOTATE, "clip_id", [clip.pk for clip in clips])
    obstacles = reading_obstacles([clip.pk for clip in clips])
    loads = open_loads(rule.project_id)
    due_on = _due(rule.read_within_days)
    made: list[Assignment] = []
    for clip in clips:
        able = [
            one
            for one in pool
            if one.pk not in engaged.get(clip.pk, set()) | released.get(clip.pk, set())
            and not obstacles.why_not((clip.pk, one.pk), is_blinded=rule.is_blinded_to_readers)
        ]
        able.sort(key=lambda one: (loads[one.pk], _draw(clip.pk, one.pk)))  # used at once
        missing = wanted - len(engaged.get(clip.pk, set()))
        for reader in able[: max(missing, 0)]:
            loads[reader.pk] += 1
            made.append(
                Assignment(
                    project_id=rule.project_id,
                    clip=clip,
                    assignee=reader,
                    task=AssignmentTask.ANNOTATE,
                    annotation_set_id=obstacles.drafts.get((clip.pk, reader.pk)),
                    due_on=due_on,
                    is_blinded_to_readers=rule.is_blinded_to_readers,
                    is_blinded_to_model=rule.is_blinded_to_model,
                    is_by_rule=True,
                )
            )
    return made


def _engaged(clip_ids: list[UUID]) -> dict[UUID, set[UUID]]:
    """Who reads or has read each clip: by assignment, or by having handed a reading in."""
    assigned = Assignment.objects.filter(
        clip_id__in=clip_ids, task=AssignmentTask.ANNOTATE, check_kind=""
    ).exclude(state=AssignmentState.WITHDRAWN)
    handed_in = AnnotationSet.objects.filter(
        clip_id__in=clip_ids, purpose=SetPurpose.READER, submitted_at__isnull=False
    )
    engaged: dict[UUID, set[UUID]] = {}
    for rows, person in ((assigned, "assignee_id"), (handed_in, "author_id")):
        for clip_id, person_id in rows.values_list("clip_id", person):
            engaged.setdefault(clip_id, set()).add(person_id)
    return engaged


def _taken_back(task: AssignmentTask, of: str, wanted: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """From whom each clip or set was taken back: the rule does not give it to them again, who may
    have looked at what others drew since. An admin still can.
    """
    rows = Assignment.objects.filter(
        task=task, state=AssignmentState.WITHDRAWN, check_kind="", **{f"{of}__in": wanted}
    )
    released: dict[UUID, set[UUID]] = {}
    for key, person_id in rows.values_list(of, "assignee_id"):
        released.setdefault(key, set()).add(person_id)
    return released


def _draw(clip_id: UUID, person_id: UUID) -> bytes:
    """A draw that comes out the same every time."""
    return sha256(clip_id.bytes + person_id.bytes).digest()


def _reviews(rule: AssignmentRule, people: list[User]) -> list[Assignment]:
    if not rule.assigns_reviewer:
        return []
    pool = _chosen(people, set(rule.reviewers.values_list("pk", flat=True)))
    waiting = list(to_be_reviewed(rule.project_id).order_by("submitted_at")[:CLIPS_AT_ONCE])
    taken = open_reviews([row.pk for row in waiting])
    released = _taken_back(AssignmentTask.REVIEW, "annotation_set_id", [row.pk for row in waiting])
    obstacles = reading_obstacles({row.clip_id for row in waiting})
    loads = open_loads(rule.project_id)
    due_on = _due(rule.review_within_days)
    made: list[Assignment] = []
    for row in waiting:
        able = [one for one in pool if one.pk not in released.get(row.pk, set())]
        reviewer = None if row.pk in taken else reviewer_for(row, able, loads, obstacles)
        if reviewer is not None:
            loads[reviewer.pk] += 1
            made.append(review_of(rule.project, row, reviewer, due_on=due_on, actor=None))
    return made
