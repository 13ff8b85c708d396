"""Serves the model of late flights: the script-mode functions of a SageMaker endpoint.

Takes text/csv (one flight a line, no header) or application/json ({"instances": [[...], ...]} or [[...], ...]) and returns the
probability of being late of each flight in the accepted form.
"""

import csv
import io
import json
import os

import joblib
import numpy as np

CSV = "text/csv"
JSON = "application/json"


class RequestError(ValueError):
    """The caller's mistake. AWS's scikit-learn image answers 500 to every error of a script, and its log has the message."""


def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, "model.joblib"))


def input_fn(body, content_type):
    media_type = media_type_of(content_type)
    if media_type not in (CSV, JSON):
        raise RequestError("content type '{}' is not supported: send {} or {}".format(content_type, CSV, JSON))
    try:
        text = body.decode("utf-8") if isinstance(body, (bytes, bytearray)) else body
    except UnicodeDecodeError as error:
        raise RequestError("the body is not UTF-8: {}".format(error))
    if not text.strip():
        raise RequestError("the body is empty: send at least one row")
    rows = csv_rows(text) if media_type == CSV else json_rows(text)
    values = [[number(cell, row, column) for column, cell in enumerate(cells, 1)] for row, cells in enumerate(rows, 1)]
    lengths = sorted(set(len(row) for row in values))
    if len(lengths) != 1:
        raise RequestError("rows have different numbers of columns: {}".format(lengths))
    return np.array(values, dtype="float32")


def predict_fn(data, model):
    expected = model.n_features_in_
    if data.shape[1] != expected:
        raise RequestError("rows have {} columns, the model takes {}".format(data.shape[1], expected))
    return model.predict_proba(data)[:, 1]


def output_fn(prediction, accept):
    media_type = media_type_of(accept) or CSV
    values = [float(value) for value in prediction]
    if media_type in (CSV, "*/*"):
        return "".join("{!r}\n".format(value) for value in values), CSV
    if media_type == JSON:
        return json.dumps({"predictions": values}), JSON
    raise RequestError("'{}' cannot be returned: accept {} or {}".format(accept, CSV, JSON))


def media_type_of(header):
    return (header or "").split(";")[0].strip().lower()


def csv_rows(text):
    try:
        return [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    except csv.Error as error:
        raise RequestError("the body is not CSV: {}".format(error))


def json_rows(text):
    try:
        document = json.loads(text)
    except ValueError as error:
        raise RequestError("the body is not JSON: {}".format(error))
    rows = document.get("instances") if isinstance(document, dict) else document
    if isinstance(rows, list) and rows and not isinstance(rows[0], list):
        rows = [rows]
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) and row for row in rows):
        raise RequestError('JSON must be [[...], ...] or {"instances": [[...], ...]} with at least one row')
    return rows


def number(cell, row, column):
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        raise RequestError("row {}, column {} is not a number: {!r}".format(row, column, cell))
    try:
        value = float(cell)
    except (ValueError, OverflowError):
        raise RequestError("row {}, column {} is not a number: {!r}".format(row, column, cell))
    if not np.isfinite(np.float32(value)):
        raise RequestError("row {}, column {} is not a finite number: {!r}".format(row, column, cell))
    return value
