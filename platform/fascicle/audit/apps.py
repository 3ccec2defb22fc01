"""Django's view of the app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package's models for what it keeps."""

    name = "fascicle.audit"
    label = "audit"
