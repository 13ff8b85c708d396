"""Writes gate.json: what scikit-learn, statsmodels and scipy say of pairs of models on real data, for the promotion gate.

Usage: python gate.py > gate.json
"""

import json
import platform

import numpy as np
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy import optimize, stats
from sklearn import datasets, ensemble, linear_model, metrics, model_selection, naive_bayes, pipeline, preprocessing, tree
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

ALPHA = 0.05
THRESHOLD = 0.4


def logistic():
    return pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression())


def rows_for(seed, n):
    """Weights of two decimals and groups of about four rows, some of one row."""
    random = np.random.default_rng(seed)
    return np.round(random.uniform(0.2, 3, n), 2), random.integers(0, n // 4, n)


def lead_of_losses(first, second, weights, groups):
    """Of a mean loss, lower being better: the coefficient of an intercept-only regression."""
    difference = first - second
    t = stats.ttest_rel(first, second, alternative="greater")
    interval = stats.ttest_rel(first, second).confidence_interval(1 - 2 * ALPHA)
    one = np.ones(len(difference))
    weighted = sm.WLS(difference, one, weights=weights).fit(cov_type="HC1", use_t=True)
    grouped = sm.OLS(difference, one).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    return {
        "lead": difference.mean(),
        "pValue": t.pvalue,
        "interval": [interval.low, interval.high],
        "weighted": {"lead": weighted.params[0], "standardError": weighted.bse[0]},
        "grouped": {
            "standardError": grouped.bse[0],
            "pValue": stats.t.sf(grouped.tvalues[0], len(set(groups)) - 1),
        },
    }


def lead_by_derivatives(metric, first, second, weights):
    """Of a metric that is no mean: the infinitesimal jackknife by numerical derivatives by the weights."""

    def lead(w):
        return metric(second, w) - metric(first, w)

    n, step = len(weights), 1e-4
    influence = np.empty(n)
    for i in range(n):
        up, down = weights.astype(float).copy(), weights.astype(float).copy()
        up[i] += step
        down[i] -= step
        influence[i] = (lead(up) - lead(down)) / (2 * step) * weights[i]
    return {"lead": lead(weights), "standardError": float(np.sqrt(np.sum(influence**2) * n / (n - 1)))}


def obuchowski(labels, first, second, groups):
    """Variance of the difference of two AUCs, from the definition in Biometrics 53 (1997), p. 567."""

    def kernel(scores):
        x, y = scores[labels == 1], scores[labels == 0]
        return (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])

    psi = kernel(second) - kernel(first)
    theta = psi.mean()
    m, n = psi.shape
    v10, v01 = psi.mean(axis=1), psi.mean(axis=0)
    g1, g0 = groups[labels == 1], groups[labels == 0]
    everyone = sorted(set(groups))
    i10, i01, i = len(set(g1)), len(set(g0)), len(everyone)
    a = np.array([np.sum(v10[g1 == g] - theta) for g in everyone])
    b = np.array([np.sum(v01[g0 == g] - theta) for g in everyone])
    s10 = i10 / ((i10 - 1) * m) * np.sum(a**2)
    s01 = i01 / ((i01 - 1) * n) * np.sum(b**2)
    s11 = i / (i - 1) * np.sum(a * b)
    return float(np.sqrt(s10 / m + s01 / n + 2 * s11 / (m * n)))


def calibration_error(labels, p):
    """Ten bins of as many rows each; equal probabilities share a bin."""
    order = np.argsort(p, kind="stable")
    n, start, error = len(p), 0, 0.0
    for k in range(1, 11):
        if start >= n:
            break
        end = max(start + 1, int(np.floor(k * n / 10 + 0.5)))
        end = int(np.searchsorted(p[order], p[order[end - 1]], side="right"))
        rows = order[start:end]
        error += len(rows) / n * abs(labels[rows].mean() - p[rows].mean())
        start = end
    return error


