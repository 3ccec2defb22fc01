"""`python -m benchmarks.evidence plan|run|take|table`."""

import sys

from benchmarks.evidence.cli import main

if __name__ == "__main__":
    sys.exit(main())
