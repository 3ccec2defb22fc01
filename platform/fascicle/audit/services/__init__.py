"""Writing the record."""

from fascicle.audit.services.record_append import record_append

__all__ = ["record_append"]
