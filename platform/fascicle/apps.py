"""The project itself as an app: it hosts commands that belong to no single app."""

from django.apps import AppConfig


class FascicleConfig(AppConfig):
    """Composition root; holds no tables."""

    name = "fascicle"
    label = "fascicle"
