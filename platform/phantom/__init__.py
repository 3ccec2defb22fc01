"""Synthetic B-mode ultrasound clips with exact ground truth, for the demonstration project, tests
and a live source.
"""

from phantom.anatomy import PhantomStructure
from phantom.files import write_pairs, write_video
from phantom.frame_number import burn_index, read_index
from phantom.scene import PhantomFrame, Scene

__all__ = [
    "PhantomFrame",
    "PhantomStructure",
    "Scene",
    "burn_index",
    "read_index",
    "write_pairs",
    "write_video",
]
