"""`python -m training fit|evaluate|folds`: train and measure without a database."""

import sys

from training.cli import main

if __name__ == "__main__":
    sys.exit(main())
