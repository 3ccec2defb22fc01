"""Clips as exact grey frames: reading what people send, and the files frames are kept in.

NumPy, Pillow, OpenCV and PyAV; no Django.
"""
