"""Evidence of two rates from the probabilities of scipy's distributions, for lambda/domain/statistics/rate-evidence.ts.

pip install scipy==1.15.3 numpy==2.2.6; python test/reference/rate-evidence.py > test/reference/rate-evidence.json
"""

import json

import numpy as np
import scipy
from scipy import stats
from scipy.optimize import brentq

RATIOS = np.array([1.5, 2, 3, 5, 10])
WEIGHTS = np.array([0.1, 0.25, 0.1, 0.1, 0.45])
ALPHA = 0.04
BOUND_ALPHA = 0.001


def log_ratios(kc, nc, kp, np_):
    share = nc / (nc + np_)
    raised = RATIOS * share / (RATIOS * share + 1 - share)
    return stats.binom.logpmf(kc, kc + kp, raised) - stats.binom.logpmf(kc, kc + kp, share)


def boost(wealth, nc, np_, events):
    """The root of E[min(b X, 1 / alpha)] = the wealth so far, under the hypergeometric distribution of all outcomes."""
    outcomes = np.arange(max(0, events - np_), min(events, nc) + 1)
    probabilities = stats.hypergeom.pmf(outcomes, nc + np_, events, nc)
    after = np.array([np.sum(wealth * np.exp(log_ratios(k, nc, events - k, np_))) for k in outcomes])

    def excess(b):
        return np.sum(probabilities * np.minimum(b * after, 1 / ALPHA)) - np.sum(wealth)

    return brentq(excess, 0.5, 1e6, xtol=1e-14, rtol=1e-14)


def evidence(stretches, is_split):
    wealth = WEIGHTS.copy()
    largest, events, requests = 0.0, 0, 0
    for (kc, nc), (kp, np_) in stretches:
        events, requests = events + kp, requests + np_
        if nc == 0 or requests == 0:
            continue
        if np_ == 0:
            highest = stats.chi2.ppf(1 - BOUND_ALPHA, 2 * (events + 1)) / 2 / requests
            raised, usual = RATIOS * highest * nc, highest * nc
            wealth = wealth * np.exp(stats.poisson.logpmf(kc, raised) - stats.poisson.logpmf(kc, usual))
        else:
            factor = boost(wealth, nc, np_, kc + kp) if is_split and kc + kp > 0 else 1
            wealth = wealth * factor * np.exp(log_ratios(kc, nc, kp, np_))
        largest = max(largest, float(np.log(np.sum(wealth))))
        if largest >= -np.log(ALPHA) - 1e-9:
            break
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
            split, unsplit = (evidence(stretches, is_split) for is_split in (True, False))
            cases.append({"stretches": stretches, "split": split, "unsplit": unsplit})
    versions = {"scipy": scipy.__version__, "numpy": np.__version__}
    settings = {"alpha": ALPHA, "boundAlpha": BOUND_ALPHA}
    # More alarms than this, of so many trials at a rate of alpha + boundAlpha, happen once in 10,000 times.
    trials = 1000
    most = int(stats.binom.isf(1e-4, trials, ALPHA + BOUND_ALPHA))
    print(json.dumps({"versions": versions, **settings, "trials": trials, "mostAlarms": most, "cases": cases}))


main()
