"""What the stack says when it cannot go on."""


class StackError(Exception):
    """A condition the person at the terminal can act on; the text says what is wrong and what to do."""
