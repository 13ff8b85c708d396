"""Intervals of a mean that hold at all times, by scipy's beta function and root finder, for lambda/domain/statistics/proportion-interval.ts.

pip install scipy==1.15.3 numpy==2.2.6; python test/reference/proportion-interval.py > test/reference/proportion-interval.json
"""

import json

import scipy
from scipy.optimize import brentq
from scipy.special import betaln, xlog1py, xlogy


def interval(total, count, alpha):
    # A likelihood ratio of the beta mixture that reaches 1 / alpha refutes the mean.
    def excess(mean):
        likelihood = xlogy(total, mean) + xlog1py(count - total, -mean)
        return betaln(total + 1, count - total + 1) - likelihood + scipy.special.xlogy(1, alpha)

    best = total / count
    tiny = 1e-15
    low = brentq(excess, tiny, best, xtol=1e-15) if total > 0 and excess(tiny) > 0 else 0.0
    high = brentq(excess, best, 1 - tiny, xtol=1e-15) if total < count and excess(1 - tiny) > 0 else 1.0
    return [low, high]


def main():
    cases = []
    for alpha in [0.05, 0.00125]:
        for count in [1, 10, 100, 10_000, 1_000_000]:
            for share in [0, 0.5, 0.93, 1]:
                total = round(share * count * 4) / 4
                cases.append({"sum": total, "count": count, "alpha": alpha, "interval": interval(total, count, alpha)})
    print(json.dumps({"scipy": scipy.__version__, "cases": cases}, indent=1))


main()
