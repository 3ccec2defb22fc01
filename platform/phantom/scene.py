"""A subject under the probe: any frame of the clip on request, with the label map of the same
deformed tissue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from phantom.anatomies import ANATOMIES, Anatomy
from phantom.anatomy import Body, PhantomStructure
from phantom.display import (
    ScannerLook,
    compress,
    decibels_to_amplitude,
    envelope,
    noise_gain,
    path_gain_db,
    static_gain_db,
)
from phantom.geometry import Floats
from phantom.motion import Motion, hand_offsets, rest_offsets
from phantom.speckle import PointSpread, complex_scatterers, through_point_spread
from phantom.tissue import LABEL_SUPERSAMPLING, Grid, paint

_COARSE = 4  # displacement and sound path are smooth: one sample in 4 x 4 pixels is enough
_NOISE_MARGIN = 64


@dataclass(frozen=True, slots=True)
class PhantomFrame:
    """One frame: `image` uint8 (H, W) grey, `labels` uint8 (H, W) structure labels, time in seconds
    since frame 0.
    """

    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    time_s: float
    index: int


class _TissueUnder(NamedTuple):
    """Where in the tissue canvas each pixel lies, float32 (H, W); the same on the coarse grid."""

    column: Floats
    row: Floats
    coarse_column: Floats
    coarse_row: Floats


class Scene:
    """One subject of an anatomy seen by one scanner held by one hand, all drawn from `seed`.

    The same arguments and frame index give the same pixels whatever frames were asked for before.
    The body is drawn in millimetres, so the same seed at another size shows the same subject; the
    picture's depth is that of the anatomy unless `microns_per_pixel` says otherwise. A scene holds
    no state between frames and may be shared by threads.
    """

    def __init__(  # noqa: PLR0917 - part of the public signature
        self,
        anatomy: str,
        seed: int,
        height: int = 512,
        width: int = 512,
        frames_per_second: float = 25.0,
        microns_per_pixel: float | None = None,
    ) -> None:
        """Raise ValueError for an unknown anatomy, a negative seed, a side under 32 pixels or a
        rate or scale out of range.
        """
        if anatomy not in ANATOMIES:
            raise ValueError(f"unknown anatomy {anatomy!r}: choose one of {', '.join(ANATOMIES)}")
        if seed < 0:
            raise ValueError(f"seed must not be negative, got {seed}")
        if min(height, width) < 32:
            raise ValueError(f"a scene is at least 32 x 32 pixels, got {width} x {height}")
        if not 0 < frames_per_second <= 1000:
            raise ValueError(f"frames_per_second must lie in (0, 1000], got {frames_per_second}")
        if microns_per_pixel is not None and not 10 <= microns_per_pixel <= 2000:
            raise ValueError(f"microns_per_pixel must lie in [10, 2000], got {microns_per_pixel}")
        self.anatomy = anatomy
        self.seed = seed
        self.height = height
        self.width = width
        self.frames_per_second = frames_per_second
        kind = ANATOMIES[anatomy]
        # separate streams, so that a change to one (say texture at another size) leaves the others
        # alone
        anatomy_number = list(ANATOMIES).index(anatomy)
        draws = [np.random.default_rng((seed, anatomy_number, stream)) for stream in range(5)]
        self._body = _with_one_out_of_view(kind, kind.draw(draws[0]), draws[1])
        self._mirrored = bool(draws[1].random() < 0.5)
        self._motion = Motion.draw(draws[2])
        self._look = ScannerLook.draw(draws[3])
        self._noise_key = (seed, anatomy_number, 5)
        self.structures: tuple[PhantomStructure, ...] = kind.structures
        self.microns_per_pixel: float = (
            microns_per_pixel
            if microns_per_pixel is not None
            else self._body.depth_mm * 1000 / height
        )
        self._prepare(draws[4])

    @property
    def heart_rate_hz(self) -> float:
        """Beats a second of this subject's pulse."""
        return self._motion.heart_hz

    def frame(self, index: int) -> PhantomFrame:
        """Return frame `index` (0 or more; ValueError below)."""
        if index < 0:
            raise ValueError(f"a frame index is 0 or more, got {index}")
        time_s = index / self.frames_per_second
        under = self._tissue_under(time_s)
        image = compress(self._envelope(index, time_s, under), self._look, self._mm)
        labels = cv2.remap(
            self._labels,
            under.column * LABEL_SUPERSAMPLING + (LABEL_SUPERSAMPLING - 1) / 2,
            under.row * LABEL_SUPERSAMPLING + (LABEL_SUPERSAMPLING - 1) / 2,
            cv2.INTER_NEAREST,
            borderMode=cv2.BORDER_REPLICATE,
        )
        if self._mirrored:
            image, labels = cv2.flip(image, 1), cv2.flip(labels, 1)
        return PhantomFrame(
            np.asarray(image, np.uint8), np.asarray(labels, np.uint8), time_s, index
        )

    def envelope(self, index: int) -> Floats:
        """Return the echo amplitude of frame `index` before log compression, float32 (H, W)."""
        time_s = index / self.frames_per_second
        amplitude = self._envelope(index, time_s, self._tissue_under(time_s))
        return np.asarray(cv2.flip(amplitude, 1) if self._mirrored else amplitude, np.float32)

    def frames(self, count: int) -> Iterator[PhantomFrame]:
        """Yield frames 0 to `count` - 1."""
        for index in range(count):
            yield self.frame(index)

    def _prepare(self, rng: np.random.Generator) -> None:
        """Paint the tissue at rest and everything else that no frame changes."""
        mm = self.microns_per_pixel / 1000
        self._mm = mm
        grid = self._grid = Grid(
            self.height,
            self.width,
            mm,
            pad_x=int(4.5 / mm) + 2,
            pad_top=int(1.0 / mm) + 2,
            pad_bottom=int(3 / mm) + 2,
        )
        maps = paint(self._body, grid, rng)
        self._labels = maps.labels
        scale = self._look.speckle_scale
        self._spread = PointSpread(
            max(0.15 * scale / mm, 1.0), max(0.32 * scale / mm, 1.6), max(0.068 * scale / mm, 0.8)
        )
        spread = self._spread
        depth = grid.y_mm()[:, 0]
        farness = np.clip(
            np.abs(depth - 0.35 * self._body.depth_mm) / (0.6 * self._body.depth_mm), 0, 1
        )
        shape = (grid.canvas_height, grid.canvas_width)
        # two looks at the same tissue: turning from one to the other is how speckle changes as the
        # plane moves
        self._speckle = tuple(
            through_point_spread(
                complex_scatterers(rng, *shape) * maps.amplitude[..., None], spread, farness
            )
            for _ in range(2)
        )
        sheet = cv2.GaussianBlur(
            maps.specular, (0, 0), sigmaX=spread.lateral_near, sigmaY=0.6 * spread.axial
        )
        self._specular = np.ascontiguousarray(np.stack([sheet, np.zeros_like(sheet)], axis=-1))
        coarse = (grid.canvas_width // _COARSE, grid.canvas_height // _COARSE)
        self._attenuation = cv2.resize(
            maps.attenuation_db_per_mm, coarse, interpolation=cv2.INTER_AREA
        )

        look = self._look
        self._gain_db = static_gain_db(look, self.height, self.width, mm)
        noise_shape = (self.height + _NOISE_MARGIN, self.width + _NOISE_MARGIN)
        noise_spread = PointSpread(0.7, 0.7, 0.8 * spread.axial)
        same_width = np.zeros(noise_shape[0], np.float32)
        self._noise = through_point_spread(
            complex_scatterers(rng, *noise_shape), noise_spread, same_width
        )
        self._noise_gain = noise_gain(look, self.height, mm)
        self._haze = self._near_field_haze(rng)

    def _near_field_haze(self, rng: np.random.Generator) -> Floats:
        """Return reverberation between probe and skin, fixed to the probe: float32 (H, W, 2),
        fading with depth.
        """
        depth = (np.arange(self.height, dtype=np.float32) + 0.5) * self._mm
        scatterers = complex_scatterers(rng, self.height, self.width)
        speckle = through_point_spread(scatterers, self._spread, np.ones_like(depth))
        speckle = cv2.GaussianBlur(
            speckle, (0, 0), sigmaX=6 * self._spread.lateral_far, sigmaY=0.01
        )
        speckle /= np.sqrt(np.mean(np.sum(speckle**2, axis=-1)))
        level = 10 ** (self._look.haze_db / 20) * (
            np.exp(-depth / 0.5) + 0.03 * np.exp(-depth / 7.0)
        )
        return np.asarray(speckle * level[:, None, None], np.float32)

    def _tissue_under(self, time_s: float) -> _TissueUnder:
        grid = self._grid
        rows, columns = -(-self.height // _COARSE), -(-self.width // _COARSE)
        pixel_x = (np.arange(columns, dtype=np.float32) + 0.5) * (self.width / columns) - 0.5
        pixel_y = (np.arange(rows, dtype=np.float32) + 0.5) * (self.height / rows) - 0.5
        base_x, base_y = np.meshgrid(pixel_x + grid.pad_x, pixel_y + grid.pad_top)
        x = np.asarray((base_x - grid.column(0.0)) * self._mm, np.float32)
        y = np.asarray((base_y - grid.row(0.0)) * self._mm, np.float32)
        offset_x, offset_y = hand_offsets(self._motion, time_s, x, y)
        for vessel in self._body.vessels:
            scale = self._motion.vessel_scale(vessel, time_s)
            dx, dy = rest_offsets(vessel.outline, scale, x + offset_x, y + offset_y)
            offset_x, offset_y = offset_x + dx, offset_y + dy
        offset_x, offset_y = offset_x / np.float32(self._mm), offset_y / np.float32(self._mm)
        size = (self.width, self.height)
        map_x = cv2.resize(offset_x, size, interpolation=cv2.INTER_LINEAR)
        map_y = cv2.resize(offset_y, size, interpolation=cv2.INTER_LINEAR)
        map_x += np.arange(grid.pad_x, grid.pad_x + self.width, dtype=np.float32)[None, :]
        map_y += np.arange(grid.pad_top, grid.pad_top + self.height, dtype=np.float32)[:, None]
        return _TissueUnder(map_x, map_y, base_x + offset_x, base_y + offset_y)

    def _envelope(self, index: int, time_s: float, under: _TissueUnder) -> Floats:
        """Return the envelope before log compression, float32 (H, W), unmirrored."""
        sweep = self._motion.sweep.at(time_s)
        tissue = cv2.addWeighted(
            self._speckle[0], float(np.cos(sweep)), self._speckle[1], float(np.sin(sweep)), 0.0
        )
        tissue = cv2.add(tissue, self._specular)
        echo = cv2.remap(
            tissue, under.column, under.row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        canvas_to_coarse_x = self._attenuation.shape[1] / self._grid.canvas_width
        canvas_to_coarse_y = self._attenuation.shape[0] / self._grid.canvas_height
        loss = cv2.remap(
            self._attenuation,
            np.asarray((under.coarse_column + 0.5) * canvas_to_coarse_x - 0.5, np.float32),
            np.asarray((under.coarse_row + 0.5) * canvas_to_coarse_y - 0.5, np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        path = path_gain_db(loss, self._mm * self.height / loss.shape[0])
        level = cv2.resize(path, (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        gain = decibels_to_amplitude(cv2.add(level, self._gain_db))
        echo *= gain[..., None]
        # the noise of a frame is a window of one fixed field, placed by the frame's own generator
        top, left = np.random.default_rng((*self._noise_key, index)).integers(0, _NOISE_MARGIN, 2)
        echo += self._noise[top : top + self.height, left : left + self.width] * self._noise_gain
        echo += self._haze
        return envelope(echo)


def _with_one_out_of_view(anatomy: Anatomy, body: Body, rng: np.random.Generator) -> Body:
    """Take one label's structures out of about one subject in seven, as if the probe missed them.

    The only structure of an anatomy and the roots of the plexus always stay.
    """
    labels = [structure.label for structure in anatomy.structures]
    chosen = int(rng.choice(labels))
    if len(labels) < 2 or rng.random() > 0.15 or (anatomy.structures[chosen - 1].code == "nerve"):
        return body
    return replace(
        body,
        bones=tuple(bone for bone in body.bones if bone.label != chosen),
        nerves=tuple(nerve for nerve in body.nerves if nerve.label != chosen),
        vessels=tuple(vessel for vessel in body.vessels if vessel.label != chosen),
    )
