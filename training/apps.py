"""Django's view of the app."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """See the package's models for what it keeps."""

    name = "training"
    label = "training"

    def ready(self) -> None:
        """Tell the job runner which services do this app's long work, and the registry who knows
        the scores of single frames.
        """
        from inference.comparison import register_comparer  # noqa: PLC0415
        from training.comparisons import measured_changes  # noqa: PLC0415
        from training.tasks import register_handlers  # noqa: PLC0415

        register_handlers()
        register_comparer(measured_changes)
