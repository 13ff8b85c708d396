"""Writes estimated-quality.json: quality without labels as NannyML estimates it from calibrated probabilities.

Usage: python estimated-quality.py > estimated-quality.json
"""

import json
import platform

import nannyml
import numpy as np
from nannyml.performance_estimation.confidence_based.metrics import estimate_accuracy, estimate_roc_auc

rng = np.random.default_rng(20261130)
cases = []
for name, values in {
    "many": np.round(rng.beta(0.6, 1.8, 500), 5),
    "ties": np.round(rng.beta(2, 2, 200), 1),
    "sure": np.array([0.99, 0.98, 0.01, 0.02, 0.03]),
}.items():
    for threshold in (0.5, 0.3):
        cases.append(
            {
                "name": f"{name} at {threshold}",
                "threshold": threshold,
                "probabilities": values.tolist(),
                "accuracy": float(estimate_accuracy((values >= threshold).astype(int), values)),
                "auc": float(estimate_roc_auc(values, values)),
            }
        )
print(
    json.dumps(
        {
            "by": f"nannyml {nannyml.__version__}, numpy {np.__version__}, Python {platform.python_version()}",
            "cases": cases,
        }
    )
)
