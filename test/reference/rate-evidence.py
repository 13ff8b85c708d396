"""Evidence of two rates from the probabilities of scipy's distributions, for lambda/domain/rate-evidence.ts.

pip install scipy==1.15.3 numpy==2.2.6; python test/reference/rate-evidence.py > test/reference/rate-evidence.json
"""

import json

import numpy as np
import scipy
from scipy import stats

RATIOS = [1.5, 2, 3, 5, 10]
BOUND_ALPHA = 0.001


def evidence(stretches):
    ratios = np.array(RATIOS)
    products = np.zeros(len(ratios))
    largest, events, requests = 0.0, 0, 0
    for (kc, nc), (kp, np_) in stretches:
        events, requests = events + kp, requests + np_
        if nc == 0 or requests == 0:
            continue
        if np_ == 0:
            highest = stats.chi2.ppf(1 - BOUND_ALPHA, 2 * (events + 1)) / 2 / requests
            products += stats.poisson.logpmf(kc, ratios * highest * nc) - stats.poisson.logpmf(kc, highest * nc)
        else:
            share = nc / (nc + np_)
            raised = ratios * share / (ratios * share + 1 - share)
            products += stats.binom.logpmf(kc, kc + kp, raised) - stats.binom.logpmf(kc, kc + kp, share)
        largest = max(largest, float(np.log(np.mean(np.exp(products)))))
    return largest


def main():
    random = np.random.default_rng(7)
    cases = []
    for rate, ratio in [(0.01, 1), (0.01, 4), (0.2, 1.3), (0.0005, 20)]:
        for alone in [0, 5]:
            stretches = []
            for minute in range(25):
                nc, np_ = int(random.integers(0, 60)), 0 if minute >= 25 - alone else int(random.integers(0, 400))
                kc, kp = int(random.binomial(nc, min(1, rate * ratio))), int(random.binomial(np_, rate))
                stretches.append([[kc, nc], [kp, np_]])
            cases.append({"stretches": stretches, "evidence": evidence(stretches)})
    versions = {"scipy": scipy.__version__, "numpy": np.__version__}
    print(json.dumps({"versions": versions, "boundAlpha": BOUND_ALPHA, "cases": cases}))


main()
