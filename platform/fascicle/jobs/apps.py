"""Django's view of the app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """See the package's models for what it keeps."""

    name = "fascicle.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Bind shared tasks to this project's Celery app in every process, not only in workers."""
        from fascicle.celery import app  # noqa: PLC0415

        app.set_default()
