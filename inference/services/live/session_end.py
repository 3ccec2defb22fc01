"""End live sessions."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from fascicle.accounts.models import User
from fascicle.audit.services import record_append
from fascicle.errors import NotAllowed
from inference.models import LiveSession, Recording, RecordingState
from inference.permissions import may_go_live
from inference.services.live.wanted import follow


@transaction.atomic
def session_end(*, session: LiveSession, actor: User) -> None:
    """End one by hand; a recording that runs is kept. Raises NotAllowed for trainees."""
    if not may_go_live(actor, session.project_id):
        raise NotAllowed("Only experts and admins of the project end a live session.")
    if end_sessions(LiveSession.objects.open().filter(pk=session.pk)):
        record_append(
            actor=actor,
            action="live.end",
            target=session,
            project_id=session.project_id,
            detail={},
        )


@transaction.atomic
def end_sessions(sessions: QuerySet[LiveSession]) -> int:
    """End each that is open, stop what it records, and let the hub follow; how many there were."""
    ended = list(sessions.filter(ended_at__isnull=True).select_for_update(of=("self",)))
    now = timezone.now()
    for session in ended:
        session.ended_at = now
        session.save(update_fields=["ended_at"])
        Recording.objects.filter(
            session=session, state=RecordingState.RECORDING, stop_asked_at__isnull=True
        ).update(stop_asked_at=now)
        follow(session)
    return len(ended)
