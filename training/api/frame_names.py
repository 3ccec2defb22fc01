"""Names of frames and folders in what a fit has said: they tell admins which file to look at.

To others they tell that a clip was trained on, so that it is accepted, which a blinded reader may
not know.
"""

import re

# `ManifestFrame.stem`; where a log's end was cut out, less of the first one is left
_FRAME = re.compile(r"\b[0-9a-f]{1,32}-\d{6}\b")
_FOLDERS = re.compile(r"(?<![\w.])/(?:[^\s/'\":]+/)+")


def without_names(said: str) -> str:
    """What was said, with `(a frame)` for names of frames, and files without their folders."""
    return _FRAME.sub("(a frame)", _FOLDERS.sub("", said))
