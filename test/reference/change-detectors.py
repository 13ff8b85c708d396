"""Writes change-detectors.json: where river finds changes in sequences of errors.

Usage: python change-detectors.py > change-detectors.json
"""

import json
import platform

import numpy as np
import river
from river import drift

rng = np.random.default_rng(20261130)


def errors(*parts):
    """0 or 1, at the rate of each part."""
    return np.concatenate([(rng.uniform(size=n) < rate).astype(int) for n, rate in parts]).tolist()


SEQUENCES = {
    "none": errors((3000, 0.1)),
    "sudden": errors((1500, 0.1), (1500, 0.25)),
    "large": errors((1000, 0.1), (1000, 0.6)),
    "there and back": errors((2000, 0.05), (500, 0.4), (1500, 0.05)),
    "gradual": errors(*((300, 0.1 + 0.03 * i) for i in range(10))),
    "improving": errors((1500, 0.3), (1500, 0.1)),
}
DETECTORS = {
    "adwin": lambda: drift.ADWIN(delta=0.002),
    "adwin 1e-4": lambda: drift.ADWIN(delta=0.0001),
    "ddm": lambda: drift.binary.DDM(),
    "pageHinkley": lambda: drift.PageHinkley(mode="up"),
}


def changes(detector, values):
    found = []
    for i, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            found.append(i)
    return found


print(
    json.dumps(
        {
            "by": f"river {river.__version__}, numpy {np.__version__}, Python {platform.python_version()}",
            "sequences": {
                name: {
                    "values": "".join(map(str, values)),
                    "changes": {of: changes(make(), values) for of, make in DETECTORS.items()},
                }
                for name, values in SEQUENCES.items()
            },
        }
    )
)
