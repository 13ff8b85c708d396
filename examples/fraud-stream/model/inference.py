"""Serves the model: CSV rows without the label in, one probability a line out."""

import csv
import io
import os

import joblib
import numpy as np


def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, "model.joblib"))


def input_fn(body, content_type):
    if content_type.split(";")[0].strip() != "text/csv":
        raise ValueError("content type {!r} is not supported: send text/csv".format(content_type))
    text = body.decode("utf-8") if isinstance(body, (bytes, bytearray)) else body
    # An empty cell is a missing value, which the model takes.
    rows = [[float(cell or "nan") for cell in row] for row in csv.reader(io.StringIO(text)) if row]
    return np.array(rows, dtype="float32")


def predict_fn(data, model):
    return model.predict_proba(data)[:, 1]


def output_fn(prediction, accept):
    return "".join("{!r}\n".format(float(value)) for value in prediction), "text/csv"
