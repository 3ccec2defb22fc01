"""How suggestions fared with the people who saw them."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean, median
from uuid import UUID

from django.db.models import Count, Q

from fascicle.accounts.models import User
from inference.models import Answer, ModelVersion, SuggestionAnswer

# an accepted shape that differs by less was not edited: curves and masks round differently
UNCHANGED_DICE = 0.995


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """One person's answers to one model version; `seconds` is the median time to an answer."""

    person: User
    model: str
    accepted: int
    edited: int
    rejected: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class StructureFare:
    """Answers for one structure of a model version."""

    code: str
    name: str
    accepted: int
    edited: int
    rejected: int
    kept_dice: float | None


@dataclass(frozen=True, slots=True)
class ModelFare:
    """What people made of a model version's suggestions.

    `seconds` is the median time to an answer. `handed_in` counts accepted shapes that were handed
    in, `unchanged` those of them that nobody had to edit; `kept_dice` is their mean Dice with what
    was handed in. None where nothing is known yet.
    """

    people: int
    accepted: int
    edited: int
    rejected: int
    seconds: float | None
    handed_in: int
    unchanged: int
    kept_dice: float | None
    structures: list[StructureFare]


def answer_scores(user: User, project_id: UUID) -> list[AnswerScore]:
    """By person and model version: one's own, or everyone's for the project's admins. Answers of a
    clip that is read again are not counted.
    """
    answers = SuggestionAnswer.objects.visible_to(user).counted()
    seen = answers.filter(suggestion__annotation_set__clip__project_id=project_id)
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


def model_fare(user: User, version: ModelVersion) -> ModelFare:
    """Of one's own answers, or of everyone's for the project's admins. Answers of a clip that is
    read again are not counted.
    """
    rows = (
        SuggestionAnswer.objects.visible_to(user)
        .counted()
        .filter(suggestion__model_version=version)
        .order_by("structure__channel")
        .values_list(
            "structure__code", "structure__name", "user_id", "answer", "seconds", "kept_dice"
        )
    )
    people: set[UUID] = set()
    times: list[float] = []
    kept: dict[tuple[str, str], list[float]] = defaultdict(list)
    counts: dict[tuple[str, str], dict[Answer, int]] = {}
    for code, name, person, answer, seconds, dice in rows:
        people.add(person)
        counted = counts.setdefault((code, name), dict.fromkeys(Answer, 0))
        counted[Answer(answer)] += 1
        if seconds is not None:
            times.append(seconds)
        if dice is not None and answer != Answer.REJECTED:
            kept[code, name].append(dice)
    everything = [dice for one in kept.values() for dice in one]
    return ModelFare(
        people=len(people),
        accepted=sum(one[Answer.ACCEPTED] for one in counts.values()),
        edited=sum(one[Answer.EDITED] for one in counts.values()),
        rejected=sum(one[Answer.REJECTED] for one in counts.values()),
        seconds=median(times) if times else None,
        handed_in=len(everything),
        unchanged=sum(dice >= UNCHANGED_DICE for dice in everything),
        kept_dice=fmean(everything) if everything else None,
        structures=[
            StructureFare(
                code=key[0],
                name=key[1],
                accepted=counted[Answer.ACCEPTED],
                edited=counted[Answer.EDITED],
                rejected=counted[Answer.REJECTED],
                kept_dice=fmean(kept[key]) if kept[key] else None,
            )
            for key, counted in counts.items()
        ],
    )
