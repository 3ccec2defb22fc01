"""How a person likes to work."""

from django.db import models
from django.utils import timezone

from fascicle.accounts.models.user import User


class Preference(models.Model):
    """One person's choices, which follow them to every machine.

    `keys` holds the keys chosen for commands: {command id: [key, ...]}, an empty list for none.
    """

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="preference"
    )
    keys = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Preferences of {self.user_id}"
