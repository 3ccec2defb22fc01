"""Django's view of the app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """See the package's models for what it keeps."""

    name = "fascicle.jobs"
    label = "jobs"
