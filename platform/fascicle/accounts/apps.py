"""Django's view of the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the package's models for what it keeps."""

    name = "fascicle.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register the authentication schemes; REST framework cannot be imported any earlier."""
        from fascicle.accounts.api import schema  # noqa: F401, PLC0415
