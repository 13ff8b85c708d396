"""Scores the prepared parts of a batch run with the ONNX model of its version, as a Spark job.

Needs boto3, numpy, pandas, pyarrow and onnxruntime beside PySpark. `contracts/batch.ts` describes what it reads.
"""

import argparse
import json
import math
from typing import Iterator

import boto3
import numpy
import onnxruntime
import pandas
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, pandas_udf
from pyspark.sql.functions import sum as total

BLOCK_ROWS = 2000
# A task loads the model once: a few for each core keep all of them busy until the end.
TASKS_PER_CORE = 4


def main():
    arguments = read_arguments()
    bucket, run = arguments.bucket, arguments.run
    session = SparkSession.builder.appName("score " + run).getOrCreate()
    missing = parts_without_scores(bucket, run)
    if missing:
        tasks = min(len(missing), TASKS_PER_CORE * session.sparkContext.defaultParallelism)
        parts = session.createDataFrame([(part,) for part in missing], "part string").repartition(tasks)
        score = scorer(bucket, run, arguments.model_version)
        rows = parts.select(score(col("part")).alias("rows")).agg(total("rows")).collect()[0][0]
        print("scored {} rows in {} parts".format(rows, len(missing)))
    session.stop()


def read_arguments():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--bucket", required=True)
    parser.add_argument("--run", required=True, help="prefix of the run's keys, such as batch/nightly/monday/")
    parser.add_argument("--model-version", required=True)
    # Glue adds arguments of its own.
    return parser.parse_known_args()[0]


def parts_without_scores(bucket, run):
    """Names of parts, such as `part-00001`, that are prepared, and that no earlier job has scored."""
    return sorted(names_below(bucket, run + "prepared/") - names_below(bucket, run + "scores/"))


def names_below(bucket, prefix):
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = (found["Key"] for page in pages for found in page.get("Contents", []))
    return {key[len(prefix) :].split(".")[0] for key in keys}


def scorer(bucket, run, model_version):
    @pandas_udf("long")
    def score(batches: Iterator[pandas.Series]) -> Iterator[pandas.Series]:
        s3 = boto3.client("s3")
        model = load_model(s3, bucket, run, model_version)
        for parts in batches:
            yield pandas.Series([score_part(s3, bucket, run, part, model) for part in parts])

    return score


def score_part(s3, bucket, run, part, model):
    """Writes what the model makes of each row of a part, a line each. A task may do it again: to the same end."""
    text = read(s3, bucket, "{}prepared/{}.jsonl".format(run, part)).decode()
    # Texts may have other characters at which `splitlines` ends a line.
    rows = [model.read_row(line) for line in text.split("\n") if line]
    lines = []
    for first in range(0, len(rows), BLOCK_ROWS):
        answers = answer_each(model, rows[first : first + BLOCK_ROWS])
        lines.extend(json.dumps(answer, allow_nan=False) for answer in answers)
    body = "".join(line + "\n" for line in lines).encode()
    s3.put_object(Bucket=bucket, Key="{}scores/{}.jsonl".format(run, part), Body=body)
    return len(rows)


def load_model(s3, bucket, run, model_version):
    scoring = json.loads(read(s3, bucket, "{}scoring-{}.json".format(run, model_version)))
    return Model(read(s3, bucket, "{}model-{}.onnx".format(run, model_version)), scoring)


def read(s3, bucket, key):
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


class InvalidRow(Exception):
    """A row does not fit the model, or the model has no number for it."""


# What onnxruntime raises on rows, such as for a category that an encoder has not learned.
REFUSALS = (InvalidRow, Fail, InvalidArgument, RuntimeException)


def answer_each(model, rows):
    """What the model makes of each row: where it refuses rows together, it gets each half of them."""
    try:
        return model.predict(rows)
    except REFUSALS as error:
        if len(rows) == 1:
            return [{"problem": str(error)}]
    half = (len(rows) + 1) // 2
    return answer_each(model, rows[:half]) + answer_each(model, rows[half:])


class WrittenFloat(float):
    """A number whose text stays as it was written: where Python has 1e-05, functions have 0.00001."""

    def __new__(cls, text):
        number = float.__new__(cls, text)
        number.text = text
        return number

    def __str__(self):
        return self.text


