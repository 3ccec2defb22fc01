"""How long a person really worked on a clip."""

from typing import TYPE_CHECKING

from django.db import models

from annotation.models.assignment import Assignment
from annotation.models.clip import Clip
from fascicle.accounts.models import Membership, Project, Role, User

if TYPE_CHECKING:
    from datetime import date


class ActiveTimeQuerySet(models.QuerySet["ActiveTime"]):
    """Who may see whose time."""

    def visible_to(self, user: User) -> "ActiveTimeQuerySet":
        """One's own; that of everyone in the projects one administers. Of a clip that one is still
        to read blinded, only one's own since it was assigned: earlier time would tell of a re-read.
        """
        led = Membership.objects.of(user, roles=[Role.ADMIN]).values("project")
        seen = self.filter(clip__project__in=Project.objects.visible_to(user))
        blinded = Assignment.objects.blinded_readings(user).filter(clip=models.OuterRef("clip"))
        begun = models.Exists(blinded.filter(created_at__date__gt=models.OuterRef("day")))
        return seen.filter(
            models.Q(~begun, user=user)
            | models.Q(~models.Q(user=user), ~models.Exists(blinded), clip__project__in=led)
        )


class ActiveTime(models.Model):
    """Seconds with pointer or keys at work on one clip, on one day (UTC)."""

    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    day: "models.DateField[date, date]" = models.DateField()
    seconds = models.PositiveIntegerField()

    objects = ActiveTimeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clip", "user", "day"], name="active_time_once"),
            models.CheckConstraint(
                condition=models.Q(seconds__lte=86_400), name="active_time_fits_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seconds} s"
