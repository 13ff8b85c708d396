"""Writes problems.json: what scikit-learn, scipy and statsmodels say of models of several classes, of costs, of gaps between groups,
and of how numbers rank numbers.

Usage: python problems.py > problems.json
"""

import json
import platform

import numpy as np
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy import stats
from sklearn import datasets, linear_model, metrics, model_selection, naive_bayes, pipeline, preprocessing, tree

ALPHA = 0.05


def rows_for(seed, n):
    """Weights of two decimals and groups of about four rows, some of one row."""
    random = np.random.default_rng(seed)
    return np.round(random.uniform(0.2, 3, n), 2), random.integers(0, n // 4, n)


def lead_of_losses(first, second, weights, groups):
    """Of a mean loss, lower being better: the coefficient of an intercept-only regression."""
    difference = first - second
    interval = stats.ttest_rel(first, second).confidence_interval(1 - 2 * ALPHA)
    one = np.ones(len(difference))
    weighted = sm.WLS(difference, one, weights=weights).fit(cov_type="HC1", use_t=True)
    grouped = sm.OLS(difference, one).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    return {
        "lead": difference.mean(),
        "pValue": stats.ttest_rel(first, second, alternative="greater").pvalue,
        "interval": [interval.low, interval.high],
        "weighted": {"lead": weighted.params[0], "standardError": weighted.bse[0]},
        "grouped": {"standardError": grouped.bse[0]},
    }


def jackknife(metric, first, second, weights):
    """The infinitesimal jackknife by numerical derivatives of a metric by the weights."""

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


def several_classes(name, x, y, first, second, seed):
    x_train, x_test, y_train, y_test = model_selection.train_test_split(x, y, test_size=0.5, random_state=seed, stratify=y)
    classes = int(y.max()) + 1
    champion, challenger = (np.round(m.fit(x_train, y_train).predict_proba(x_test), 6) for m in (first, second))
    n = len(y_test)
    # What was rounded goes to the most likely class, so that all add up to 1.
    for p in (champion, challenger):
        p[np.arange(n), p.argmax(axis=1)] += 1 - p.sum(axis=1)
    weights, groups = rows_for(seed, n)
    costs = np.round(np.random.default_rng(seed + 100).uniform(0, 9, (n, classes)), 2)

    def both(metric):
        return {"champion": metric(champion, None), "challenger": metric(challenger, None), "weighted": metric(challenger, weights)}

    def macro_f1(p, w):
        return metrics.f1_score(y_test, p.argmax(axis=1), average="macro", sample_weight=w)

    def nats(p):
        eps = np.finfo(float).eps
        return -np.log(np.clip(p[np.arange(n), y_test], eps, 1 - eps))

    def right(p):
        return (p.argmax(axis=1) == y_test).astype(float)

    def own_costs(p):
        return costs[np.arange(n), p.argmax(axis=1)]

    return {
        "name": name,
        "classes": classes,
        "labels": y_test.tolist(),
        "champion": champion.ravel().tolist(),
        "challenger": challenger.ravel().tolist(),
        "weights": weights.tolist(),
        "groups": groups.tolist(),
        "costs": costs.ravel().tolist(),
        "values": {
            "logLoss": both(lambda p, w: metrics.log_loss(y_test, p, sample_weight=w, labels=np.arange(classes))),
            "macroF1": both(macro_f1),
            "accuracy": both(lambda p, w: metrics.accuracy_score(y_test, p.argmax(axis=1), sample_weight=w)),
            "costColumns": both(lambda p, w: np.average(own_costs(p), weights=w)),
        },
        "leads": {
            "logLoss": lead_of_losses(nats(champion), nats(challenger), weights, groups),
            "accuracy": lead_of_losses(-right(champion), -right(challenger), weights, groups),
            "costColumns": lead_of_losses(own_costs(champion), own_costs(challenger), weights, groups),
        },
        "macroF1": {
            "plain": jackknife(macro_f1, champion, challenger, np.ones(n)),
            "weighted": jackknife(macro_f1, champion, challenger, weights),
        },
    }


def two_classes(name, x, y, first, second, seed):
    x_train, x_test, y_train, y_test = model_selection.train_test_split(x, y, test_size=0.5, random_state=seed, stratify=y)
    champion, challenger = (np.round(m.fit(x_train, y_train).predict_proba(x_test)[:, 1], 6) for m in (first, second))
    n = len(y_test)
    weights, groups = rows_for(seed, n)
    costs = np.round(np.random.default_rng(seed + 100).uniform(0, 9, (n, 2)), 2)
    matrix = np.array([[-1, 2], [7, -3]])  # by label and answer
    threshold = 0.3

    def own(p, by_row):
        answers = (p >= threshold).astype(int)
        return costs[np.arange(n), answers] if by_row else matrix[y_test, answers]

    def by_confusion(p, w):
        counts = metrics.confusion_matrix(y_test, p >= threshold, sample_weight=w, labels=[0, 1])
        return float((counts * matrix).sum() / counts.sum())

    def both(metric):
        return {"champion": metric(champion, None), "challenger": metric(challenger, None), "weighted": metric(challenger, weights)}

    # Two values of a column, as a gap between groups of people would be looked at.
    sides = np.random.default_rng(seed + 200).integers(0, 2, n)

    def gap(loss):
        a, b = loss[sides == 0], loss[sides == 1]
        welch = stats.ttest_ind(a, b, equal_var=False)
        return {"gap": a.mean() - b.mean(), "standardError": (a.mean() - b.mean()) / welch.statistic}

    return {
        "name": name,
        "threshold": threshold,
        "matrix": {"trueNegative": -1, "falsePositive": 2, "falseNegative": 7, "truePositive": -3},
        "labels": y_test.tolist(),
        "champion": champion.tolist(),
        "challenger": challenger.tolist(),
        "weights": weights.tolist(),
        "groups": groups.tolist(),
        "costs": costs.ravel().tolist(),
        "sides": sides.tolist(),
        "values": {"cost": both(by_confusion), "costColumns": both(lambda p, w: np.average(own(p, True), weights=w))},
        "leads": {
            "cost": lead_of_losses(own(champion, False), own(challenger, False), weights, groups),
            "costColumns": lead_of_losses(own(champion, True), own(challenger, True), weights, groups),
        },
        "gaps": {"brier": gap((challenger - y_test) ** 2), "accuracy": gap(((challenger >= 0.5) == y_test).astype(float))},
    }


def ranking(name, labels, scores):
    """Of the pairs with different labels those in the same order, from Somers' D of the scores given the labels."""
    return {
        "name": name,
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "concordance": (1 + stats.somersd(labels, scores).statistic) / 2,
    }


def logistic():
    return pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression())


