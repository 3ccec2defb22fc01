"""A file becomes the stored frames of a clip, in a row of small steps.

    probe -> decode -> de-identify -> hash -> chunk -> thumbnail

Each is a `Step`: it takes the draft that the one before has left and adds its part. Frames are
drawn through all of them one by one by the step that stores them, so none holds a whole clip.
"""

from annotation.services.ingest.draft import Draft, Step, StoredChunk, StoredFrames
from annotation.services.ingest.row import frames_store
from annotation.services.ingest.steps import stored_png

__all__ = ["Draft", "Step", "StoredChunk", "StoredFrames", "frames_store", "stored_png"]
