"""Writes tensor-summaries.json: tensors as NumPy measures them.

Usage: python tensor-summaries.py > tensor-summaries.json
"""

import json
import platform

import numpy as np

rng = np.random.default_rng(20261201)


def rounded(values):
    return np.round(values, 4).tolist()


sparse = rng.normal(size=(2, 3, 4)) * (rng.uniform(size=(2, 3, 4)) < 0.5)
tensors = {
    "an embedding": rounded(rng.normal(size=8)),
    "an image": rng.integers(0, 256, size=(3, 2, 4)).tolist(),
    "a tensor with zeros": rounded(sparse),
    "a mask": (rng.uniform(size=(4, 4)) < 0.3).tolist(),
    "numbers that lie close together": rounded(1e9 + rng.normal(size=16)),
    "numbers that are not all finite": [[1.5, None, 0.0], [None, -2.0, 4.0]],
}


def summary(tensor):
    values = np.array(tensor, dtype=float)
    finite = values[np.isfinite(values)]
    measures = [
        values.size,
        np.mean(finite),
        np.std(finite),
        np.linalg.norm(finite),
        np.mean(values == 0),
        np.mean(~np.isfinite(values)),
    ]
    sizes = [] if values.ndim == 1 else values.shape
    return {"rank": values.ndim, "tensor": tensor, "summary": [float(one) for one in [*measures, *sizes]]}


print(
    json.dumps(
        {
            "generatedBy": f"numpy {np.__version__}, Python {platform.python_version()}",
            "tensors": {name: summary(tensor) for name, tensor in tensors.items()},
        }
    )
)
