"""Serves an MLflow Model by the script-mode functions of a SageMaker container.

Takes text/csv (one row a line, no header) or application/json ({"instances": [[...], ...]} or [[...], ...]), the columns in the order
of the model's signature, and returns a number a row: the probability of the second class of a classifier with two classes, else
what the model predicts.
"""

import csv
import io
import json
import os

import mlflow.pyfunc
import numpy as np
import pandas as pd
from mlflow.types import DataType

CSV = "text/csv"
JSON = "application/json"

WHOLE_NUMBERS = {DataType.integer: "int32", DataType.long: "int64"}
NUMBERS = {DataType.float: "float32", DataType.double: "float64"}
TRUE_AND_FALSE = {"true": True, "1": True, "false": False, "0": False}


def model_fn(model_dir):
    return mlflow.pyfunc.load_model(os.path.join(model_dir, "mlflow"))


def input_fn(body, content_type):
    """The rows, as they came: only the model's signature tells their types."""
    media_type = (content_type or "").split(";")[0].strip().lower()
    text = body.decode("utf-8") if isinstance(body, (bytes, bytearray)) else body
    if media_type == CSV:
        return [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    if media_type == JSON:
        document = json.loads(text)
        rows = document["instances"] if isinstance(document, dict) else document
        return rows if rows and isinstance(rows[0], list) else [rows]
    raise ValueError("content type '{}' is not supported: send {} or {}".format(content_type, CSV, JSON))


def predict_fn(rows, model):
    data = data_of(rows, model.metadata.get_input_schema())
    classifier = raw_model(model)
    if len(getattr(classifier, "classes_", ())) == 2 and hasattr(classifier, "predict_proba"):
        return classifier.predict_proba(data)[:, 1]
    return model.predict(data)


def output_fn(prediction, accept):
    values = numbers_of(prediction)
    media_type = (accept or CSV).split(";")[0].strip().lower()
    if media_type in (CSV, "*/*"):
        return "".join("{!r}\n".format(value) for value in values), CSV
    if media_type == JSON:
        return json.dumps({"predictions": values}), JSON
    raise ValueError("'{}' cannot be returned: accept {} or {}".format(accept, CSV, JSON))


def raw_model(model):
    """The framework's own model, if the flavor has one."""
    try:
        return model.get_raw_model()
    except Exception:
        return None


def data_of(rows, schema):
    """What the model takes: columns by the names of its signature, or an array."""
    if schema is None:
        return np.array([[float(cell) for cell in row] for row in rows])
    if schema.is_tensor_spec():
        (tensor,) = schema.inputs
        return np.array([[float(cell) for cell in row] for row in rows], dtype=tensor.type)
    columns = schema.inputs
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise ValueError("row {} has {} columns, the model takes {}".format(number, len(row), len(columns)))
    frame = {}
    for index, column in enumerate(columns):
        cells = [cell_of(row[index], column, number) for number, row in enumerate(rows, 1)]
        name = index if column.name is None else column.name
        frame[name] = pd.Series(cells, dtype=dtype_of(column, cells))
    return pd.DataFrame(frame)


def cell_of(cell, column, number):
    if cell is None or cell == "":
        return None
    try:
        if column.type in WHOLE_NUMBERS:
            return int(cell)
        if column.type in NUMBERS:
            return float(cell)
        if column.type == DataType.boolean:
            return TRUE_AND_FALSE[str(cell).lower()]
        if column.type == DataType.datetime:
            return pd.Timestamp(cell)
        return str(cell)
    except (KeyError, ValueError):
        raise ValueError("row {}, column '{}' is '{}', no {}".format(number, column.name, cell, column.type.name))


def dtype_of(column, cells):
    """A column with empty cells has floats, as pandas has it."""
    if any(cell is None for cell in cells):
        return "float64" if column.type in WHOLE_NUMBERS or column.type in NUMBERS else None
    return WHOLE_NUMBERS.get(column.type) or NUMBERS.get(column.type)


def numbers_of(prediction):
    values = np.asarray(prediction)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise ValueError("the model returns {} values a row, and one is needed".format(values.shape[1:]))
    return [float(value) for value in values]
