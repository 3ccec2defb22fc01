"""The child of benchmarks.engine, for an interpreter that has `pyfast`; it imports nothing of ours.

    PYTHON _fast_child.py ONNX FOLDER FRAMES

FOLDER holds WxH.npy grey frames. Prints one line of JSON: size -> engine -> p50_ms and p95_ms.
"""

import json
import sys
import time
from pathlib import Path


def main() -> None:
    import fast
    import numpy as np

    model, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for path in sorted(folder.glob("*.npy")):
        picture = np.load(path)
        figures[path.stem] = {}
        for name in ("OpenVINO", "ONNXRuntime"):
            network = fast.SegmentationNetwork.create(
                model, scaleFactor=1.0 / 255.0, inferenceEngine=name
            )
            times = []
            for number in range(-5, count):
                began = time.perf_counter()
                image = fast.Image.createFromArray(picture[..., None])
                network.connect(image)
                found = network.runAndGetOutputData()
                found.getWidth()
                if number >= 0:
                    times.append(1000.0 * (time.perf_counter() - began))
            p50, p95 = np.percentile(times, (50, 95))
            figures[path.stem][name] = {"p50_ms": float(p50), "p95_ms": float(p95)}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
