"""Writes curves.json: curves of a real model on real data as scikit-learn computes them.

Usage: python curves.py > curves.json
"""

import json
import platform

import numpy as np
import sklearn
from sklearn import calibration, datasets, linear_model, metrics, model_selection, pipeline, preprocessing

x, y = datasets.load_breast_cancer(return_X_y=True)
x_train, x_test, y_train, y_test = model_selection.train_test_split(x[:, :4], y, test_size=150, random_state=7)
model = pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression())
scores = model.fit(x_train, y_train).predict_proba(x_test)[:, 1]
tied = np.round(scores, 2)

false_positives, true_positives, _ = metrics.roc_curve(y_test, tied, drop_intermediate=False)
precision, recall, _ = metrics.precision_recall_curve(y_test, tied)
observed, predicted = calibration.calibration_curve(y_test, scores, n_bins=10, strategy="quantile")

print(
    json.dumps(
        {
            "versions": {"python": platform.python_version(), "scikit-learn": sklearn.__version__},
            "labels": y_test.tolist(),
            "scores": scores.tolist(),
            "tied": tied.tolist(),
            "roc": np.column_stack([false_positives, true_positives]).tolist(),
            # From the highest threshold; scikit-learn ends with a point of its own, without a threshold.
            "precisionRecall": np.column_stack([recall, precision])[:-1][::-1].tolist(),
            "calibration": np.column_stack([predicted, observed]).tolist(),
        }
    )
)
