"""How far readers agree on clips, as it stood at certain revisions."""

import uuid

from django.db import models
from django.utils import timezone

from annotation.models.annotation_set import AnnotationSet
from fascicle.accounts.models import Membership, Project, Role, User


class AgreementBasis(models.TextChoices):
    """Which revision of each reading is compared."""

    CURRENT = "current", "As it stands"
    FIRST = "first", "As first handed in"


class AgreementReportQuerySet(models.QuerySet["AgreementReport"]):
    """Who may see which report."""

    def visible_to(self, user: User) -> "AgreementReportQuerySet":
        """Reports of the projects in which one annotates, unless one of their readings is hidden
        from oneself: who still reads a clip blinded learns nothing of it from a report either.
        """
        projects = Membership.objects.of(user, roles=[Role.ADMIN, Role.EXPERT]).values("project_id")
        visible = AnnotationSet.objects.visible_to(user).values("pk")
        hidden = AgreementReading.objects.filter(
            annotation_set__clip__deleted_at__isnull=True
        ).exclude(annotation_set__in=visible)
        return self.filter(project_id__in=projects).exclude(pk__in=hidden.values("report_id"))

    def with_moved_on(self) -> "AgreementReportQuerySet":
        """Annotates `moved_on`: of how many readings there is a later revision by now."""
        moved = AgreementReading.objects.filter(
            report=models.OuterRef("pk"), report__basis=AgreementBasis.CURRENT
        ).exclude(annotation_set__revision=models.F("revision"))
        count = moved.order_by().values("report").annotate(n=models.Count("pk")).values("n")
        return self.annotate(
            moved_on=models.functions.Coalesce(models.Subquery(count), models.Value(0))
        )


class AgreementReport(models.Model):
    """Numbers, and the readings at the revisions that they came from: the same revisions give the
    same numbers, so `sha256` of a report made again is the same.

    `frames` is `annotation.agreement.pack_table`, `readers` and `structures` are kept as they were
    called then. An empty `figures` is a report that is not made yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    job_id = models.UUIDField(null=True, blank=True)
    basis = models.CharField(
        max_length=8, choices=AgreementBasis.choices, default=AgreementBasis.CURRENT
    )
    readers = models.JSONField(default=list)  # {id, reading, name}, in the order of `reader`
    structures = models.JSONField(default=list)  # {channel, code, name, colour}
    clips = models.JSONField(default=list)  # {id, number, title, subject, microns_per_pixel}
    figures = models.JSONField(default=dict)  # annotation.agreement.agreement_figures
    frames = models.BinaryField(default=bytes)
    sha256 = models.CharField(max_length=64, blank=True)  # of figures and frames
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    made_at = models.DateTimeField(null=True, blank=True)

    objects = AgreementReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(basis__in=AgreementBasis.values), name="agreement_basis_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Agreement on {len(self.clips)} clips"


class AgreementReading(models.Model):
    """One reading that a report compares. `reader` is a place in the report's `readers`, `clip` in
    its `clips`.
    """

    report = models.ForeignKey(AgreementReport, on_delete=models.CASCADE, related_name="readings")
    annotation_set = models.ForeignKey(AnnotationSet, on_delete=models.RESTRICT, related_name="+")
    revision = models.PositiveIntegerField()
    reader = models.PositiveIntegerField()
    clip = models.PositiveIntegerField()

    class Meta:
        ordering = ["clip", "reader"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "clip", "reader"], name="agreement_reading_once"
            ),
        ]

    def __str__(self) -> str:
        return f"set {self.annotation_set_id} at revision {self.revision}"
