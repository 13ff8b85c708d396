"""Rows of CSV for TensorFlow Serving, and the scores that it answers as CSV."""

import json


def input_handler(data, context):
    rows = data.read().decode("utf-8").splitlines()
    return json.dumps({"instances": [[float(cell) for cell in row.split(",")] for row in rows if row]})


def output_handler(response, context):
    if response.status_code != 200:
        raise ValueError(response.content.decode("utf-8"))
    return "".join("{}\n".format(score) for (score,) in response.json()["predictions"]), "text/csv"
