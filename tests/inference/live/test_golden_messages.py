"""The golden messages that the browser reads are those that Python writes."""

import base64
import importlib.util
import json
from pathlib import Path
from typing import Any

from inference.live.wire import decode_frame

SCRIPT = Path(__file__).resolve().parents[2] / "vectors" / "make_live_vectors.py"


def test_every_golden_message_says_what_this_code_says():
    spec = importlib.util.spec_from_file_location("make_live_vectors", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    stored, made = json.loads(script.FILE.read_text()), script.vectors()
    # zlib implementations differ in how they pack, so messages are compared by what they hold
    for old, new in zip(stored["read"], made["read"], strict=True):
        frame = decode_frame(base64.b64decode(old["message"]))
        assert frame.sequence == new["frame"]["sequence"], old["name"]
        assert _without_packing(old["frame"]) == _without_packing(new["frame"]), old["name"]
    for name in ("refused", "refused_labels"):
        codes = [(each["name"], each["code"]) for each in stored[name]]
        assert codes == [(each["name"], each["code"]) for each in made[name]]


def _without_packing(frame: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in frame.items() if name != "segments"}
