"""Unread notices as one e-mail a day."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from annotation.models import Notice, NoticeSetting
from fascicle.accounts.models import User

logger = logging.getLogger(__name__)

LINES_AT_MOST = 40


def notices_digest() -> int:
    """Beat calls this: a plain-text mail to everyone who has unread notices that no mail has told
    of, unless they muted it; how many were sent. A mail that cannot be sent is tried again with the
    next digest.
    """
    waiting = Notice.objects.filter(read_at__isnull=True, mailed_at__isnull=True)
    people = User.objects.filter(pk__in=waiting.values("user"), is_active=True).exclude(
        notice_setting__is_mail_muted=True
    )
    return sum(_send(person) for person in people)


def notice_mail_set(*, user: User, is_muted: bool) -> NoticeSetting:
    """Whether the person gets the digest. What waits is not sent later, when it is wanted again."""
    with transaction.atomic():
        row, _ = NoticeSetting.objects.update_or_create(
            user=user, defaults={"is_mail_muted": is_muted}
        )
        if is_muted:
            Notice.objects.filter(user=user, mailed_at__isnull=True).update(
                mailed_at=timezone.now()
            )
    return row


@transaction.atomic
def _send(person: User) -> bool:
    rows = list(
        Notice.objects.visible_to(person)
        .filter(read_at__isnull=True, mailed_at__isnull=True)
        .select_related("project", "clip")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("project__name", "created_at")
    )
    if not rows:
        return False
    try:
        send_mail(_subject(len(rows)), _body(person, rows), None, [person.email])
    except (OSError, SMTPException):
        logger.exception("the digest of person %s could not be sent", person.pk)
        return False
    now = timezone.now()
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=now)
    NoticeSetting.objects.update_or_create(user=person, defaults={"mailed_at": now})
    return True


def _subject(count: int) -> str:
    return "Fascicle: 1 notice" if count == 1 else f"Fascicle: {count} notices"


def _body(person: User, rows: list[Notice]) -> str:
    lines = [f"Hello {person},", "", "this waits for you:"]
    project = ""
    for row in rows[:LINES_AT_MOST]:
        if row.project.name != project:
            project = row.project.name
            lines += ["", project]
        about = f" ({row.clip})" if row.clip is not None else ""
        lines.append(f"- {row.text}{about}")
    if len(rows) > LINES_AT_MOST:
        lines.append(f"- and {len(rows) - LINES_AT_MOST} more")
    lines += ["", f"Your work: {settings.FASCICLE_ADDRESS}/", ""]
    lines += ["You can switch this mail off on the page, under the bell.", "Research use only."]
    return "\n".join(lines) + "\n"
