"""Django's view of the app."""

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """See the package's models for what it keeps."""

    name = "annotation"
    label = "annotation"

    def ready(self) -> None:
        """Tell the job runner which services do this app's long work."""
        from annotation.tasks import register_handlers  # noqa: PLC0415

        register_handlers()