def classification(name, x, y, first, second, digits, seed):
    x_train, x_test, y_train, y_test = model_selection.train_test_split(x, y, test_size=0.4, random_state=seed)
    y_test = y_test.astype(int)
    champion, challenger = (
        np.round(m.fit(x_train, y_train).predict_proba(x_test)[:, 1], digits) for m in (first, second)
    )
    weights, groups = rows_for(seed, len(y_test))
    ones = np.ones(len(y_test))

    def log_losses(p):
        p = np.clip(p, np.finfo(float).eps, 1 - np.finfo(float).eps)
        return -np.log(np.where(y_test == 1, p, 1 - p))

    def both(metric):
        return {
            "champion": metric(champion, None),
            "challenger": metric(challenger, None),
            "weighted": metric(challenger, weights),
        }

    def f1(p, w):
        return metrics.f1_score(y_test, p >= THRESHOLD, sample_weight=w)

    def ap(p, w):
        return metrics.average_precision_score(y_test, p, sample_weight=w)

    return {
        "name": name,
        "labels": y_test.tolist(),
        "champion": champion.tolist(),
        "challenger": challenger.tolist(),
        "weights": weights.tolist(),
        "groups": groups.tolist(),
        "values": {
            "auc": both(lambda p, w: metrics.roc_auc_score(y_test, p, sample_weight=w)),
            "averagePrecision": both(ap),
            "logLoss": both(lambda p, w: metrics.log_loss(y_test, p, sample_weight=w)),
            "brier": both(lambda p, w: metrics.brier_score_loss(y_test, p, sample_weight=w)),
            "accuracy": both(lambda p, w: metrics.accuracy_score(y_test, p >= THRESHOLD, sample_weight=w)),
            "f1": both(f1),
        },
        "calibrationError": calibration_error(y_test, challenger),
        "leads": {
            "logLoss": lead_of_losses(log_losses(champion), log_losses(challenger), weights, groups),
            "brier": lead_of_losses((champion - y_test) ** 2, (challenger - y_test) ** 2, weights, groups),
        },
        "derivatives": {
            "averagePrecision": {
                "plain": lead_by_derivatives(ap, champion, challenger, ones),
                "weighted": lead_by_derivatives(ap, champion, challenger, weights),
            },
            "f1": {
                "plain": lead_by_derivatives(f1, champion, challenger, ones),
                "weighted": lead_by_derivatives(f1, champion, challenger, weights),
            },
        },
        "obuchowski": obuchowski(y_test, champion, challenger, groups),
    }


def regression(name, x, y, first, second, seed):
    x_train, x_test, y_train, y_test = model_selection.train_test_split(x, y, test_size=0.4, random_state=seed)
    champion, challenger = (np.round(m.fit(x_train, y_train).predict(x_test), 4) for m in (first, second))
    weights, groups = rows_for(seed, len(y_test))

    def both(metric):
        return {
            "champion": metric(champion, None),
            "challenger": metric(challenger, None),
            "weighted": metric(challenger, weights),
        }

    def pinball(p):
        return np.maximum(0.9 * (y_test - p), -0.1 * (y_test - p))

    def rmse(p, w):
        return metrics.root_mean_squared_error(y_test, p, sample_weight=w)

    def mean_lead(a, b, axis=-1):
        return np.mean(a, axis=axis) - np.mean(b, axis=axis)

    result = stats.bootstrap(
        (np.abs(champion - y_test), np.abs(challenger - y_test)),
        mean_lead,
        paired=True,
        vectorized=True,
        n_resamples=400,
        confidence_level=1 - 2 * ALPHA,
        method="BCa",
        rng=np.random.default_rng(seed),
    )
    differences = np.abs(champion - y_test) - np.abs(challenger - y_test)
    n = len(differences)
    # A distribution of 100,000 resamples, for the interval of another random generator.
    wide = stats.bootstrap(
        (differences,), np.mean, n_resamples=100_000, batch=1000, confidence_level=1 - 2 * ALPHA, method="BCa",
        rng=np.random.default_rng(seed + 1),
    )
    return {
        "name": name,
        "labels": y_test.tolist(),
        "champion": champion.tolist(),
        "challenger": challenger.tolist(),
        "weights": weights.tolist(),
        "groups": groups.tolist(),
        "values": {
            "mae": both(lambda p, w: metrics.mean_absolute_error(y_test, p, sample_weight=w)),
            "rmse": both(rmse),
            "quantileLoss": both(lambda p, w: metrics.mean_pinball_loss(y_test, p, alpha=0.9, sample_weight=w)),
        },
        "leads": {
            "mae": lead_of_losses(np.abs(champion - y_test), np.abs(challenger - y_test), weights, groups),
            "quantileLoss": lead_of_losses(pinball(champion), pinball(challenger), weights, groups),
        },
        "derivatives": {
            "rmse": {
                "plain": lead_by_derivatives(lambda p, w: -rmse(p, w), champion, challenger, np.ones(n)),
                "weighted": lead_by_derivatives(lambda p, w: -rmse(p, w), champion, challenger, weights),
            }
        },
        "bca": {
            "resampled": {
                "estimate": float(mean_lead(np.abs(champion - y_test), np.abs(challenger - y_test))),
                "distribution": result.bootstrap_distribution.tolist(),
                "leftOut": ((differences.sum() - differences) / (n - 1)).tolist(),
            },
            "interval": [result.confidence_interval.low, result.confidence_interval.high],
            "ofManyResamples": [wide.confidence_interval.low, wide.confidence_interval.high],
            "spread": wide.standard_error,
        },
    }


