"""Stream a phantom into the demo project: `./manage.py phantom_scanner --server URL`."""

import os
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.db import connections

from fascicle.command import QuickCommand
from fascicle.stack.state import PROJECT_ROOT
from training.demo.scanner import scanner_command, scanner_token

NOTHING_TO_DO_S = 3600.0


class Command(QuickCommand):
    """Becomes the bridge of a simulated scanner; waits where there is no demo project."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the site is."""
        parser.add_argument("--server", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Pair once, then stream."""
        del args
        while (token := scanner_token()) is None:
            self.stdout.write("There is no demo project to stream into, or its pairing was ended.")
            time.sleep(NOTHING_TO_DO_S)
        connections.close_all()
        environment = {**os.environ, "FASCICLE_BRIDGE_TOKEN": token}
        command = [sys.executable, "-m", "inference.bridge", *scanner_command(options["server"])]
        os.chdir(PROJECT_ROOT)
        # the token goes by the environment: arguments are for every user of the machine to read
        os.execve(sys.executable, command, environment)  # noqa: S606
