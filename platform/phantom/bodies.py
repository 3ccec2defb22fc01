"""How one subject's body of each anatomy is drawn from a seed.

Positions are millimetres in the unmirrored picture (lateral to the left). They follow the textbook
views: axillary artery with median, ulnar and musculocutaneous nerve around it above the humerus;
femoral nerve, artery and vein under the fascia lata; roots stacked between the anterior and middle
scalene under the sternocleidomastoid.
"""

from __future__ import annotations

import numpy as np

from phantom.anatomy import (
    CONNECTIVE,
    DEEP,
    FAT,
    MUSCLE,
    SKIN,
    Body,
    Bone,
    Compartment,
    Fascia,
    Layer,
    Nerve,
    NerveLook,
    Vessel,
)
from phantom.geometry import Curve, Outline, teardrop_radii, wobbly_radii

Draw = np.random.Generator


def _blob(  # noqa: PLR0917 - a position, two sizes and a turn read well in a row
    rng: Draw,
    x: float,
    y: float,
    half_width: float,
    half_height: float,
    tilt: float = 0.0,
    roughness: float = 0.04,
) -> Outline:
    return Outline(x, y, half_width, half_height, tilt, wobbly_radii(rng, roughness))


def _line(rng: Draw, depth: float, wave: float = 0.35, **shape: float) -> Curve:
    waves = tuple(
        (
            float(rng.normal(0, wave / order)),
            float(rng.uniform(14, 30) / order),
            float(rng.uniform(0, 2 * np.pi)),
        )
        for order in (1, 2, 3)
    )
    return Curve(depth, waves=waves, **shape)


def _layers(
    rng: Draw, fat_to: float, under: tuple[Layer, ...]
) -> tuple[tuple[Layer, ...], tuple[Fascia, ...]]:
    """Return skin, fat down to `fat_to` mm and `under`; and the septa and deep fascia."""
    deep_fascia = _line(rng, fat_to, 0.25, slope=float(rng.normal(0, 0.03)))
    skin = float(rng.uniform(0.9, 1.7))
    layers = (
        Layer(Curve(-50.0), SKIN),
        Layer(_line(rng, skin, 0.05), FAT, float(rng.normal(0, 0.03)), float(rng.normal(0, 2))),
        *under,
    )
    septa = []
    depth = skin + float(rng.uniform(0.8, 1.6))
    while depth < fat_to - 0.7:
        start = float(rng.uniform(-30, 15))
        septum = _line(rng, depth, 0.3, slope=float(rng.normal(0, 0.04)))
        septa.append(
            Fascia(septum, float(rng.uniform(2, 9)), 0.16, start, start + float(rng.uniform(8, 40)))
        )
        depth += float(rng.uniform(0.6, 1.7))
    return layers, (*septa, Fascia(deep_fascia, float(rng.uniform(8, 14)), 0.2))


def _muscle_planes(rng: Draw, top: float, bottom: float, count: int) -> tuple[Fascia, ...]:
    """Return short perimysial planes scattered between two depths."""
    planes = []
    for _ in range(count):
        x, depth = float(rng.uniform(-24, 24)), float(rng.uniform(top, bottom))
        plane = _line(rng, depth, 0.35, slope=float(rng.normal(0, 0.12)))
        planes.append(
            Fascia(plane, float(rng.uniform(0, 8)), 0.18, x, x + float(rng.uniform(3, 12)))
        )
    return tuple(planes)


