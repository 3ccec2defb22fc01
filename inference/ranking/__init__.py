"""What of a suggestion an expert should look at first, and why. Without Django.

`frame_doubts` measures each frame of a clip as it is pre-annotated, `heat` makes the small picture
of where the doubt lies; `choose` picks frames and clips from the `measures`, with NumPy alone, as
web processes do.
"""
