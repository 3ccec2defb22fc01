"""JSON of a set replayed from its history, as a stored set's own JSON."""

from typing import Any

from annotation.geometry import shape_to_json
from annotation.set_contents import SetContents


def contents_to_json(contents: SetContents, number: int) -> dict[str, Any]:
    """The set after revision `number` with the members `tracks` and `judgement` of a set."""
    return {
        "number": number,
        "tracks": [
            {
                "id": str(track),
                "structure": str(held.structure),
                "keyframes": [
                    {
                        "frame": frame,
                        "shape": shape_to_json(put.shape),
                        "source": put.source,
                        "confidence": put.confidence,
                        "revision": number,
                    }
                    for frame, put in sorted(held.keyframes.items())
                ],
            }
            for track, held in contents.tracks.items()
        ],
        "judgement": {
            "quality": [
                {"frame": frame, "quality": grade}
                for frame, grade in sorted(contents.quality.items())
            ],
            "not_visible": [
                {"structure": str(structure), "frame": first, "to_frame": last}
                for structure, spans in contents.not_visible.items()
                for first, last in spans
            ],
            "rejected": None if contents.rejected is None else {"reason": contents.rejected},
            "notes": [
                {"id": str(note), "frame": put.frame, "text": put.text}
                for note, put in contents.notes.items()
            ],
        },
    }
