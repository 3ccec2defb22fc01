"""How much time a project's clips took."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from annotation.models import ActiveTime, AnnotationSet, SetPurpose, SetState
from annotation.models.annotation_set import hidden_while_reading
from fascicle.accounts.models import User

CLIPS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class PersonTime:
    """One person's active time in the project; `done` counts clips handed in or accepted."""

    person: User
    seconds: int
    clips: int
    done: int
    seconds_on_done: int

    @property
    def clips_per_hour(self) -> float | None:
        """Clips done per active hour spent on them; None before the first."""
        if self.done == 0 or self.seconds_on_done == 0:
            return None
        return 3600 * self.done / self.seconds_on_done


@dataclass(frozen=True, slots=True)
class ClipTime:
    """One person's active time on one clip."""

    person: User
    clip_id: UUID
    label: str
    seconds: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class WorkTime:
    """Per person, longest first, and per person and clip (the 500 longest)."""

    people: list[PersonTime]
    clips: list[ClipTime]


def work_time(user: User, project_id: UUID) -> WorkTime:
    """What the person may see of a project: their own, or everyone's for its admins."""
    seen = ActiveTime.objects.visible_to(user).filter(clip__project_id=project_id)
    handed_in = AnnotationSet.objects.filter(
        ~hidden_while_reading(user),
        clip__project_id=project_id,
        purpose=SetPurpose.READER,
        state__in=[SetState.SUBMITTED, SetState.ACCEPTED],
    ).values_list("clip_id", "author_id")
    done = set(handed_in)
    rows = list(
        seen.values("user_id", "clip_id", "clip__label", "clip__number")
        .annotate(total=Sum("seconds"))
        .order_by("-total", "clip__number")
    )
    people = User.objects.in_bulk({row["user_id"] for row in rows})
    clips = [
        ClipTime(
            person=people[row["user_id"]],
            clip_id=row["clip_id"],
            label=row["clip__label"] or f"Clip {row['clip__number']}",
            seconds=row["total"],
            is_done=(row["clip_id"], row["user_id"]) in done,
        )
        for row in rows
    ]
    sums = [_sum(one, [clip for clip in clips if clip.person == one]) for one in people.values()]
    sums.sort(key=lambda one: (-one.seconds, one.person.email))
    return WorkTime(sums, clips[:CLIPS_SHOWN])


def _sum(who: User, clips: list[ClipTime]) -> PersonTime:
    finished = [clip for clip in clips if clip.is_done]
    return PersonTime(
        person=who,
        seconds=sum(clip.seconds for clip in clips),
        clips=len(clips),
        done=len(finished),
        seconds_on_done=sum(clip.seconds for clip in finished),
    )