def draw_axillary(rng: Draw) -> Body:
    """Draw a subject scanned in the axilla: vessels 1, bone 2, musculocutaneous 3, median 4, ulnar
    5.
    """
    depth = float(rng.uniform(33, 42))
    fat_to = float(rng.uniform(4.0, 7.5))
    ax, ay = float(rng.uniform(0.5, 6.0)), fat_to + float(rng.uniform(4.8, 7.5))
    radius = float(rng.uniform(2.0, 3.0))
    layers, fascias = _layers(
        rng,
        fat_to,
        (Layer(Curve(fat_to + 0.1), MUSCLE, 0.05), Layer(_line(rng, ay + 10, 0.6), DEEP, -0.05)),
    )
    bundle = _blob(rng, ax + 0.5, ay - 0.2, radius + 6.5, radius + 2.9, 0.06, 0.07)
    biceps = _blob(rng, ax - 13.5, fat_to + 4.2, 9.5, 3.9, 0.18, 0.09)
    coraco = _blob(rng, ax - 11.5, fat_to + 11.6, 8.5, 4.2, 0.12, 0.1)
    triceps = _blob(rng, ax + 13, ay + 7.5, 12, 6.2, -0.2, 0.1)
    compartments: tuple[Compartment, ...] = (
        Compartment(triceps, MUSCLE, -0.15, 6.0, echo_shift_db=float(rng.normal(0, 1.5))),
        Compartment(bundle, CONNECTIVE, 0.05, None, 1.2, float(rng.normal(-1, 1.5))),
        Compartment(biceps, MUSCLE, 0.12, 7.0, echo_shift_db=float(rng.normal(0, 1.5))),
        Compartment(coraco, MUSCLE, 0.2, 7.0, echo_shift_db=float(rng.normal(0, 1.5))),
    )
    tendon = Curve(ay + radius + 2.2, float(rng.normal(0.03, 0.06)), 1.2, ax, 5.0)
    fascias = (
        *fascias,
        Fascia(tendon, 9.0, 0.3, ax - 6, ax + 9),
        *_muscle_planes(rng, ay + 4, depth, 14),
    )

    artery = Vessel(
        _blob(rng, ax, ay, radius, radius * float(rng.uniform(0.88, 1.0)), 0.0, 0.02),
        1,
        9.0,
        0.38,
        float(rng.uniform(0.035, 0.075)),
    )
    vessels = [artery]
    for angle in rng.permutation([0.75, 2.75, 0.05])[: int(rng.integers(1, 3))]:
        wide, flat = float(rng.uniform(1.5, 2.6)), float(rng.uniform(0.45, 0.75))
        reach = radius + wide + float(rng.uniform(1.0, 2.0))
        vein = _blob(
            rng,
            ax + reach * np.cos(angle),
            ay + reach * np.sin(angle) * 0.8 + 0.8,
            wide,
            wide * flat,
            angle * 0.3,
        )
        vessels.append(Vessel(vein, 1, 2.0, 0.22, -0.015, float(rng.uniform(0.15, 0.35))))

    def around(angle: float, wide: float, high: float, tilt: float) -> Outline:
        reach_x, reach_y = radius + 0.75 + wide, radius + 0.75 + high
        return _blob(
            rng, ax + reach_x * np.cos(angle), ay + reach_y * np.sin(angle), wide, high, tilt, 0.05
        )

    size = float(rng.uniform(0.85, 1.25))
    median = around(
        float(rng.uniform(-2.45, -1.95)), 2.2 * size, 1.5 * size, float(rng.normal(-0.25, 0.2))
    )
    ulnar = around(
        float(rng.uniform(-1.0, -0.5)), 1.8 * size, 1.25 * size, float(rng.normal(0.3, 0.2))
    )
    musculo = _blob(
        rng,
        ax - radius - float(rng.uniform(6.5, 9.5)),
        fat_to + 7.9 + float(rng.normal(0, 0.4)),
        2.3 * size,
        1.15 * size,
        float(rng.normal(0.2, 0.15)),
        0.06,
    )
    cover = _blob(
        rng,
        musculo.x,
        musculo.y,
        musculo.half_width * 1.35,
        musculo.half_height * 1.5,
        musculo.tilt,
    )
    compartments = (*compartments, Compartment(cover, CONNECTIVE, 0.15, None, 0.5))
    contrast = float(rng.normal(0, 1.5))
    nerves = (
        Nerve(musculo, 3, fascicle_mm=0.75, contrast_db=contrast + 1),
        Nerve(median, 4, fascicle_mm=0.95, contrast_db=contrast),
        Nerve(ulnar, 5, fascicle_mm=0.8, contrast_db=contrast),
    )
    bone_radius = float(rng.uniform(8.5, 11))
    bone = Bone(
        _blob(
            rng,
            ax - float(rng.uniform(5, 11)),
            depth * float(rng.uniform(0.68, 0.76)) + bone_radius,
            bone_radius,
            bone_radius,
            0.0,
            0.03,
        ),
        2,
        float(rng.uniform(19, 25)),
    )
    return Body(depth, layers, compartments, fascias, (bone,), nerves, tuple(vessels))


