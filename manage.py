#!/usr/bin/env python
"""Django's command line for Fascicle."""

import os
import sys
from pathlib import Path

# `platform/` is a folder on the import path and never a package: a package would hide Python's own.
sys.path.append(str(Path(__file__).resolve().parent / "platform"))


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fascicle.settings")
    if sys.argv[1:2] == ["up"]:
        # `up` starts the database, so it may not need one to begin with.
        from fascicle.stack.up import main as up  # noqa: PLC0415

        sys.exit(up(sys.argv[2:]))
    # In a second terminal beside a running stack, its addresses are taken over.
    from fascicle.stack.environment import adopt  # noqa: PLC0415

    adopt()
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
