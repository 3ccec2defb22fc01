"""The child of benchmarks.engine, for an interpreter that has `pyfast`; it imports nothing of ours.

    PYTHON _fast_child.py ONNX FOLDER

FOLDER holds WxH.npy grey frames. For each line "SIZE ENGINE COUNT" it prints one that starts with
"answer ": the milliseconds of so many frames, or for a count of 0 the file of the label map.
"""

import json
import sys
import time
from pathlib import Path


def main() -> None:
    import fast
    import numpy as np

    model, folder = sys.argv[1], Path(sys.argv[2])
    networks = {}
    for line in sys.stdin:
        size, name, count = line.split()
        picture = np.load(folder / f"{size}.npy")[..., None]
        if name not in networks:
            # without a threshold the likeliest channel wins, as it does with us
            networks[name] = fast.SegmentationNetwork.create(
                model, scaleFactor=1.0 / 255.0, threshold=0.0, inferenceEngine=name
            )
        network = networks[name]

        def segmented(network=network, picture=picture):
            network.connect(fast.Image.createFromArray(picture))
            return np.asarray(network.runAndGetOutputData())

        for _ in range(3):
            found = segmented()
        if int(count) == 0:
            path = folder / f"{size}-{name}-labels.npy"
            np.save(path, found[..., 0])
            print("answer " + json.dumps({"labels": str(path)}), flush=True)
            continue
        times = []
        for _ in range(int(count)):
            began = time.perf_counter()
            segmented()
            times.append(1000.0 * (time.perf_counter() - began))
        print("answer " + json.dumps({"ms": times}), flush=True)


if __name__ == "__main__":
    main()
