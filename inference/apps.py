"""Django's view of the app."""

from django.apps import AppConfig


class InferenceConfig(AppConfig):
    """See the package's models for what it keeps."""

    name = "inference"
    label = "inference"

    def ready(self) -> None:
        """Tell the job runner which services do this app's long work."""
        from inference.tasks import register_handlers  # noqa: PLC0415

        register_handlers()
