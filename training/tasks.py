"""Long work of this app: each handler takes ids from the Job and calls a service."""


def register_handlers() -> None:
    """Called once when Django starts."""
