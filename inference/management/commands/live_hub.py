"""Run the live hub: `./manage.py live_hub`."""

from argparse import ArgumentParser
from typing import Any

from fascicle.command import QuickCommand
from inference.live_process import main


class Command(QuickCommand):
    """Pictures from bridges to browsers, with masks. One process, beside the web server."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where it listens."""
        parser.add_argument("--host")
        parser.add_argument("--port", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until a signal."""
        del args
        given = [f"--{name}={options[name]}" for name in ("host", "port") if options[name]]
        main(given)
