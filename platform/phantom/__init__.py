"""Synthetic B-mode ultrasound clips with exact ground truth, for the demonstration project, tests and a live source."""

from phantom.scene import PhantomFrame, Scene

__all__ = ["PhantomFrame", "Scene"]
