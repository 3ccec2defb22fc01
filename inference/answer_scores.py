"""How suggestions fared with the people who saw them."""

from dataclasses import dataclass
from statistics import median
from uuid import UUID

from django.db.models import Count, Q

from fascicle.accounts.models import User
from inference.models import Answer, SuggestionAnswer


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """One person's answers to one model version; `seconds` is the median time to an answer."""

    person: User
    model: str
    accepted: int
    edited: int
    rejected: int
    seconds: float | None


def answer_scores(user: User, project_id: UUID) -> list[AnswerScore]:
    """By person and model version: one's own, or everyone's for the project's admins."""
    seen = SuggestionAnswer.objects.visible_to(user).filter(
        suggestion__annotation_set__clip__project_id=project_id
    )
    by = ("user_id", "suggestion__model_version__name", "suggestion__model_version__number")
    rows = seen.values(*by).annotate(
        **{kind.value: Count("pk", filter=Q(answer=kind)) for kind in Answer}
    )
    times: dict[tuple[object, ...], list[float]] = {}
    for *key, seconds in seen.filter(seconds__isnull=False).values_list(*by, "seconds"):
        times.setdefault(tuple(key), []).append(seconds)
    people = User.objects.in_bulk({row["user_id"] for row in rows})
    return [
        AnswerScore(
            person=people[row["user_id"]],
            model=f"{row[by[1]]} · version {row[by[2]]}",
            accepted=row["accepted"],
            edited=row["edited"],
            rejected=row["rejected"],
            seconds=median(waited) if (waited := times.get(tuple(row[k] for k in by))) else None,
        )
        for row in rows.order_by(*by)
    ]
