"""What this project's management commands have in common."""

from django.core.management.base import BaseCommand


class QuickCommand(BaseCommand):
    """Answers without walking all routes first: `migrate`, which every server runs before anything
    else, has made Django's checks.
    """

    requires_system_checks: list[str] = []
