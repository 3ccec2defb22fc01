"""No property test here depends on how fast the machine happens to be."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
