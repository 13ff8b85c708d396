"""Trains a classifier as the SageMaker Python SDK's examples do."""

import argparse
import os

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression


def model_fn(directory):
    return joblib.load(os.path.join(directory, "model.joblib"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--regularisation", type=float, default=1.0)
    arguments = parser.parse_args()
    rows = np.loadtxt(os.path.join(os.environ["SM_CHANNEL_TRAIN"], "train.csv"), delimiter=",")
    model = LogisticRegression(C=arguments.regularisation).fit(rows[:, 1:], rows[:, 0])
    print("accuracy=%.4f;" % model.score(rows[:, 1:], rows[:, 0]))
    joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
