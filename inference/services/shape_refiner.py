"""The model promoted for pre-annotation, as it helps shapes that are carried through a clip."""

import logging
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from annotation.propagation import RefinedRegion, Refiner
from fascicle.errors import InvalidInput
from inference.engine import Engine
from inference.models import AliasName
from inference.selectors import alias_model
from inference.services.engine_cache import engine_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineRefiner:
    """One structure of a loaded model."""

    engine: Engine
    structure_code: str

    def refine(self, frame: NDArray[np.uint8]) -> RefinedRegion | None:
        """What the model sees of the structure in a grey frame uint8 (H, W)."""
        seen = self.engine.segment(frame[None])
        for position, each in enumerate(seen.classes):
            if each.code == self.structure_code:
                pixels = seen.labels[0] == each.index
                if not pixels.any():
                    return None
                return RefinedRegion(pixels, float(seen.confidence[0, position]))
        return None


def shape_refiner(project_id: UUID, structure_code: str) -> Refiner | None:
    """A refiner where a promoted model knows the structure; None otherwise.

    A model that cannot be loaded is logged and done without: the flow alone still carries shapes.
    """
    version = alias_model(project_id, AliasName.PREANNOTATE)
    if version is None:
        return None
    if structure_code not in {each["code"] for each in version.structures}:
        return None
    try:
        return EngineRefiner(engine_of(version), structure_code)
    except InvalidInput as problem:
        logger.warning("carrying shapes without %s: %s", version, problem)
        return None
