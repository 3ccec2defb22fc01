"""What lists of clips and subjects may be narrowed by."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters import rest_framework as filters

from annotation.models import Clip, ClipState, Subject
from annotation.selectors.library import readings_of_clips
from fascicle.accounts.models import User


class ClipFilter(filters.FilterSet):
    """By project, subject, state, or words in label, pseudonym, scanner, or the number."""

    project = filters.UUIDFilter(field_name="project_id")
    subject = filters.UUIDFilter(field_name="subject_id")
    state = filters.MultipleChoiceFilter(field_name="shown_state", choices=ClipState.choices)
    procedure = filters.CharFilter(field_name="project__protocol__procedure__code")
    scanner = filters.CharFilter(lookup_expr="iexact")
    assignee = filters.UUIDFilter(
        method="by_assignee", help_text="Clips that this person has begun to read."
    )
    deleted = filters.BooleanFilter(
        method="as_chosen", help_text="Deleted clips instead, for admins of their projects."
    )
    search = filters.CharFilter(method="by_words")

    class Meta:
        model = Clip
        fields: list[str] = []

    def as_chosen(self, rows: QuerySet[Clip], name: str, value: bool) -> QuerySet[Clip]:  # noqa: FBT001  # django-filter's own
        """The view has chosen between present and deleted clips already."""
        del name, value
        return rows

    def by_assignee(self, rows: QuerySet[Clip], name: str, value: UUID) -> QuerySet[Clip]:
        """By the author of a reading."""
        del name
        user = self.request.user if self.request else None
        if not isinstance(user, User):
            return rows.none()
        sets = readings_of_clips(user).filter(author_id=value)
        return rows.filter(Exists(sets.filter(clip=OuterRef("pk"))))

    def by_words(self, rows: QuerySet[Clip], name: str, value: str) -> QuerySet[Clip]:
        """Every word must be found somewhere; a number matches "Clip 12" too."""
        del name
        for word in value.split()[:8]:
            found = (
                Q(label__icontains=word)
                | Q(subject__pseudonym__icontains=word)
                | Q(scanner__icontains=word)
            )
            digits = word.removeprefix("#")
            if digits.isascii() and digits.isdecimal() and len(digits) < 10:
                found |= Q(number=int(digits))
            elif word.lower() == "clip":
                found |= Q(label="")
            rows = rows.filter(found)
        return rows


class SubjectFilter(filters.FilterSet):
    """By project, or part of the pseudonym."""

    project = filters.UUIDFilter(field_name="project_id")
    search = filters.CharFilter(field_name="pseudonym", lookup_expr="icontains")

    class Meta:
        model = Subject
        fields: list[str] = []
