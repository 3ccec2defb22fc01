"""What the stack says when it cannot go on."""


class StackError(Exception):
    """What the person at the terminal can act on: what is wrong, and what to do."""