def paired(both, first_only, second_only, neither):
    """McNemar by statsmodels, the score test from its likelihood, Newcombe's interval from Wilson's."""
    n = both + first_only + second_only + neither
    table = [[both, first_only], [second_only, neither]]
    chi = mcnemar(table, exact=False, correction=False)

    def score(margin):
        # The share of firstOnly with the greatest likelihood where that of secondOnly is larger by the margin.
        def minus_log_likelihood(q):
            return -(
                first_only * np.log(q)
                + second_only * np.log(q + margin)
                + (n - first_only - second_only) * np.log(1 - 2 * q - margin)
            )

        low = max(1e-12, -margin + 1e-12)
        q = optimize.minimize_scalar(
            minus_log_likelihood, bounds=(low, (1 - margin) / 2 - 1e-12), method="bounded", options={"xatol": 1e-12}
        ).x
        z = (second_only - first_only - n * margin) / np.sqrt(n * (2 * q + margin * (1 - margin)))
        return {"margin": margin, "pValue": stats.norm.sf(z)}

    def newcombe(alpha):
        x2, x1 = both + second_only, both + first_only
        p2, p1 = x2 / n, x1 / n
        l2, u2 = proportion_confint(x2, n, 2 * alpha, method="wilson")
        l1, u1 = proportion_confint(x1, n, 2 * alpha, method="wilson")
        product = both * neither - first_only * second_only
        corrected = max(product - n / 2, 0) if product > 0 else product
        margins = x2 * (n - x2) * x1 * (n - x1)
        phi = corrected / np.sqrt(margins) if margins else 0
        low = np.sqrt((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2)
        high = np.sqrt((u2 - p2) ** 2 - 2 * phi * (u2 - p2) * (p1 - l1) + (p1 - l1) ** 2)
        return {"alpha": alpha, "interval": [p2 - p1 - low, p2 - p1 + high]}

    return {
        "counts": {"both": both, "firstOnly": first_only, "secondOnly": second_only, "neither": neither},
        "chiSquared": chi.statistic,
        "pValueTwoSided": chi.pvalue,
        "exactTwoSided": mcnemar(table, exact=True).pvalue,
        "scores": [score(margin) for margin in (-0.05, 0.02, 0.1)],
        "newcombe": [newcombe(alpha) for alpha in (0.025, 0.05)],
    }


cancer = datasets.load_breast_cancer(return_X_y=True)
digits = datasets.load_digits(return_X_y=True)
wine = datasets.load_wine(return_X_y=True)
diabetes = datasets.load_diabetes(return_X_y=True)
iris = datasets.load_iris().data

report = {
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "statsmodels": statsmodels.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "threshold": THRESHOLD,
    "alpha": ALPHA,
    "studentSurvival": [
        [t, df, stats.t.sf(t, df)]
        for t, df in [(0, 3), (0.5, 1), (1.7, 9), (-1.7, 9), (2.5, 30), (4, 99), (1.645, 1999), (6, 9999), (30, 5)]
    ],
    "binomialAtLeast": [
        [k, n, p, stats.binom.sf(k - 1, n, p)]
        for k, n, p in [(0, 5, 0.5), (3, 5, 0.5), (5, 5, 0.5), (17, 24, 0.5), (2, 24, 0.5), (40, 100, 0.3)]
    ],
    "classification": [
        classification("breast cancer, trees and logistic regression", cancer[0], cancer[1],
                       tree.DecisionTreeClassifier(max_depth=3, random_state=7), logistic(), 6, 7),
        # One decimal makes many ties.
        classification("digits above 4, ties", digits[0][:900], digits[1][:900] > 4, naive_bayes.GaussianNB(), logistic(), 1, 8),
        classification("wine of the second kind, forests", wine[0][:, :3], wine[1] == 1,
                       tree.DecisionTreeClassifier(max_depth=2, random_state=7),
                       ensemble.RandomForestClassifier(30, random_state=7), 3, 9),
    ],
    "regression": [
        regression("diabetes", *diabetes, tree.DecisionTreeRegressor(max_depth=4, random_state=7),
                   linear_model.LinearRegression(), 7),
        regression("iris, petal width", iris[:, :3], iris[:, 3], linear_model.Ridge(1e3), linear_model.LinearRegression(), 8),
        regression("breast cancer, area", cancer[0][:, :3], cancer[0][:, 3], linear_model.LinearRegression(),
                   ensemble.RandomForestRegressor(20, random_state=7), 9),
    ],
    # A. Agresti, Categorical Data Analysis: approval of the prime minister; then ones with few disagreements.
    "paired": [paired(794, 150, 86, 570), paired(794, 86, 150, 570), paired(20, 2, 9, 10), paired(40, 7, 8, 60), paired(14, 0, 5, 22)],
}


def plain(value):
    return value.item() if isinstance(value, np.generic) else float(value)


print(json.dumps(report, default=plain, separators=(",", ":")))
