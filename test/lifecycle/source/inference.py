"""Serves the logistic regression; without numpy, so that a container is up at once."""

import json
import math
import os


def model_fn(model_dir):
    with open(os.path.join(model_dir, "model.json")) as file:
        return json.load(file)


single_requests = 0


def transform_fn(model, body, content_type, accept):
    text = body.decode("utf-8") if isinstance(body, bytes) else body
    rows = [[float(cell) for cell in line.split(",")] for line in text.splitlines() if line]
    global single_requests
    single_requests += len(rows) == 1
    if model["answers"] == "few" and single_requests > 80:
        raise MemoryError("has answered 80 single requests")
    if model["answers"] == "nothing" or model["answers"] == "batches" and len(rows) == 1:
        raise TypeError("cannot answer {} rows".format(len(rows)))
    scores = [model["bias"] + sum(w * x for w, x in zip(model["weights"], row)) for row in rows]
    return "".join("{!r}\n".format(1 / (1 + math.exp(-score))) for score in scores), "text/csv"
