"""Paint a body onto a grid: echo level, specular sheets, attenuation and labels, all in the tissue
at rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from phantom.anatomy import (
    CONNECTIVE,
    Body,
    Bone,
    Compartment,
    Fascia,
    Nerve,
    NerveLook,
    Tissue,
    Vessel,
)
from phantom.geometry import Box, Curve, Floats, Outline
from phantom.speckle import streaks

Labels = NDArray[np.uint8]
LABEL_SUPERSAMPLING = 2
_LUMEN_DB = -45.0
_SIDE_LOBES = 0.09  # share of the surrounding echo amplitude


@dataclass(frozen=True, slots=True)
class Grid:
    """The tissue's canvas: the picture's pixels with a margin on each side for what the probe may
    sway onto.
    """

    height: int
    width: int
    mm_per_pixel: float
    pad_x: int
    pad_top: int
    pad_bottom: int

    @property
    def canvas_height(self) -> int:
        """Rows of the canvas."""
        return self.height + self.pad_top + self.pad_bottom

    @property
    def canvas_width(self) -> int:
        """Columns of the canvas."""
        return self.width + 2 * self.pad_x

    def column(self, x_mm: float) -> float:
        """Return the canvas column (pixel centres at whole numbers) of a lateral position in mm."""
        return x_mm / self.mm_per_pixel + (self.width - 1) / 2 + self.pad_x

    def row(self, y_mm: float) -> float:
        """Return the canvas row of a depth in mm."""
        return y_mm / self.mm_per_pixel - 0.5 + self.pad_top

    def x_mm(self, supersampling: int = 1) -> Floats:
        """Return the lateral position in mm of each column, float32 (1, W * supersampling)."""
        columns = (np.arange(self.canvas_width * supersampling) + 0.5) / supersampling - 0.5
        return np.asarray((columns - self.column(0.0)) * self.mm_per_pixel, np.float32)[None, :]

    def y_mm(self, supersampling: int = 1) -> Floats:
        """Return the depth in mm of each canvas row, float32 (H * supersampling, 1)."""
        rows = (np.arange(self.canvas_height * supersampling) + 0.5) / supersampling - 0.5
        return np.asarray((rows - self.row(0.0)) * self.mm_per_pixel, np.float32)[:, None]


@dataclass(frozen=True, slots=True)
class TissueMaps:
    """What `paint` returns; every map but `labels` is float32 on the canvas, `labels` is uint8 and
    twice as fine.
    """

    amplitude: Floats
    """Echo amplitude of the scatterers (1 = level 0 dB)."""
    specular: Floats
    """Amplitude of coherent echoes from sheets facing the probe."""
    attenuation_db_per_mm: Floats
    labels: Labels


def paint(body: Body, grid: Grid, rng: np.random.Generator) -> TissueMaps:
    """Paint `body` onto `grid`; `rng` draws the textures only, never the geometry."""
    canvas = _Canvas(grid, rng)
    canvas.layers(body)
    for compartment in body.compartments:
        canvas.compartment(compartment)
    for fascia in body.fascias:
        canvas.fascia(fascia)
    for bone in body.bones:
        canvas.bone(bone)
    for nerve in body.nerves:
        canvas.nerve(nerve)
    for vessel in body.vessels:
        canvas.vessel(vessel)
    amplitude = np.asarray(np.power(10.0, canvas.echo_db / 20), np.float32)
    # side lobes bring some of the neighbourhood's echo into what should be empty
    around = cv2.GaussianBlur(amplitude + canvas.specular, (0, 0), 1.3 / grid.mm_per_pixel)
    amplitude = np.hypot(amplitude, np.float32(_SIDE_LOBES) * around)
    labels = paint_labels(body, grid)
    return TissueMaps(amplitude, canvas.specular, canvas.attenuation, labels)


def paint_labels(body: Body, grid: Grid) -> Labels:
    """Return the label canvas, uint8 (H, W) times the supersampling: bones, then nerves, then
    vessels on top.
    """
    x, y = grid.x_mm(LABEL_SUPERSAMPLING), grid.y_mm(LABEL_SUPERSAMPLING)
    labels = np.zeros((y.size, x.size), np.uint8)
    structures: tuple[Bone | Nerve | Vessel, ...] = (*body.bones, *body.nerves, *body.vessels)
    for structure in structures:
        window = _window(x, y, structure.outline.box())
        inside = structure.outline.rho(x[:, window[1]], y[window[0]]) <= 1
        # an unlabelled vessel or bone still hides what it covers
        labels[window][inside] = structure.label
    return labels


class _Canvas:
    """The maps while they are being painted."""

    def __init__(self, grid: Grid, rng: np.random.Generator) -> None:
        self.grid, self.rng = grid, rng
        shape = (grid.canvas_height, grid.canvas_width)
        self.x, self.y = grid.x_mm(), grid.y_mm()
        self.echo_db = np.zeros(shape, np.float32)
        self.specular = np.zeros(shape, np.float32)
        self.attenuation = np.zeros(shape, np.float32)
        self._streaks: dict[Tissue, Floats] = {}
        coarse = rng.standard_normal(
            (max(shape[0] // 24, 4), max(shape[1] // 24, 4)), dtype=np.float32
        )
        self._mottle = np.asarray(
            cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32
        )
        cells = (
            max(int(shape[1] * grid.mm_per_pixel / 1.4), 4),
            max(int(shape[0] * grid.mm_per_pixel / 1.4), 4),
        )
        rough = rng.standard_normal(cells[::-1], dtype=np.float32)
        self._roughness = np.asarray(
            cv2.resize(rough, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32
        )

    def layers(self, body: Body) -> None:
        for layer in body.layers:
            below = np.clip((self.y - layer.upper.y(self.x)) / self.grid.mm_per_pixel + 0.5, 0, 1)
            self._fill(np.s_[:, :], below, layer.tissue, layer.fibre_slope, layer.echo_shift_db)
            self.attenuation += below * (layer.tissue.attenuation_db_per_mm - self.attenuation)

    def compartment(self, part: Compartment) -> None:
        window, _, distance, facing = self._around(part.outline, 2.0)
        cover = np.clip(0.5 - distance / part.softness_mm, 0, 1)
        self._fill(window, cover, part.tissue, part.fibre_slope, part.echo_shift_db)
        self.attenuation[window] += cover * (
            part.tissue.attenuation_db_per_mm - self.attenuation[window]
        )
        if part.fascia_db is not None:
            self._sheet(
                window, distance, 0.22, part.fascia_db, facing**3 * self._uneven(window, 0.95)
            )

    def fascia(self, sheet: Fascia) -> None:
        depth = sheet.curve.y(self.x)
        slope = np.gradient(depth[0], self.grid.mm_per_pixel)[None, :]
        ends = np.clip((self.x - sheet.left) / 2.0, 0, 1) * np.clip(
            (sheet.right - self.x) / 2.0, 0, 1
        )
        top = int(np.clip(self.grid.row(float(depth.min()) - 1.5), 0, self.y.size))
        bottom = int(np.clip(self.grid.row(float(depth.max()) + 1.5) + 1, 0, self.y.size))
        window = np.s_[top:bottom, :]
        distance = (self.y[window[0]] - depth) / np.sqrt(1 + slope**2)
        facing = (1 + slope**2) ** -3.0 * ends
        self._sheet(
            window, distance, sheet.thickness_mm, sheet.level_db, facing * self._uneven(window, 0.8)
        )

    def bone(self, bone: Bone) -> None:
        window, _, distance, facing = self._around(bone.outline, 1.5)
        inside = np.clip(0.5 - distance / self.grid.mm_per_pixel, 0, 1)
        above = self.y[window[0]] < bone.outline.y
        # the cortex is a plate some tenths of a millimetre thick with a tail of reverberation under
        # it
        tail = -16.0 + 14.0 * np.exp(np.minimum(distance, 0) / 0.7) * above
        self.echo_db[window] += inside * (tail - self.echo_db[window])
        self.specular[window] *= 1 - inside
        self.attenuation[window] += inside * (9.0 - self.attenuation[window])
        cortex = np.where(above, facing**4, 0.0) * self._uneven(window, 0.6)
        self._sheet(window, distance, 0.34, bone.cortex_db, cortex)

    def nerve(self, nerve: Nerve) -> None:
        window, _, distance, facing = self._around(nerve.outline, 2.2)
        inside = np.clip(0.5 - distance / 0.15, 0, 1)
        rim = {NerveLook.HONEYCOMB: 2.5, NerveLook.ROOT: -1.0, NerveLook.WEDGE: 2.0}[
            nerve.look
        ] + nerve.contrast_db
        self._fill(window, inside, CONNECTIVE, 0.0, rim - 2.0 - CONNECTIVE.echo_db)
        # perineurium is a net of sheets, so part of its echo is coherent
        self.specular[window] += np.asarray(inside * 10 ** ((rim - 1.0) / 20), np.float32)
        self.attenuation[window] *= 1 - inside
        level = {NerveLook.HONEYCOMB: -15.0, NerveLook.ROOT: -19.0, NerveLook.WEDGE: -9.0}[
            nerve.look
        ]
        for fascicle in self._fascicles(nerve):
            part, _, gap, _ = self._around(fascicle, 1.6)
            cover = np.clip(0.5 - gap / 0.16, 0, 1)
            echo = level + nerve.contrast_db + float(self.rng.normal(0, 1.5))
            self.echo_db[part] += cover * (echo - self.echo_db[part])
            self.specular[part] *= 1 - cover
        sheath = {NerveLook.HONEYCOMB: 3.5, NerveLook.ROOT: 4.5, NerveLook.WEDGE: 5.0}[nerve.look]
        weight = (0.35 + 0.65 * facing) * self._uneven(window, 0.5)
        self._sheet(window, distance, 0.17, sheath + nerve.contrast_db, weight)

    def vessel(self, vessel: Vessel) -> None:
        window, _, distance, facing = self._around(vessel.outline, 2.0)
        wall = np.exp(-0.5 * ((distance - vessel.wall_mm * 0.6) / vessel.wall_mm) ** 2)
        weight = wall * 0.8
        self.echo_db[window] += weight * (vessel.wall_db - 7.0 - self.echo_db[window])
        inside = np.clip(0.5 - distance / (1.2 * self.grid.mm_per_pixel), 0, 1)
        self.echo_db[window] += inside * (_LUMEN_DB - self.echo_db[window])
        self.specular[window] *= 1 - np.clip(0.9 - distance / vessel.wall_mm, 0, 1)
        # the far wall faces the beam through fluid, hence the brighter line below
        self._sheet(
            window,
            distance - 0.5 * vessel.wall_mm,
            0.2,
            vessel.wall_db,
            facing**4 * self._uneven(window, 0.4),
        )
        self.attenuation[window] += inside * (-1.1 - self.attenuation[window])
        # refraction at the flanks casts the thin edge shadows
        flank = np.exp(-0.5 * (distance / 0.35) ** 2) * (1 - facing) ** 3
        self.attenuation[window] += np.asarray(2.2 * flank, np.float32)

    def _fascicles(self, nerve: Nerve) -> list[Outline]:
        """Pack fascicles into the nerve by rejection: none overlaps another or the rim."""
        outline, placed = nerve.outline, list[Outline]()
        if nerve.look is NerveLook.ROOT and nerve.fascicle_mm > 0.85 * min(
            outline.half_width, outline.half_height
        ):
            scale = 0.86
            return [
                Outline(
                    outline.x,
                    outline.y,
                    outline.half_width * scale,
                    outline.half_height * scale,
                    outline.tilt,
                    outline.radii,
                )
            ]
        for _ in range(240):
            x = outline.x + float(self.rng.uniform(-1, 1)) * outline.half_width * 1.1
            y = outline.y + float(self.rng.uniform(-1, 1)) * outline.half_height * 1.1
            radius = nerve.fascicle_mm * 0.5 * float(self.rng.uniform(0.6, 1.15))
            angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
            ring_x = np.asarray(x + (radius + 0.12) * np.cos(angles), np.float32)
            ring_y = np.asarray(y + (radius + 0.12) * np.sin(angles), np.float32)
            if float(outline.rho(ring_x, ring_y).max()) > 1:
                continue
            if all(np.hypot(x - o.x, y - o.y) > radius + o.half_width + 0.16 for o in placed):
                placed.append(Outline(x, y, radius, radius * float(self.rng.uniform(0.75, 1.0))))
        return placed

    def _around(
        self, outline: Outline, margin: float
    ) -> tuple[tuple[slice, slice], Floats, Floats, Floats]:
        """Return the window about an outline and there: scaled radius, distance to the contour in
        mm (negative inside), and how much the contour faces the beam (0 along it, 1 across it).
        """
        window = _window(self.x, self.y, outline.box(margin))
        x, y = self.x[:, window[1]], self.y[window[0]]
        rho = outline.rho(x, y)
        if min(rho.shape) < 2:
            return window, rho, np.full_like(rho, 9.0), np.zeros_like(rho)
        step = self.grid.mm_per_pixel
        grad_y, grad_x = np.gradient(rho, step)
        slope = np.hypot(grad_x, grad_y) + 1e-6
        distance = np.asarray((rho - 1) / np.maximum(slope, 0.02), np.float32)
        facing = np.asarray(np.abs(grad_y) / slope, np.float32)
        return window, rho, distance, facing

    def _sheet(
        self,
        window: tuple[slice, slice],
        distance: Floats,
        thickness_mm: float,
        level_db: float,
        weight: Floats,
    ) -> None:
        thickness = max(thickness_mm, 0.8 * self.grid.mm_per_pixel)
        profile = np.exp(-0.5 * (distance / thickness * 2) ** 2)
        echo = np.asarray(10 ** (level_db / 20) * profile * weight, np.float32)
        self.specular[window] = np.maximum(self.specular[window], echo)

    def _uneven(self, window: tuple[slice, slice], depth: float) -> Floats:
        """Return a weight from 1 - depth to 1 that varies along sheets, as their roughness does."""
        shift = int(self.rng.integers(0, self.grid.canvas_width))
        wave = np.roll(self._roughness, shift, axis=1)[window]
        return np.asarray(1 - depth * np.clip(0.5 - 0.8 * wave, 0, 1), np.float32)

    def _fill(
        self,
        window: tuple[slice, slice],
        cover: Floats,
        tissue: Tissue,
        fibre_slope: float,
        shift_db: float,
    ) -> None:
        """Replace what lies under `cover` (0 to 1) by a tissue: its scatterers, and its streaks as
        coherent echoes.
        """
        bright = self._streaks_db(tissue, fibre_slope, window)
        level = tissue.echo_db + shift_db + tissue.mottle_db * self._mottle[window]
        self.echo_db[window] += cover * (level + 0.4 * bright - self.echo_db[window])
        sheets = np.power(10.0, (level + bright) / 20) - np.power(10.0, level / 20)
        self.specular[window] += np.asarray(cover * (sheets - self.specular[window]), np.float32)

    def _streaks_db(
        self, tissue: Tissue, fibre_slope: float, window: tuple[slice, slice]
    ) -> Floats:
        height, width = self.grid.canvas_height, self.grid.canvas_width
        scale = self.grid.mm_per_pixel
        if tissue not in self._streaks:
            length, thickness = tissue.streak_length_mm / scale, tissue.streak_thickness_mm / scale
            self._streaks[tissue] = streaks(self.rng, height, width, length, thickness)
        wave = Curve(
            0.0,
            fibre_slope,
            waves=((0.35, 11.0, float(self.rng.uniform(0, 6.28))), (0.15, 4.7, 1.0)),
        )
        columns = np.arange(width, dtype=np.float32)[None, window[1]]
        rows = np.arange(height, dtype=np.float32)[window[0], None]
        shift = np.asarray(
            wave.y(self.x[:, window[1]]) / scale + float(self.rng.uniform(0, height)), np.float32
        )
        map_x = np.broadcast_to(columns, (rows.size, columns.size)).astype(np.float32)
        map_y = np.asarray(rows - shift, np.float32)
        if map_y.size == 0:
            return np.zeros(map_y.shape, np.float32)
        noise = cv2.remap(
            self._streaks[tissue], map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        return np.asarray(
            np.clip((noise - tissue.streak_threshold) * tissue.streak_db, 0, 21), np.float32
        )


def _window(x: Floats, y: Floats, box: Box) -> tuple[slice, slice]:
    left, right = np.searchsorted(x[0], [box.left, box.right])
    top, bottom = np.searchsorted(y[:, 0], [box.top, box.bottom])
    return slice(int(top), int(bottom)), slice(int(left), int(right))
