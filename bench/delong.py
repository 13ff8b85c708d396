"""DeLong's paired test as X. Sun and W. Xu, IEEE Signal Processing Letters 21 (2014), by NumPy and SciPy: seconds, median of 5."""

import json
import sys
import time

import numpy as np
import scipy
from scipy import stats


def delong(labels, first, second):
    positive = labels == 1
    m, n = positive.sum(), (~positive).sum()
    v10, v01, aucs = [], [], []
    for scores in (first, second):
        x, y = scores[positive], scores[~positive]
        tx, ty = stats.rankdata(x), stats.rankdata(y)
        tz = stats.rankdata(np.concatenate([x, y]))
        aucs.append((tz[:m].sum() / m - (m + 1) / 2) / n)
        v10.append((tz[:m] - tx) / n)
        v01.append(1 - (tz[m:] - ty) / m)
    s = np.cov(v10) / m + np.cov(v01) / n
    return (aucs[1] - aucs[0]) / np.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])


rows = int(sys.argv[1])
random = np.random.default_rng(11)
labels = (random.uniform(size=rows) < 0.1).astype(int)
first, second = random.normal(size=rows), random.normal(size=rows)
times = []
for _ in range(5):
    start = time.perf_counter()
    delong(labels, first, second)
    times.append(time.perf_counter() - start)
versions = "Python %s, NumPy %s, SciPy %s" % (sys.version.split()[0], np.__version__, scipy.__version__)
print(json.dumps({"versions": versions, "seconds": sorted(times)[2]}))
