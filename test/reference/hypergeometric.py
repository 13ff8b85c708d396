"""Probabilities of the hypergeometric distribution by scipy, for test/lambda/domain/statistics/hypergeometric.ts.

pip install scipy==1.15.3 numpy==2.2.6; python test/reference/hypergeometric.py > test/reference/hypergeometric.json
"""

import json

import scipy
from scipy.stats import hypergeom


def main():
    cases = []
    for drawn, marked, total in [(1, 1, 20), (5, 3, 30), (40, 38, 50), (300, 6_000, 60_000), (30_000, 6_000, 60_000)]:
        distribution = hypergeom(total, marked, drawn)
        low, high = (int(distribution.ppf(q)) for q in (1e-9, 1 - 1e-9))
        step = max(1, (high - low) // 6)
        probabilities = [[k, float(distribution.pmf(k))] for k in range(max(low, 0), high + 1, step)]
        cases.append({"drawn": drawn, "marked": marked, "all": total, "probabilities": probabilities})
    print(json.dumps({"scipy": scipy.__version__, "cases": cases}))


main()
