"""Who may pull carried shapes onto what a model sees.

This app knows no models: an app that has some registers a finder when Django starts, as job
handlers are registered.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from annotation.propagation import Refiner

# quoted: web processes name refiners and never need optical flow
Finder = Callable[[UUID, str], "Refiner | None"]

_finders: list[Finder] = []


def register_refiner(finder: Finder) -> None:
    """Name a function that gives the refiner for (project id, structure code), or None.

    The last one registered is asked first; registering one twice changes nothing.
    """
    if finder not in _finders:
        _finders.append(finder)


def refiner_for(project_id: UUID, structure_code: str) -> "Refiner | None":
    """The first refiner that anybody has for a structure of a project."""
    for finder in reversed(_finders):
        refiner = finder(project_id, structure_code)
        if refiner is not None:
            return refiner
    return None
