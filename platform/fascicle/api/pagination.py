"""Lists come in pages by cursor, so that a growing list never repeats or skips a row."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Newest first; `page_size` up to 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering: tuple[str, ...] = ("-created_at", "-id")
