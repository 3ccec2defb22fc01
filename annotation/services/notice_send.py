"""Tell people about work that concerns them."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from annotation.models import AnnotationSet, Notice, NoticeKind
from fascicle.accounts.models import User

Line = tuple[UUID, str, UUID | None]  # person, words, clip


def notices_send(
    *,
    project_id: UUID,
    kind: NoticeKind,
    lines: Sequence[Line],
    annotation_set_id: UUID | None = None,
) -> None:
    """Write one notice a line, in the caller's transaction."""
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=person,
                project_id=project_id,
                kind=kind,
                text=text[:400],
                clip_id=clip,
                annotation_set_id=annotation_set_id,
            )
            for person, text, clip in lines
        ]
    )


def set_notice(
    *, row: AnnotationSet, project_id: UUID, kind: NoticeKind, text: str, actor: User
) -> None:
    """Tell the author of a set what a colleague did to it; of one's own acts nobody is told."""
    if row.author_id is not None and row.author_id != actor.pk:
        notices_send(
            project_id=project_id,
            kind=kind,
            lines=[(row.author_id, text, row.clip_id)],
            annotation_set_id=row.pk,
        )


def notices_read(*, user: User, notices: Sequence[UUID] | None, is_read: bool = True) -> int:
    """Mark the person's own notices, or all of them, as read or unread; how many changed."""
    rows = Notice.objects.visible_to(user).filter(read_at__isnull=is_read)
    if notices is not None:
        rows = rows.filter(pk__in=notices)
    return rows.update(read_at=timezone.now() if is_read else None)
