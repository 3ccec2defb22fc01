"""Golden vectors: what both geometries, Python and TypeScript, must answer to the last bit.

Run `python tests/vectors/make_vectors.py` after a deliberate change of the definition; a test fails
when the files and the code disagree.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from annotation.geometry import (
    Absent,
    Contour,
    Keyframe,
    Mask,
    Shape,
    ShapeError,
    Track,
    area,
    bounding_box,
    centroid,
    contains,
    contour,
    decode_shape,
    encode_shape,
    label_map,
    mask_from_dense,
    nearest_on_contour,
    outline,
    parse_shape,
    perimeter,
    shape_at,
    shape_mask,
    shape_to_json,
)

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 96, 72

POINTS: dict[str, list[list[float]]] = {
    "nothing": [],
    "one point": [[20.5, 20.5]],
    "two points": [[10, 10], [40, 30]],
    "repeated until two": [[10, 10], [10, 10], [40, 30], [10, 10]],
    "collinear": [[10, 10], [20, 20], [30, 30]],
    "triangle": [[10, 60], [48, 8], [86, 60]],
    "rectangle on pixel edges": [[10, 10], [40, 10], [40, 30], [10, 30]],
    "rectangle on pixel centres": [[10.5, 10.5], [40.5, 10.5], [40.5, 30.5], [10.5, 30.5]],
    "diamond on pixel centres": [[30.5, 10.5], [50.5, 30.5], [30.5, 50.5], [10.5, 30.5]],
    "tiny inside a pixel": [[20.4, 20.4], [20.6, 20.4], [20.6, 20.6], [20.4, 20.6]],
    "tiny between centres": [[20.6, 20.6], [21.4, 20.6], [21.4, 21.4], [20.6, 21.4]],
    "bow tie": [[10, 10], [60, 50], [60, 10], [10, 50]],
    "five-pointed star": [
        [78, 36],
        [23.729, 53.634],
        [57.271, 7.468],
        [57.271, 64.532],
        [23.729, 18.366],
    ],
    "nerve": [[30.2, 22.7], [44.9, 18.3], [61.4, 25.8], [58.1, 39.6], [41.7, 44.2], [28.3, 35.9]],
    "nerve the other way": [
        [41.7, 44.2],
        [58.1, 39.6],
        [61.4, 25.8],
        [44.9, 18.3],
        [30.2, 22.7],
        [28.3, 35.9],
    ],
    "uneven points": [[20, 20], [21, 19.5], [22.25, 19.75], [80, 25], [78, 60], [25, 55]],
    "repeated points": [[20, 20], [20, 20], [70, 22], [70.001, 22], [65, 60], [24, 55], [20, 20]],
    "crescent": [[20, 36], [30, 15], [60, 8], [82, 20], [60, 20], [40, 28], [32, 40], [24, 48]],
    "partly outside": [[-30, 20], [40, -25], [130, 30], [50, 110]],
    "wholly outside": [[-30, -20], [-10, -25], [-15, -5]],
    "around the image": [[-200, -200], [300, -200], [300, 300], [-200, 300]],
    "at the limit": [[-100000, 36.3], [48.7, -100000], [100000, 35.1], [47.2, 100000]],
    "long bone": [[2, 60], [20, 52], [48, 50], [75, 53], [94, 61], [75, 57], [48, 54], [20, 56]],
}
PROBES = [[36.0, 30.0], [10.5, 10.5], [20.5, 20.5], [0.0, 0.0], [70.25, 22.125], [47.9, 35.2]]


def contour_vectors() -> list[dict[str, Any]]:
    """Every set of points, as a polygon and as a spline."""
    vectors = []
    for name, points in POINTS.items():
        for kind in ("polygon", "spline"):
            document = {
                "kind": kind,
                "points": points,
                "uncertain": [i % 3 == 1 for i in range(len(points))],
            }
            shape = parse_shape(document)
            assert isinstance(shape, Contour)
            line = outline(shape)
            vectors.append(
                {
                    "name": f"{name}, {kind}",
                    "shape": shape_to_json(shape),
                    "bytes": encode_shape(shape).hex(),
                    "vertices": line.vertices.tolist(),
                    "spans": line.spans.tolist(),
                    "parameters": line.parameters.tolist(),
                    "mask": shape_to_json(shape_mask(shape, WIDTH, HEIGHT)),
                    "measures": _measures(shape),
                }
            )
    return vectors


def masks() -> dict[str, Mask]:
    """Masks with one region, many, holes, single pixels and none, some beyond the image."""
    rows, columns = np.mgrid[:30, :40]
    disc = (columns - 18.2) ** 2 + (rows - 14.7) ** 2 < 150
    ring = disc & ((columns - 18.2) ** 2 + (rows - 14.7) ** 2 > 60)
    two = ((columns - 8) ** 2 + (rows - 8) ** 2 < 40) | (
        (columns - 30) ** 2 + (rows - 20) ** 2 < 70
    )
    speckle = np.random.default_rng(7).random((30, 40)) < 0.5
    full = np.ones((6, 9), dtype=bool)
    return {
        "disc": mask_from_dense(disc, 10, 12),
        "disc further on": mask_from_dense(disc, 40, 30),
        "disc half outside": mask_from_dense(disc, -15, -10),
        "ring": mask_from_dense(ring, 20, 20),
        "two regions": mask_from_dense(two, 15, 18),
        "speckle": mask_from_dense(speckle, 30, 25),
        "full box": mask_from_dense(full, 50, 40),
        "line one pixel wide": mask_from_dense(np.ones((12, 1), dtype=bool), 40, 20),
        "line one pixel further": mask_from_dense(np.ones((12, 1), dtype=bool), 41, 20),
        "one pixel": mask_from_dense(np.ones((1, 1), dtype=bool), 0, 0),
        "nothing": mask_from_dense(np.zeros((4, 4), dtype=bool), 3, 3),
    }


def mask_vectors() -> list[dict[str, Any]]:
    """Run lengths, bytes, clipping and measures of masks."""
    return [
        {
            "name": name,
            "shape": shape_to_json(mask),
            "bytes": encode_shape(mask).hex(),
            "mask": shape_to_json(shape_mask(mask, WIDTH, HEIGHT)),
            "measures": _measures(mask),
        }
        for name, mask in masks().items()
    ]


def track_vectors() -> list[dict[str, Any]]:
    """Tracks at every frame from before their first keyframe to after their last."""
    drawn = masks()
    flags = [True, False, False, False, False, False]

    def spline(name: str, uncertain: list[bool] | None = None) -> Contour:
        return contour("spline", POINTS[name], uncertain)

    def polygon(name: str) -> Contour:
        return contour("polygon", POINTS[name])

    tracks: dict[str, list[tuple[int, Shape]]] = {
        "no keyframe": [],
        "one keyframe": [(3, spline("nerve"))],
        "nerve changes direction": [
            (1, spline("nerve", flags)),
            (5, spline("nerve the other way")),
        ],
        "spline to polygon to spline": [
            (0, spline("crescent")),
            (4, polygon("rectangle on pixel centres")),
            (9, spline("uneven points")),
        ],
        "self-crossing": [(2, polygon("bow tie")), (6, polygon("five-pointed star"))],
        "partly outside": [(0, spline("partly outside")), (3, spline("long bone"))],
        "at the limit": [(0, polygon("at the limit")), (3, polygon("triangle"))],
        "absent between": [
            (1, spline("nerve")),
            (4, Absent()),
            (7, spline("triangle")),
            (9, Absent()),
        ],
        "contour that covers nothing": [(0, polygon("two points")), (4, spline("nerve"))],
        "masks of one region": [(0, drawn["disc"]), (5, drawn["disc further on"])],
        "masks that split": [(0, drawn["disc"]), (6, drawn["two regions"])],
        "hole opens": [(0, drawn["disc"]), (4, drawn["ring"]), (8, drawn["speckle"])],
        "line moves": [(0, drawn["line one pixel wide"]), (2, drawn["line one pixel further"])],
        "mask appears": [(0, drawn["nothing"]), (4, drawn["disc"]), (7, drawn["nothing"])],
        "contour to mask to contour": [
            (0, spline("nerve")),
            (4, drawn["two regions"]),
            (8, polygon("partly outside")),
        ],
        "mask to a contour beyond any mask": [(0, drawn["disc"]), (3, polygon("at the limit"))],
    }
    vectors = []
    for name, keyframes in tracks.items():
        track = Track([Keyframe(index, shape) for index, shape in keyframes])
        end = keyframes[-1][0] + 2 if keyframes else 2
        at_frames = [shape_at(track, frame) for frame in range(end)]
        vectors.append(
            {
                "name": name,
                "keyframes": [
                    {"frame_index": index, "shape": shape_to_json(shape)}
                    for index, shape in keyframes
                ],
                "shapes": [shape and shape_to_json(shape) for shape in at_frames],
                "masks": [shape_to_json(shape_mask(shape, WIDTH, HEIGHT)) for shape in at_frames],
            }
        )
    return vectors


def label_vectors() -> list[dict[str, Any]]:
    """Label images, as [value, run length] pairs in row-major order."""
    drawn = masks()
    layers: list[tuple[int, Shape | None]] = [
        (1, contour("spline", POINTS["partly outside"])),
        (2, drawn["ring"]),
        (5, None),
        (255, contour("polygon", POINTS["bow tie"])),
        (3, drawn["speckle"]),
        (4, Absent()),
    ]
    labels = label_map(layers, WIDTH, HEIGHT).ravel()
    edges = np.flatnonzero(np.diff(labels, prepend=-1, append=-1))
    return [
        {
            "name": "five structures and one that is absent",
            "layers": [[channel, shape and shape_to_json(shape)] for channel, shape in layers],
            "runs": [[int(labels[start]), int(stop - start)] for start, stop in pairwise(edges)],
        }
    ]


def invalid_vectors() -> dict[str, list[dict[str, Any]]]:
    """Documents and bytes that are refused, each with its sentence."""
    square = {"x": 1, "y": 2, "width": 3, "height": 2}
    documents: list[Any] = [
        None,
        [],
        "spline",
        {},
        {"kind": "circle"},
        {"kind": "spline"},
        {"kind": "spline", "points": {"0": [1, 2]}},
        {"kind": "spline", "points": [[1, 2], [3]]},
        {"kind": "spline", "points": [[1, 2], [3, "4"]]},
        {"kind": "spline", "points": [[1, 2], [3, True]]},
        {"kind": "spline", "points": [[1, 2], [3, None]]},
        {"kind": "polygon", "points": [[1, 2], [3, 100000.5]]},
        {"kind": "polygon", "points": [[-1e300, 2]]},
        {"kind": "polygon", "points": [[0, 0]] * 2001},
        {"kind": "polygon", "points": [[1, 2]], "uncertain": []},
        {"kind": "polygon", "points": [[1, 2]], "uncertain": [0]},
        {"kind": "polygon", "points": [[1, 2]], "uncertain": True},
        {"kind": "mask"},
        {"kind": "mask", **square},
        {"kind": "mask", **square, "counts": [1, 4.5]},
        {"kind": "mask", **square, "counts": [1, 4]},
        {"kind": "mask", **square, "counts": [1, 0, 5]},
        {"kind": "mask", **square, "counts": [-1, 7]},
        {"kind": "mask", **square, "x": 0.5, "counts": [0, 6]},
        {"kind": "mask", **square, "x": 100001, "counts": [0, 6]},
        {"kind": "mask", **square, "width": -3, "counts": [0, 6]},
        {"kind": "mask", **square, "height": 20000, "counts": [0, 60000]},
        {"kind": "mask", "x": 0, "y": 0, "width": 16384, "height": 16384, "counts": [0, 2**28]},
    ]
    good = encode_shape(masks()["ring"]).hex()
    curve = encode_shape(contour("spline", POINTS["triangle"])).hex()
    stored = [
        "",
        "00",
        "1f",
        "1000",
        good[:-2],
        good + "00",
        good[:4],
        curve[:-2],
        curve[:-2] + "08",
        "11d10f",
        "12ffffffffff01",
        "128000",
        "1201" + "ff" * 16 + "00",
        "1300000101028001",
    ]
    return {
        "documents": [
            {"document": document, "message": _refusal(parse_shape, document)}
            for document in documents
        ],
        "bytes": [
            {"bytes": damaged, "message": _refusal(decode_shape, bytes.fromhex(damaged))}
            for damaged in stored
        ],
    }


def _refusal(read: Any, given: Any) -> str:
    try:
        read(given)
    except ShapeError as error:
        return str(error)
    raise AssertionError(f"not refused: {given!r:.80}")


def _measures(shape: Shape) -> dict[str, Any]:
    box = bounding_box(shape)
    nearest = []
    if isinstance(shape, Contour):
        for x, y in PROBES:
            place = nearest_on_contour(shape, x, y)
            nearest.append(
                place and [place.span, place.parameter, place.x, place.y, place.distance]
            )
    centre = centroid(shape)
    return {
        "area": area(shape),
        "centroid": centre and list(centre),
        "box": box and [box.left, box.top, box.right, box.bottom],
        "perimeter": perimeter(shape),
        "contains": [contains(shape, x, y) for x, y in PROBES],
        "nearest": nearest,
    }


def build() -> dict[str, Any]:
    """The content of each vector file by its name."""
    size = {"width": WIDTH, "height": HEIGHT}
    return {
        "contours.json": {**size, "probes": PROBES, "vectors": contour_vectors()},
        "masks.json": {**size, "probes": PROBES, "vectors": mask_vectors()},
        "tracks.json": {**size, "vectors": track_vectors()},
        "labels.json": {**size, "vectors": label_vectors()},
        "invalid.json": invalid_vectors(),
    }


def main() -> None:
    for name, content in build().items():
        text = json.dumps(content, separators=(",", ":"), allow_nan=False)
        # one vector a line, so that a change shows which
        text = text.replace('},{"name"', '},\n{"name"').replace('},{"document"', '},\n{"document"')
        (FOLDER / name).write_text(text + "\n")


if __name__ == "__main__":
    main()