def _groin(rng: Draw, nerve_label: int, vessel_label: int, bone_label: int) -> Body:
    depth = float(rng.uniform(32, 42))
    fat_to = float(rng.uniform(6, 11))
    ax, ay = float(rng.uniform(1.5, 6.5)), fat_to + float(rng.uniform(5.0, 7.0))
    radius = float(rng.uniform(3.2, 4.4))
    layers, fascias = _layers(
        rng,
        fat_to,
        (
            Layer(Curve(fat_to), CONNECTIVE, float(rng.normal(0, 0.05)), -3.0),
            Layer(_line(rng, ay + 11, 0.8), DEEP, 0.05),
        ),
    )
    psoas = _blob(rng, ax - 17.0, ay + 6.8, 15.5, 7.2, float(rng.uniform(0.05, 0.18)), 0.03)
    pectineus = _blob(rng, ax + 12, ay + 9.5, 11, 4.5, float(rng.uniform(-0.1, 0.2)), 0.06)
    sartorius = _blob(rng, ax - 24, fat_to + 2.6, 8, 2.2, 0.1, 0.05)
    compartments = [
        Compartment(pectineus, MUSCLE, 0.12, 5.0, echo_shift_db=float(rng.normal(0, 1.5))),
        Compartment(psoas, MUSCLE, 0.22, 8.0, echo_shift_db=float(rng.normal(0, 1.5))),
    ]
    if rng.random() < 0.5:
        compartments.append(Compartment(sartorius, MUSCLE, 0.05, 6.0))
    fascias = (
        *fascias,
        Fascia(Curve(ay - radius - 0.9, 0.03, 0.9, ax - 9, 6.0), 9.0, 0.2, -40, ax + 12),
        *_muscle_planes(rng, ay + 3, depth, 14),
    )
    vein_radius = radius * float(rng.uniform(1.0, 1.35))
    vessels = (
        Vessel(
            _blob(rng, ax, ay, radius, radius * float(rng.uniform(0.92, 1.0)), 0, 0.02),
            vessel_label,
            10.0,
            0.45,
            float(rng.uniform(0.03, 0.06)),
        ),
        Vessel(
            _blob(
                rng,
                ax + radius + vein_radius + float(rng.uniform(0.6, 1.4)),
                ay + float(rng.uniform(0.8, 2.2)),
                vein_radius,
                vein_radius * float(rng.uniform(0.65, 0.9)),
                0.1,
                0.05,
            ),
            vessel_label,
            3.0,
            0.25,
            -0.012,
            float(rng.uniform(0.12, 0.3)),
        ),
    )
    wide, high = float(rng.uniform(3.6, 5.6)), float(rng.uniform(1.35, 2.0))
    tilt = float(rng.uniform(0.08, 0.3))
    nerve = Outline(
        ax - radius - 1.0 - 0.82 * wide * np.cos(tilt),
        ay - float(rng.uniform(0.3, 1.6)),
        wide,
        high,
        tilt,
        teardrop_radii(rng, float(rng.uniform(0.7, 1.1))),
    )
    nerves = (Nerve(nerve, nerve_label, NerveLook.WEDGE, 0.8, float(rng.normal(0, 1.5))),)
    bone_radius = float(rng.uniform(14, 20))
    bone = Bone(
        _blob(
            rng,
            ax - float(rng.uniform(4, 11)),
            depth * float(rng.uniform(0.78, 0.86)) + bone_radius,
            bone_radius * 1.1,
            bone_radius,
            0.0,
            0.025,
        ),
        bone_label,
        float(rng.uniform(18, 24)),
    )
    return Body(depth, layers, tuple(compartments), fascias, (bone,), nerves, vessels)


