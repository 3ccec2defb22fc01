"""What a scene is made of, as data: tissue, fascia, vessels, nerves and bones in millimetres.

Echo levels are decibels relative to homogeneous tissue of level 0; attenuation is decibels per
millimetre of depth *beyond* what the scanner's time gain compensates, so a negative value brightens
what lies behind (posterior enhancement).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phantom.geometry import Curve, Outline


class StructureKind(StrEnum):
    """The kinds of delineated structure."""

    VESSEL = "vessel"
    BONE = "bone"
    NERVE = "nerve"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class PhantomStructure:
    """One delineated structure of an anatomy; `label` is its value in the label maps."""

    code: str
    name: str
    kind: str
    label: int


@dataclass(frozen=True, slots=True)
class Tissue:
    """How a kind of tissue echoes: mean level and the streaks of collagen in it."""

    echo_db: float
    streak_db: float
    streak_length_mm: float
    streak_thickness_mm: float
    streak_threshold: float
    attenuation_db_per_mm: float = 0.0
    mottle_db: float = 1.5


SKIN = Tissue(3.0, 2.0, 3.0, 0.20, 0.0)
FAT = Tissue(-12.0, 13.0, 3.4, 0.13, 0.15, 0.05)
MUSCLE = Tissue(-17.0, 15.0, 1.5, 0.10, 0.8, 0.0)
CONNECTIVE = Tissue(-7.0, 9.0, 2.0, 0.12, 0.0, 0.05)
DEEP = Tissue(-14.0, 14.0, 2.4, 0.14, 0.7, 0.1)


@dataclass(frozen=True, slots=True)
class Layer:
    """Tissue from `upper` down to the next layer; `fibre_slope` tilts its streaks (mm of depth per
    mm of x).
    """

    upper: Curve
    tissue: Tissue
    fibre_slope: float = 0.0
    echo_shift_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Compartment:
    """A muscle belly or a pad of tissue; with `fascia_db` it is wrapped in fascia, with
    `softness_mm` its edge fades.
    """

    outline: Outline
    tissue: Tissue
    fibre_slope: float = 0.0
    fascia_db: float | None = None
    softness_mm: float = 0.3
    echo_shift_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Fascia:
    """A specular sheet seen edge on between two x positions (mm)."""

    curve: Curve
    level_db: float
    thickness_mm: float = 0.18
    left: float = -200.0
    right: float = 200.0


@dataclass(frozen=True, slots=True)
class Vessel:
    """An anechoic lumen. `pulse` is the relative growth of its radius at systole, `squeeze` the
    loss under full pressure.
    """

    outline: Outline
    label: int
    wall_db: float
    wall_mm: float
    pulse: float
    squeeze: float = 0.0


class NerveLook(StrEnum):
    """How a nerve looks in short axis."""

    HONEYCOMB = "honeycomb"
    ROOT = "root"
    """Hypoechoic, one or a few fascicles with a thin bright rim, as the roots between the scalenes.
    """
    WEDGE = "wedge"
    """Hyperechoic fibrillar wedge, as the femoral nerve under the fascia iliaca."""


@dataclass(frozen=True, slots=True)
class Nerve:
    """A peripheral nerve in short axis."""

    outline: Outline
    label: int
    look: NerveLook = NerveLook.HONEYCOMB
    fascicle_mm: float = 0.9
    contrast_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Bone:
    """A bone in cross-section: bright cortex facing the probe, shadow behind it."""

    outline: Outline
    label: int
    cortex_db: float = 22.0


@dataclass(frozen=True, slots=True)
class Body:
    """Everything in one subject's picture, painted in this order: layers, compartments, fascia,
    bones, nerves, vessels.
    """

    depth_mm: float
    layers: tuple[Layer, ...]
    compartments: tuple[Compartment, ...]
    fascias: tuple[Fascia, ...]
    bones: tuple[Bone, ...]
    nerves: tuple[Nerve, ...]
    vessels: tuple[Vessel, ...]
