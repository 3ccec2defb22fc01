"""`python -m fascicle.stack [up|status|stop|clean]`."""

from __future__ import annotations

import argparse
import os
import sys

from fascicle.stack import control
from fascicle.stack.console import Console
from fascicle.stack.errors import StackError
from fascicle.stack.state import StateFolder
from fascicle.stack.up import main as up


def main(argv: list[str]) -> int:
    """Run one command on the stack of this project's state folder."""
    parser = argparse.ArgumentParser(prog="python -m fascicle.stack")
    parser.add_argument(
        "command",
        nargs="?",
        default="up",
        choices=("up", "status", "stop", "clean"),
        help="up: run it here (default); status: how it stands; stop: end it; "
        "clean: delete its database, media, logs and secrets",
    )
    command = parser.parse_args(argv).command
    console = Console()
    if command == "up":
        return up([])
    try:
        state = StateFolder.from_environment(os.environ)
        return {"status": control.status, "stop": control.stop, "clean": control.clean}[command](
            state, console
        )
    except StackError as error:
        console.line(console.paint(str(error), "red"))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