class Model:
    """An ONNX graph, and how rows fill its inputs: as `lambda/inference/` does it in functions."""

    def __init__(self, onnx, scoring):
        options = onnxruntime.SessionOptions()
        # Spark runs a task on each core.
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        self.scoring = scoring
        labels = [scoring["label"]] if "label" in scoring else []
        self.outputs = scoring["scores"] + labels + scoring["others"]
        takes_text = any(one["type"] == "string" for one in scoring["inputs"])
        self.read_row = json.JSONDecoder(parse_float=WrittenFloat if takes_text else None).decode

    def predict(self, rows):
        if self.scoring["isSingleRow"]:
            return [answer for row in rows for answer in self.predict_together([row])]
        return self.predict_together(rows)

    def predict_together(self, rows):
        results = self.session.run(self.outputs, self.tensors(rows))
        found = dict(zip(self.outputs, results))
        for name in self.scoring["others"]:
            check_finite(numbers_of(found, name, rows))
        labels = found.get(self.scoring.get("label"))
        names = None if labels is None else [label_of(label) for label in labels.ravel().tolist()]
        if not self.scoring["scores"]:
            return [{"prediction": name} for name in names]
        each = [numbers_of(found, name, rows) for name in self.scoring["scores"]]
        scores = each[0] if len(each) == 1 else numpy.column_stack([one[:, 0] for one in each])
        if scores.shape[1] <= 2:
            scores = scores[:, -1:]
        check_finite(scores)
        if scores.shape[1] == 1:
            return [{"prediction": score} for score in scores[:, 0].tolist()]
        if names is None:
            return [{"prediction": numbers} for numbers in scores.tolist()]
        return [
            {"prediction": name, "probabilities": numbers} for name, numbers in zip(names, scores.tolist())
        ]

    def tensors(self, rows):
        inputs = {one["name"]: one for one in self.scoring["inputs"]}
        tensors = {
            name: numpy.empty((len(rows), one["width"]), dtype=DTYPES[one["type"]])
            for name, one in inputs.items()
        }
        for place, column in enumerate(self.scoring["columns"]):
            name, at, width = column["input"], column["at"], column["width"]
            element = ELEMENTS[inputs[name]["type"]]
            cells = [elements_of(row[place], width, place) for row in rows]
            tensors[name][:, at : at + width] = [[element(cell, place) for cell in each] for each in cells]
        return {name: tensors[name].reshape([len(rows), *one["shape"]]) for name, one in inputs.items()}


def numbers_of(found, name, rows):
    return found[name].reshape(len(rows), -1)


def check_finite(numbers):
    if not numpy.isfinite(numbers).all():
        raise InvalidRow("the model answers with what is not a number")


def label_of(label):
    return label if isinstance(label, str) else int(label)


def elements_of(cell, width, place):
    elements = list(flat(cell)) if width > 1 else [cell]
    if len(elements) != width:
        raise InvalidRow("column {} has {} elements, but the model takes {}".format(place + 1, len(elements), width))
    return elements


def flat(cell):
    if not isinstance(cell, list):
        yield cell
        return
    for item in cell:
        yield from flat(item)


def float_element(largest):
    def element(cell, place):
        if cell is None:
            return math.nan
        if isinstance(cell, (int, float)) and abs(cell) <= largest:
            return cell
        raise not_fit(cell, place, "a number of its type")

    return element


def whole_element(least, most):
    def element(cell, place):
        if isinstance(cell, (int, float)) and cell == int(cell) and least <= cell <= most:
            return int(cell)
        raise not_fit(cell, place, "a whole number from {} to {}".format(least, most))

    return element


def truth_element(cell, place):
    if isinstance(cell, bool) or cell in (0, 1):
        return bool(cell)
    raise not_fit(cell, place, "true or false")


def text_element(cell, place):
    if cell is None:
        return ""
    if isinstance(cell, (str, int, float)) and not isinstance(cell, bool):
        return str(cell)
    raise not_fit(cell, place, "a text")


def not_fit(cell, place, wanted):
    return InvalidRow("column {} is {}, but the model takes {}".format(place + 1, json.dumps(cell)[:80], wanted))


# The largest whole number that JSON keeps exactly.
LARGEST_WHOLE = 2**53 - 1

ELEMENTS = {
    "float32": float_element(3.4028234663852886e38),
    "float64": float_element(1.7976931348623157e308),
    "int8": whole_element(-(2**7), 2**7 - 1),
    "int16": whole_element(-(2**15), 2**15 - 1),
    "int32": whole_element(-(2**31), 2**31 - 1),
    "int64": whole_element(-LARGEST_WHOLE, LARGEST_WHOLE),
    "uint8": whole_element(0, 2**8 - 1),
    "uint16": whole_element(0, 2**16 - 1),
    "uint32": whole_element(0, 2**32 - 1),
    "uint64": whole_element(0, LARGEST_WHOLE),
    "bool": truth_element,
    "string": text_element,
}
DTYPES = {name: object if name == "string" else name for name in ELEMENTS}


if __name__ == "__main__":
    main()
