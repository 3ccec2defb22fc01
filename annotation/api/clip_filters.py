"""What lists of clips and subjects may be narrowed by."""

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from annotation.models import Clip, ClipState, Subject


class ClipFilter(filters.FilterSet):
    """By project, subject, state, or words in label, pseudonym, scanner, or the number."""

    project = filters.UUIDFilter(field_name="project_id")
    subject = filters.UUIDFilter(field_name="subject_id")
    state = filters.MultipleChoiceFilter(choices=ClipState.choices)
    search = filters.CharFilter(method="by_words")

    class Meta:
        model = Clip
        fields: list[str] = []

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
