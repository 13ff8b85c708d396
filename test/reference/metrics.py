"""Writes metrics.json: metrics of real models on real data as scikit-learn computes them.

Usage: python metrics.py > metrics.json
"""

import json
import platform

import numpy as np
import sklearn
from sklearn import datasets, linear_model, metrics, model_selection, pipeline, preprocessing, tree


def classification(name, data, model, digits):
    x, y = data
    x_train, x_test, y_train, y_test = model_selection.train_test_split(x, y, test_size=0.4, random_state=7)
    scores = np.round(model.fit(x_train, y_train).predict_proba(x_test)[:, 1], digits)
    return {
        "name": name,
        "labels": y_test.astype(int).tolist(),
        "scores": scores.tolist(),
        "auc": metrics.roc_auc_score(y_test, scores),
        "logLoss": metrics.log_loss(y_test, scores),
        "brier": metrics.brier_score_loss(y_test, scores),
        "accuracy": metrics.accuracy_score(y_test, scores >= 0.5),
    }


def regression(name, data, model):
    x, y = data
    x_train, x_test, y_train, y_test = model_selection.train_test_split(x, y, test_size=0.4, random_state=7)
    predictions = np.round(model.fit(x_train, y_train).predict(x_test), 6)
    return {
        "name": name,
        "labels": y_test.tolist(),
        "predictions": predictions.tolist(),
        "rmse": metrics.root_mean_squared_error(y_test, predictions),
        "mae": metrics.mean_absolute_error(y_test, predictions),
    }


logistic = pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression())
cancer = datasets.load_breast_cancer(return_X_y=True)
x, y = datasets.load_digits(return_X_y=True)
report = {
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "classification": [
        classification("breast cancer, logistic regression", cancer, logistic, 6),
        # One decimal makes many ties; a leaf's 0 and 1 make the log loss clip.
        classification("breast cancer, ties", cancer, logistic, 1),
        classification("digits above 4, tree", (x, y > 4), tree.DecisionTreeClassifier(max_depth=4, random_state=7), 6),
    ],
    "regression": [
        regression("diabetes", datasets.load_diabetes(return_X_y=True), linear_model.LinearRegression()),
        regression("iris, petal width", (lambda d: (d[:, :3], d[:, 3]))(datasets.load_iris().data), linear_model.LinearRegression()),
    ],
}
print(json.dumps(report, indent=1))
