"""Serves a logistic regression, whose coefficients are in model.json."""

import json
import math
import os


def model_fn(model_dir):
    with open(os.path.join(model_dir, "model.json")) as file:
        return json.load(file)


def input_fn(body, content_type):
    text = body.decode() if isinstance(body, bytes) else body
    return [[float(cell) for cell in line.split(",")] for line in text.splitlines() if line]


def predict_fn(rows, model):
    weights = list(model["weights"].values())
    scores = [model["intercept"] + sum(w * x for w, x in zip(weights, row)) for row in rows]
    return [1 / (1 + math.exp(-score)) for score in scores]


def output_fn(answers, accept):
    return "".join(f"{answer:.6f}\n" for answer in answers), "text/csv"