def stump(depth):
    return tree.DecisionTreeClassifier(max_depth=depth, random_state=7)


iris = datasets.load_iris(return_X_y=True)
wine = datasets.load_wine(return_X_y=True)
digits = datasets.load_digits(return_X_y=True)
cancer = datasets.load_breast_cancer(return_X_y=True)
few = digits[1] < 5
diabetes = datasets.load_diabetes(return_X_y=True, scaled=False)

report = {
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "statsmodels": statsmodels.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "alpha": ALPHA,
    "severalClasses": [
        several_classes("iris, petals", iris[0][:, :2], iris[1], stump(2), logistic(), 7),
        several_classes("wine, three columns", wine[0][:, :3], wine[1], naive_bayes.GaussianNB(), logistic(), 8),
        several_classes("digits below 5", digits[0][few][:500, 20:40], digits[1][few][:500], stump(4), naive_bayes.GaussianNB(), 9),
    ],
    "rankings": [
        ranking("progress of diabetes by weight", diabetes[1][:200], diabetes[0][:200, 2]),
        ranking("petal width by petal length, ties", iris[0][:, 3], iris[0][:, 2]),
        ranking("alcohol by kind of wine, backwards", -wine[0][:, 0], wine[1].astype(float)),
    ],
    "twoClasses": [
        two_classes("breast cancer, two columns", cancer[0][:, :2], cancer[1], stump(2), logistic(), 7),
        two_classes("wine of the second kind", wine[0][:, :2], (wine[1] == 1).astype(int), stump(2), logistic(), 8),
        two_classes("digits above 4", digits[0][:600, 20:40], (digits[1][:600] > 4).astype(int), naive_bayes.GaussianNB(), logistic(), 9),
    ],
}


def plain(value):
    return value.item() if isinstance(value, np.generic) else float(value)


print(json.dumps(report, default=plain, separators=(",", ":")))
