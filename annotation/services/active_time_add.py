"""Count a person's active time on a clip."""

from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone

from annotation.models import ActiveTime, Clip
from annotation.set_permissions import may_annotate
from fascicle.accounts.models import User
from fascicle.errors import InvalidInput, NotAllowed

AT_MOST_S = 300
DAY_S = 86_400


def active_time_add(*, clip: Clip, actor: User, seconds: int) -> None:
    """Add what one page measured since its last report; a day never grows beyond itself.

    Raises NotAllowed for people who do not annotate, InvalidInput for more than five minutes at
    once (a page reports every half minute).
    """
    if not may_annotate(actor, clip.project_id):
        raise NotAllowed("Only experts and admins of the project annotate.")
    if not 0 < seconds <= AT_MOST_S:
        raise InvalidInput(f"Between 1 and {AT_MOST_S} seconds at once.", seconds=["Out of range."])
    today = {"clip": clip, "user": actor, "day": timezone.now().date()}
    row, is_new = ActiveTime.objects.get_or_create(**today, defaults={"seconds": seconds})
    if not is_new:
        ActiveTime.objects.filter(pk=row.pk).update(seconds=Least(F("seconds") + seconds, DAY_S))
