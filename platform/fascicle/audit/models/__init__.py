"""The append-only record."""

from fascicle.audit.models.record import AuditRecord

__all__ = ["AuditRecord"]