def draw_femoral(rng: Draw) -> Body:
    """Draw a subject scanned in the groin: vessels 1, bone 2, femoral nerve 3."""
    return _groin(rng, nerve_label=3, vessel_label=1, bone_label=2)


def draw_femoral_block(rng: Draw) -> Body:
    """Draw a subject scanned in the groin where only the region to block is labelled 1."""
    return _groin(rng, nerve_label=1, vessel_label=0, bone_label=0)


def draw_brachial_plexus(rng: Draw) -> Body:
    """Draw a subject scanned between the scalenes: nerve roots 1, vessels 2."""
    depth = float(rng.uniform(27, 36))
    fat_to = float(rng.uniform(2.6, 4.8))
    x, tilt = float(rng.uniform(-5, 0)), float(rng.uniform(-0.1, 0.25))
    layers, fascias = _layers(
        rng,
        fat_to,
        (
            Layer(Curve(fat_to), CONNECTIVE, 0.04, -4.0),
            Layer(_line(rng, fat_to + 19, 0.8), DEEP, 0.1),
        ),
    )
    top = fat_to + float(rng.uniform(4.2, 6.0))
    sternomastoid = _blob(rng, x + 6, fat_to + 2.0, 14, 2.0, float(rng.uniform(0.0, 0.1)), 0.03)
    anterior = _blob(rng, x + 6.0, top + 6.2, 4.6, 6.8, -0.25 - tilt, 0.05)
    middle = _blob(rng, x - 8.4, top + 6.4, 7.0, 7.6, -0.15 - tilt, 0.05)
    compartments = (
        Compartment(middle, MUSCLE, -0.3, 5.0, echo_shift_db=float(rng.normal(1, 1.5))),
        Compartment(anterior, MUSCLE, 0.35, 5.0, echo_shift_db=float(rng.normal(0, 1.5))),
        Compartment(sternomastoid, MUSCLE, 0.05, 7.0, echo_shift_db=float(rng.normal(0, 1.5))),
    )
    nerves = []
    y, count = top + 0.8, int(rng.integers(3, 5))
    contrast = float(rng.normal(0, 1.5))
    for _ in range(count):
        half = float(rng.uniform(1.1, 2.1))
        y += half
        root = _blob(
            rng,
            x - 0.2 - (y - top - 4) * np.sin(tilt) + float(rng.normal(0, 0.6)),
            y,
            half,
            half * float(rng.uniform(0.85, 1.0)),
            float(rng.uniform(-0.4, 0.4)),
            0.04,
        )
        nerves.append(Nerve(root, 1, NerveLook.ROOT, half * float(rng.uniform(0.7, 1.6)), contrast))
        y += half + float(rng.uniform(0.35, 0.9))
    carotid = float(rng.uniform(2.6, 3.4))
    cx, cy = x + 12.2 + float(rng.uniform(0, 2.5)), top + float(rng.uniform(4.5, 7))
    jugular = float(rng.uniform(2.6, 4.2))
    vessels = (
        Vessel(
            _blob(rng, cx, cy, carotid, carotid * 0.96, 0, 0.02),
            2,
            10.0,
            0.45,
            float(rng.uniform(0.03, 0.07)),
        ),
        Vessel(
            _blob(
                rng,
                cx - float(rng.uniform(0, 2)),
                cy - carotid - 1.0 - jugular * 0.45,
                jugular,
                jugular * 0.45,
                0.15,
                0.05,
            ),
            2,
            2.0,
            0.22,
            -0.02,
            float(rng.uniform(0.15, 0.35)),
        ),
    )
    process = _blob(rng, x - 4 + float(rng.normal(0, 2)), depth * 0.86 + 5, 6.5, 5, 0.15, 0.03)
    fascias = (*fascias, *_muscle_planes(rng, fat_to + 2, depth, 10))
    return Body(
        depth, layers, compartments, fascias, (Bone(process, 0, 17.0),), tuple(nerves), vessels
    )
