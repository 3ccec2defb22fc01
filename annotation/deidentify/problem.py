"""What de-identification refuses, in sentences for the person who can correct it."""


class DeidentifyError(ValueError):
    """A redaction, a frame or a dataset that cannot be used; the message is one sentence."""
