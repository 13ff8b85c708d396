"""Writes drift.json: distribution functions and two-sample tests as scipy computes them.

Usage: python drift.py > drift.json
"""

import json
import math
import platform

import numpy as np
import scipy
from scipy import special, stats

rng = np.random.default_rng(20261124)


def kolmogorov_smirnov(name, baseline, window):
    """Missing values (None) count as below all others."""
    finite = [[-math.inf if v is None else v for v in sample] for sample in (baseline, window)]
    d = stats.ks_2samp(*finite).statistic
    n, m = len(baseline), len(window)
    p = special.kolmogorov(d * math.sqrt(n * m / (n + m)))
    return {"name": name, "baseline": baseline, "window": window, "statistic": d, "pValue": p}


def rounded(values, digits=4):
    return [round(float(v), digits) for v in values]


def with_missing(values, share):
    return [None if rng.random() < share else v for v in values]


def chi_squared(baseline, window):
    test = stats.chi2_contingency([baseline, window], correction=False)
    return {"baseline": baseline, "window": window, "statistic": test.statistic, "pValue": test.pvalue}


normal = rounded(rng.normal(size=300))
report = {
    "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__},
    "normalSurvival": [[z, stats.norm.sf(z)] for z in (-3, -1, 0, 0.1, 0.5, 1, 1.96, 3, 6, 12, 30)],
    "chiSquaredSurvival": [
        [x, df, stats.chi2.sf(x, df)]
        for x, df in ((0.5, 1), (3.84, 1), (2, 5), (11.07, 5), (80, 5), (90, 100), (150, 100), (1100, 1023))
    ],
    "kolmogorovSurvival": [
        [x, special.kolmogorov(x)] for x in (0.2, 0.4, 0.8, 1, 1.17, 1.19, 1.36, 1.63, 2, 3)
    ],
    "logGamma": [[a, special.gammaln(a)] for a in (0.5, 1, 2, 3.7, 9.5, 10, 170, 1e6)],
    "kolmogorovSmirnov": [
        kolmogorov_smirnov("same normal", normal, rounded(rng.normal(size=200))),
        kolmogorov_smirnov("shifted normal", normal, rounded(rng.normal(0.4, 1, size=250))),
        kolmogorov_smirnov("integers with ties", rng.poisson(3, 400).tolist(), rng.poisson(3.4, 300).tolist()),
        kolmogorov_smirnov("constant that moved up", [5] * 120, [6] * 110),
        kolmogorov_smirnov("constant that moved down", [5] * 120, [4] * 110),
        kolmogorov_smirnov("between the baseline's values", [0, 1] * 100, [0, 1, 0.5] * 60),
        kolmogorov_smirnov(
            "more values missing", with_missing(normal, 0.05), with_missing(rounded(rng.normal(size=300)), 0.3)
        ),
    ],
    "chiSquared": [
        chi_squared([120, 90, 60, 30], [100, 80, 70, 50]),
        chi_squared([1000, 10], [900, 30]),
        chi_squared([50, 60, 70, 80, 90], [55, 66, 60, 85, 84]),
    ],
}

# Far more distinct values than bins: the test draws the same numbers, x(i) = (i * 7919 mod 20011) / 20011.
grid = [((i * 7919) % 20011) / 20011 for i in range(20000)]
moved = [v**1.2 for v in grid[:15000]]
test = stats.ks_2samp(grid, moved)
report["kolmogorovSmirnovLarge"] = {"statistic": test.statistic}

print(json.dumps(report, indent=1))
