"""The four anatomies: the structures each one labels, and the drawing of its subjects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from phantom.anatomy import Body, PhantomStructure, StructureKind
from phantom.bodies import draw_axillary, draw_brachial_plexus, draw_femoral, draw_femoral_block


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A region of the body: its structures in label order and the drawing of one subject."""

    code: str
    structures: tuple[PhantomStructure, ...]
    draw: Callable[[np.random.Generator], Body]


ANATOMIES: dict[str, Anatomy] = {
    anatomy.code: anatomy
    for anatomy in (
        Anatomy(
            "axillary",
            (
                PhantomStructure("vessel", "Blood vessel", StructureKind.VESSEL, 1),
                PhantomStructure("bone", "Bone", StructureKind.BONE, 2),
                PhantomStructure(
                    "musculocutaneous", "Musculocutaneous nerve", StructureKind.NERVE, 3
                ),
                PhantomStructure("median", "Median nerve", StructureKind.NERVE, 4),
                PhantomStructure("ulnar", "Ulnar nerve", StructureKind.NERVE, 5),
            ),
            draw_axillary,
        ),
        Anatomy(
            "femoral",
            (
                PhantomStructure("vessel", "Blood vessel", StructureKind.VESSEL, 1),
                PhantomStructure("bone", "Bone", StructureKind.BONE, 2),
                PhantomStructure("femoral-nerve", "Femoral nerve", StructureKind.NERVE, 3),
            ),
            draw_femoral,
        ),
        Anatomy(
            "brachial-plexus",
            (
                PhantomStructure("nerve", "Brachial plexus nerve", StructureKind.NERVE, 1),
                PhantomStructure("vessel", "Blood vessel", StructureKind.VESSEL, 2),
            ),
            draw_brachial_plexus,
        ),
        Anatomy(
            "femoral-block",
            (
                PhantomStructure(
                    "block-region", "Femoral nerve block region", StructureKind.REGION, 1
                ),
            ),
            draw_femoral_block,
        ),
    )
}
