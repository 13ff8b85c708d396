"""Distances of two samples by scipy, and the widths of Howard and Ramdas' band with the error that their theorem proves, beside
those of their own package confseq, for lambda/domain/traffic/prediction-shift.ts.

pip install scipy==1.15.3 numpy==2.2.6 confseq==0.0.11 (built against Boost 1.74; its pybind11 2.6 does not know Python 3.11: the
modules were compiled with pybind11 3.1.0); python test/reference/prediction-shift.py > test/reference/prediction-shift.json
"""

import json
import math

import numpy as np
import scipy
from confseq.quantiles import empirical_process_lil_bound
from scipy import stats

A, FEWEST = 0.85, 100
CONFSEQ = "0.0.11"


def proven_error(c):
    """alpha_{A,C} of theorem 2: the least over eta of 4 exp(-gamma^2 C) (1 + 1 / ((gamma^2 - 1) log eta))."""

    def error(eta):
        gamma = math.sqrt(2 / eta) * (A - math.sqrt(2 * (eta - 1) / c))
        if gamma <= 1:
            return 1.0
        return 4 * math.exp(-gamma * gamma * c) * (1 + 1 / ((gamma * gamma - 1) * math.log(eta)))

    return float(min(error(eta) for eta in np.linspace(1, 2 * A * A, 20001)[1:]))


def main():
    random = np.random.default_rng(11)
    samples = []
    for shift in [0, 0.25, 1]:
        challenger = np.round(random.normal(shift, 1, 180), 1).tolist()
        champion = np.round(random.normal(0, 1, 240), 1).tolist()
        distance = float(stats.ks_2samp(challenger, champion).statistic)
        samples.append({"challenger": challenger, "champion": champion, "distance": distance})
    bands = []
    for alpha in [0.1, 0.05, 0.0025, 0.0001]:
        c = 0.8 * math.log(1612 / alpha)
        for rows in [100, 1000, 100000]:
            width = A * math.sqrt((math.log(math.log(math.e * rows / FEWEST)) + c) / rows)
            theirs = float(empirical_process_lil_bound(rows, alpha, FEWEST, A))
            bands.append(
                {"alpha": alpha, "rows": rows, "width": width, "confseq": theirs, "provenError": proven_error(c)}
            )
    versions = {"scipy": scipy.__version__, "numpy": np.__version__, "confseq": CONFSEQ}
    print(json.dumps({"versions": versions, "samples": samples, "bands": bands}, indent=1))


main()
