"""A session whose bridge streams is seen, though the bridge asks the site for nothing meanwhile."""

from datetime import timedelta

from django.utils import timezone

from inference.models import LiveSession
from inference.services.live.board import keep_wanted, seen_states

# the beat comes every few seconds, and an hour is what it guards: not every beat is worth a write
REFRESH_AFTER = timedelta(minutes=1)


def sessions_refresh() -> int:
    """Beat calls this: note that bridges at the hub are there, so that one that was cut off after
    hours goes on in its session; how many.
    """
    now = timezone.now()
    due = LiveSession.objects.open().filter(last_seen_at__lt=now - REFRESH_AFTER)
    seen = seen_states([str(pk) for pk in due.values_list("pk", flat=True)])
    # a session stays in the hub for a while after its bridge has gone: only a bridge counts
    connected = [pk for pk, state in seen.items() if state.get("device") is not None]
    if not connected:
        return 0
    keep_wanted(connected)
    return due.filter(pk__in=connected).update(last_seen_at=now)
