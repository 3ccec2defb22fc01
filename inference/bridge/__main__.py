"""`python -m inference.bridge`, the same as `fascicle-bridge`."""

import sys

from inference.bridge.cli import main

# a child process of a source imports this file too, under another name
if __name__ == "__main__":
    sys.exit(main())
