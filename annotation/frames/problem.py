"""What ingest refuses, in sentences for the person who sent the file."""


class UnreadableSourceError(ValueError):
    """A file that cannot become a clip; the message is one sentence to show as it is."""


class DamagedChunkError(ValueError):
    """A stored chunk file that does not hold what its header says."""
