"""Enter a revision into a set's history and move the set on to it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.utils import timezone

from annotation.operation_codec import encode_operations
from annotation.operations import Operation

# one statement for both: this runs with every stroke of everyone
_STATEMENT = """
    WITH moved AS (
        UPDATE annotation_annotationset SET revision = %(number)s, updated_at = %(now)s
        WHERE id = %(set)s
    )
    INSERT INTO annotation_revision (
        annotation_set_id, number, author_id, created_at, idempotency_key, operations, op_count,
        summary
    ) VALUES (
        %(set)s, %(number)s, %(author)s, %(now)s, %(key)s, %(operations)s, %(count)s, %(summary)s
    )
"""


def revision_add(
    *,
    annotation_set_id: UUID,
    number: int,
    author_id: UUID,
    idempotency_key: UUID,
    operations: Sequence[Operation],
    summary: str,
) -> None:
    """Revision `number` of the set, whose lock the caller holds.

    Raises IntegrityError when there is such a revision already, by its number or its key.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENT,
            {
                "set": annotation_set_id,
                "number": number,
                "author": author_id,
                "now": timezone.now(),
                "key": idempotency_key,
                "operations": encode_operations(operations),
                "count": len(operations),
                "summary": summary,
            },
        )
