"""A bridge asks to publish, and a person to view: sessions, and tickets for the hub."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fascicle.accounts.models import Project, User
from fascicle.audit.services import record_append
from fascicle.errors import Conflict, InvalidInput
from inference.live.tickets import Role, issue_ticket
from inference.models import Device, LiveSession
from inference.permissions import may_go_live
from inference.services.live.session_end import end_sessions
from inference.services.live.wanted import follow

SOURCES = ("clarius", "igtl", "camera", "rtsp", "file", "phantom")
# a bridge that comes back within this time goes on in the session it had
RESUME_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TicketIssued:
    """The session and what opens it at the hub, for a minute."""

    session: LiveSession
    ticket: str


@transaction.atomic
def session_publish(*, device: Device, source: str) -> TicketIssued:
    """The device's open session, or a new one, with a publisher's ticket.

    `source` is the kind of source. Raises InvalidInput for one that is not known.
    """
    _check_source(source)
    Project.objects.select_for_update(no_key=True).get(pk=device.project_id)
    now = timezone.now()
    Device.objects.filter(pk=device.pk).update(last_seen_at=now)
    session = (
        LiveSession.objects.open()
        .select_for_update(of=("self",))
        .filter(device=device)
        .select_related("project", "device", "model_version")
        .first()
    )
    is_stale = session is not None and (
        session.source != source or now - session.last_seen_at > RESUME_WITHIN
    )
    if session is not None and is_stale:
        end_sessions(LiveSession.objects.filter(pk=session.pk))
        session = None
    if session is None:
        session = LiveSession.objects.create(
            project=device.project, device=device, source=source, last_seen_at=now
        )
        record_append(
            actor=device.paired_by,
            action="live.start",
            target=session,
            project_id=device.project_id,
            detail={"device": str(device.pk), "source": source},
        )
    else:
        LiveSession.objects.filter(pk=session.pk).update(last_seen_at=now)
    follow(session)
    return TicketIssued(session, _ticket(session, role="publisher", subject=str(device.pk)))


def _check_source(source: str) -> None:
    if source not in SOURCES:
        raise InvalidInput(f"The source must be one of {', '.join(SOURCES)}.", source=["Unknown."])


def session_view(*, session: LiveSession, user: User) -> TicketIssued:
    """A viewer's ticket; experts and admins may also command. The session is one that the user
    sees. Raises Conflict (`ended`) for a session that is over.
    """
    if session.ended_at is not None:
        raise Conflict("This session has ended.", code="ended")
    may_command = may_go_live(user, session.project_id)
    return TicketIssued(
        session, _ticket(session, role="viewer", subject=str(user.pk), may_command=may_command)
    )


def _ticket(session: LiveSession, *, role: Role, subject: str, may_command: bool = False) -> str:
    return issue_ticket(
        settings.LIVE_SECRET.encode(),
        role=role,
        session=str(session.pk),
        project=str(session.project_id),
        subject=subject,
        may_command=may_command,
    )
