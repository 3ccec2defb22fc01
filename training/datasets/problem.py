"""What the numeric half of training refuses, in sentences for the person who chose the images."""


class BadInputError(ValueError):
    """Input that cannot be used; the message is one sentence to show as it is."""
