"""What the demo project holds, as data."""

from dataclasses import dataclass
from enum import Enum

PROJECT_NAME = "Axillary block (phantom)"
PROCEDURE = "axillary"
ANATOMY = "axillary"
SIDE = 384  # pixels
CREDIT = "Simulated by Fascicle's phantom"


class Stage(Enum):
    """How far a clip has come."""

    NEW = "new"
    SUGGESTED = "suggested"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class DemoClip:
    """One recording: `seed` draws the subject, `first_frame` says when it begins."""

    subject: str
    label: str
    seed: int
    frame_count: int
    stage: Stage
    first_frame: int = 0
    slides: bool = False  # the probe moves sideways, so that nerves come into view


CLIPS = (
    DemoClip("Phantom 01", "Axilla right, sweep", 1, 50, Stage.ACCEPTED),
    DemoClip("Phantom 02", "Axilla left, sweep", 2, 40, Stage.ACCEPTED),
    DemoClip("Phantom 03", "Axilla right, still", 3, 40, Stage.ACCEPTED),
    DemoClip("Phantom 04", "Axilla left, still", 4, 40, Stage.ACCEPTED),
    DemoClip("Phantom 05", "Axilla right, first look", 5, 40, Stage.SUBMITTED),
    DemoClip("Phantom 05", "Axilla right, second look", 5, 50, Stage.NEW, first_frame=250),
    DemoClip("Phantom 06", "Axilla left, deep", 6, 60, Stage.SUGGESTED),
    DemoClip("Phantom 01", "Axilla right, follow-up", 1, 75, Stage.NEW, first_frame=400),
    DemoClip("Phantom 07", "Axilla right, slide", 7, 50, Stage.ACCEPTED, slides=True),
)

# read again by who had read it, and known to the admin alone; neither is asked about in the course
REREAD_CLIP = "Axilla right, still"
CHECK_CLIP = "Axilla left, still"
CHECKED_FRAMES = 20
OVERLOOKED = "musculocutaneous"

COURSE_TITLE = "Nerves of the axilla, first steps"
COURSE_WORDS = (
    "Simulated recordings to try the practice room on. Real tissue is harder to read than these."
)
COURSE_CLIPS = ("Axilla right, sweep", "Axilla right, slide")
COURSE_NOTE = (
    "Nerves lie around the vessel that pulsates: find that first. A nerve is speckled inside a "
    "bright rim; the vessel is dark, and the bone is a bright line with a shadow below it."
)
