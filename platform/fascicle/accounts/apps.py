"""Django's view of the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the package's models for what it keeps."""

    name = "fascicle.accounts"
    label = "accounts"
