"""Writes distances.json: distances of two samples as scipy, Evidently and NannyML compute them.

Usage: python distances.py > distances.json
"""

import json
import platform
import warnings

import evidently
import nannyml
import numpy as np
import pandas as pd
import scipy
from evidently.legacy.calculations.stattests.hellinger_distance import _hellinger_distance
from evidently.legacy.calculations.stattests.psi import _psi
from evidently.legacy.calculations.stattests.wasserstein_distance_norm import _wasserstein_distance_norm
from evidently.legacy.core import ColumnType
from nannyml.drift.univariate.methods import CategoricalJensenShannonDistance
from nannyml.thresholds import ConstantThreshold
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20261130)


def rounded(values, digits=4):
    return [round(float(v), digits) for v in values]


def parts(name, baseline, window):
    """Counts of categories, each of which is a part of its own."""
    p, q = np.array(baseline) / sum(baseline), np.array(window) / sum(window)
    names = [f"c{i}" for i in range(len(baseline))]
    before, after = (pd.Series(np.repeat(names, counts)) for counts in (baseline, window))
    nanny = CategoricalJensenShannonDistance(
        chunker=None, threshold=ConstantThreshold(), computation_params={}
    )
    nanny._fit(before)
    distance = jensenshannon(p, q, base=2)
    assert abs(nanny._calculate(after) - distance) < 1e-12
    return {
        "name": name,
        "baseline": baseline,
        "window": window,
        "populationStabilityIndex": float(_psi(before, after, ColumnType.Categorical, 0.1)[0]),
        "jensenShannon": float(distance),
        "hellinger": float(_hellinger_distance(before, after, ColumnType.Categorical, 0.1)[0]),
    }


def numbers(name, baseline, window):
    """In standard deviations of the baseline, by scipy and, the same, by Evidently."""
    by_scipy = wasserstein_distance(baseline, window) / np.std(baseline)
    by_evidently = _wasserstein_distance_norm(pd.Series(baseline), pd.Series(window), ColumnType.Numerical, 0.1)[0]
    assert abs(by_scipy - by_evidently) <= 0.01 * by_evidently
    return {"name": name, "baseline": baseline, "window": window, "wasserstein": float(by_scipy)}


# The test draws the same numbers, x(i) = (i * 7919 mod 20011) / 20011.
grid = np.array([((i * 7919) % 20011) / 20011 for i in range(20000)])
logistic = np.log((grid + 1e-5) / (1 - grid + 1e-5))


def large(name, baseline, window):
    clipped = np.clip(window, baseline.min(), baseline.max())
    groups = np.unique(np.quantile(baseline, np.arange(1, 10) / 10, method="inverted_cdf"))
    p, q = (np.bincount(np.searchsorted(groups, v), minlength=len(groups) + 1) / len(v) for v in (baseline, window))
    return {
        "name": name,
        "populationStabilityIndex": float(np.sum((p - q) * np.log(p / q))),
        "jensenShannon": float(jensenshannon(p, q, base=2)),
        "hellinger": float(np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2)),
        "wasserstein": float(wasserstein_distance(baseline, clipped) / np.std(baseline)),
        "unclipped": float(wasserstein_distance(baseline, window) / np.std(baseline)),
    }


normal = rounded(rng.normal(size=300))
report = {
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "evidently": evidently.__version__,
        "nannyml": nannyml.__version__,
    },
    "parts": [
        parts("alike", [100, 200, 300], [50, 100, 150]),
        parts("moved", [120, 90, 60, 30], [60, 80, 90, 120]),
        parts("one is empty after", [500, 300, 200], [600, 400, 0]),
        parts("no part in common", [100, 0], [0, 100]),
    ],
    "numbers": [
        numbers("alike", normal, rounded(rng.permutation(normal))),
        numbers("narrower", normal, rounded(np.clip(rng.normal(0.3, 0.5, size=250), min(normal), max(normal)))),
        numbers("integers", rng.poisson(3, 400).tolist() + [15], rng.poisson(4, 300).tolist()),
        numbers("two values", [0] * 80 + [1] * 20, [0] * 50 + [1] * 50),
    ],
    "large": [
        large("uniform, to the power of 1.2", grid, grid[:15000] ** 1.2),
        large("logistic, half a unit up", logistic, logistic[:15000] + 0.5),
        large("logistic, twice as wide", logistic, logistic[:15000] * 2),
    ],
}
print(json.dumps(report, indent=1))
