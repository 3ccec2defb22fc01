"""Django's view of the app."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """See the package's models for what it keeps."""

    name = "training"
    label = "training"

    def ready(self) -> None:
        """Tell the job runner which services do this app's long work."""
        from training.tasks import register_handlers  # noqa: PLC0415

        register_handlers()
