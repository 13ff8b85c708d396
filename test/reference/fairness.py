"""Writes fairness.json: gaps between groups as fairlearn computes them.

Usage: python fairness.py > fairness.json
"""

import json
import platform

import fairlearn
import numpy as np
import sklearn
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    equal_opportunity_difference,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score, roc_auc_score

rng = np.random.default_rng(20261130)
n = 600
groups = rng.choice(["young", "middle", "old"], n, p=[0.3, 0.5, 0.2])
shift = np.select([groups == "young", groups == "old"], [-0.8, 0.5], 0)
labels = (rng.uniform(size=n) < 0.4).astype(int)
scores = np.round(1 / (1 + np.exp(-(rng.normal(size=n) + 1.5 * labels - 0.7 + shift))), 6)
taken = (scores >= 0.4).astype(int)
by_group = MetricFrame(
    metrics={"selectionRate": selection_rate, "truePositiveRate": true_positive_rate, "accuracy": accuracy_score},
    y_true=labels,
    y_pred=taken,
    sensitive_features=groups,
)
auc = MetricFrame(metrics=roc_auc_score, y_true=labels, y_pred=scores, sensitive_features=groups)
print(
    json.dumps(
        {
            "by": f"fairlearn {fairlearn.__version__}, scikit-learn {sklearn.__version__}, Python {platform.python_version()}",
            "threshold": 0.4,
            "groups": groups.tolist(),
            "labels": labels.tolist(),
            "scores": scores.tolist(),
            "demographicParityDifference": demographic_parity_difference(labels, taken, sensitive_features=groups),
            "equalOpportunityDifference": equal_opportunity_difference(labels, taken, sensitive_features=groups),
            "accuracyDifference": float(by_group.difference()["accuracy"]),
            "aucDifference": float(auc.difference()),
            "byGroup": {
                measure: {group: float(value) for group, value in by_group.by_group[measure].items()}
                for measure in ["selectionRate", "truePositiveRate", "accuracy"]
            },
        },
    )
)
