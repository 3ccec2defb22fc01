"""How soon the bridge answers, beside a bare Python: `python -m benchmarks.bridge`."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 7
RESULTS = Path(__file__).parent / "results"
COMMANDS = {
    "python -c pass (reference)": ["-c", "pass"],
    "fascicle-bridge --help": ["-m", "inference.bridge", "--help"],
    "import all that streams a probe": [
        "-c",
        "import inference.bridge.stream, inference.bridge.sources.clarius",
    ],
    "import all that streams a phantom": [
        "-c",
        "import inference.bridge.stream, inference.bridge.sources.phantom, phantom",
    ],
}


def main() -> None:
    """Print one table and keep it as JSON."""
    results = {}
    for name, arguments in COMMANDS.items():
        times = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            times.append(time.perf_counter() - begun)
        results[name] = {"median_s": statistics.median(times), "most_s": max(times)}
        print(f"{name:<36} median {statistics.median(times):.3f} s   most {max(times):.3f} s")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "bridge.json").write_text(json.dumps(results, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
