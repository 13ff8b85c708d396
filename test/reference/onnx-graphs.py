"""Writes onnx-graphs.json: graphs of many kinds, requests to them, and what scikit-learn itself answers.

Usage: python onnx-graphs.py > onnx-graphs.json
"""

import base64
import json
import platform

import numpy as np
import onnx
import pandas as pd
import skl2onnx
import sklearn
from onnx import TensorProto, helper
from skl2onnx import convert_sklearn, to_onnx
from skl2onnx.common.data_types import (
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

ASKED = 6


def main():
    random = np.random.default_rng(11)
    rows = np.round(random.normal(size=(300, 3)), 3).astype("float32")
    binary = (rows[:, 0] + rows[:, 1] > 0).astype(int)
    three = np.digitize(rows[:, 0], [-0.5, 0.5])
    names = np.array(["free", "plus", "pro"])[three]
    asked = rows[:ASKED]
    request = [[float(value) for value in row] for row in asked]

    def case(model, onnx_model, **more):
        return {"onnx": encoded(onnx_model), "rows": request, **answers(model, asked), **more}

    linear = LogisticRegression().fit(rows, binary)
    named = LogisticRegression().fit(rows, names)
    forest = RandomForestClassifier(n_estimators=3, max_depth=3, random_state=0).fit(rows, three)
    bayes = GaussianNB().fit(rows, three)
    doubles = LinearRegression().fit(rows.astype("float64"), rows.sum(axis=1))
    several = RandomForestRegressor(n_estimators=2, max_depth=2, random_state=0).fit(rows, rows[:, :3])
    unsure = GaussianProcessRegressor(random_state=0).fit(rows[:20].astype("float64"), rows[:20].sum(axis=1))
    mean, deviation = unsure.predict(asked.astype("float64"), return_std=True)

    document = {
        "versions": {
            "python": platform.python_version(),
            "scikit-learn": sklearn.__version__,
            "skl2onnx": skl2onnx.__version__,
            "onnx": onnx.__version__,
        },
        "served": {
            "a classifier of two classes, zipmap a list of dictionaries": case(linear, to_onnx(linear, rows[:1])),
            "a classifier of two classes, zipmap columns": case(
                linear, to_onnx(linear, rows[:1], options={id(linear): {"zipmap": "columns"}})
            ),
            "a classifier of three named classes, zipmap a list of dictionaries": case(
                named, to_onnx(named, rows[:1]), classes=list(named.classes_)
            ),
            "a classifier of three named classes, zipmap columns": case(
                named, to_onnx(named, rows[:1], options={id(named): {"zipmap": "columns"}}), classes=list(named.classes_)
            ),
            "a forest of three numbered classes, float64, zipmap off": case(
                forest,
                to_onnx(forest, rows[:1].astype("float64"), options={id(forest): {"zipmap": False}}),
                classes=[0, 1, 2],
            ),
            "a model whose classes are a constant of the graph": case(
                bayes, to_onnx(bayes, rows[:1], options={id(bayes): {"zipmap": False}}), classes=[0, 1, 2]
            ),
            "a regression of float64": case(doubles, to_onnx(doubles, rows[:1].astype("float64"))),
            "a regression of three values": case(several, to_onnx(several, rows[:1])),
            "a graph that takes one row at a time, of three classes": case(
                named,
                convert_sklearn(named, initial_types=[("X", FloatTensorType([1, 3]))]),
                classes=list(named.classes_),
            ),
            "two outputs, a mean and its deviation": {
                "onnx": encoded(
                    to_onnx(unsure, rows[:1].astype("float64"), options={id(unsure): {"return_std": True}})
                ),
                "rows": request,
                "predictions": floats(mean),
                "outputs": {"GPcovstd": floats(deviation)},
                "tolerance": 1e-4,
            },
            "a pipeline with encoders and imputers, an input for each column": encoders(random),
            "an encoder that refuses unknown categories": strict_encoder(random),
            "whole numbers and a truth value": whole_numbers(),
            "an image": image(),
        },
        "refused": refused(linear),
    }
    print(json.dumps(document, indent=1))


def encoders(random):
    size = 300
    table = pd.DataFrame(
        {
            "country": np.array(["DE", "FR", "NA"])[random.integers(0, 3, size)],
            "plan": np.array(["basic", "pro"])[random.integers(0, 2, size)],
            "age": np.where(random.random(size) < 0.2, np.nan, np.round(random.normal(40, 10, size), 1)),
            "visits": random.integers(0, 9, size),
        }
    )
    label = ((table.visits > 4) ^ (table.country == "NA")).astype(int)
    numbers = Pipeline([("impute", SimpleImputer()), ("scale", StandardScaler())])
    columns = ColumnTransformer(
        [
            ("categories", OneHotEncoder(handle_unknown="ignore"), ["country", "plan"]),
            ("numbers", numbers, ["age", "visits"]),
        ]
    )
    pipeline = Pipeline([("columns", columns), ("model", LogisticRegression())]).fit(table, label)
    asked = table.head(ASKED).copy()
    asked.loc[0, "age"] = np.nan
    asked.loc[1, "country"] = "XX"
    types = [
        ("country", StringTensorType([None, 1])),
        ("plan", StringTensorType([None, 1])),
        ("age", FloatTensorType([None, 1])),
        ("visits", Int64TensorType([None, 1])),
    ]
    cells = json.loads(asked.to_json(orient="split"))["data"]
    return {
        "onnx": encoded(convert_sklearn(pipeline, initial_types=types)),
        "rows": cells,
        "columns": list(table.columns),
        "predictions": floats(pipeline.predict_proba(asked)[:, 1]),
    }


def strict_encoder(random):
    table = pd.DataFrame({"country": np.array(["DE", "FR"])[random.integers(0, 2, 50)]})
    columns = ColumnTransformer([("categories", OneHotEncoder(handle_unknown="error"), ["country"])])
    model = Pipeline([("columns", columns), ("model", LinearRegression())])
    model.fit(table, np.where(table.country == "DE", 3.0, 1.0))
    asked = pd.DataFrame({"country": ["DE", "FR"]})
    return {
        "onnx": encoded(convert_sklearn(model, initial_types=[("country", StringTensorType([None, 1]))])),
        "rows": asked.values.tolist(),
        "columns": ["country"],
        "predictions": floats(model.predict(asked)),
    }


def whole_numbers():
    """y = 2 * count + is_new."""
    nodes = [
        helper.make_node("Cast", ["count"], ["a"], to=TensorProto.DOUBLE),
        helper.make_node("Cast", ["is_new"], ["b"], to=TensorProto.DOUBLE),
        helper.make_node("Add", ["a", "a"], ["c"]),
        helper.make_node("Add", ["b", "c"], ["y"]),
    ]
    inputs = [
        helper.make_tensor_value_info("count", TensorProto.INT32, [None]),
        helper.make_tensor_value_info("is_new", TensorProto.BOOL, [None]),
    ]
    outputs = [helper.make_tensor_value_info("y", TensorProto.DOUBLE, [None])]
    return {
        "onnx": encoded(made(nodes, inputs, outputs)),
        "rows": [[3, True], [-4, False]],
        "columns": ["count", "is_new"],
        "predictions": [7.0, -8.0],
    }


def image():
    """The mean of its pixels."""
    nodes = [helper.make_node("ReduceMean", ["image"], ["y"], axes=[1, 2, 3], keepdims=0)]
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, [None, 1, 2, 2])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None])]
    return {
        "onnx": encoded(made(nodes, inputs, outputs)),
        "rows": [[[[[1, 2], [3, 4]]]], [[[[0, 0], [0, 2]]]]],
        "columns": ["image"],
        "predictions": [2.5, 0.5],
    }


def refused(linear):
    def one_input(kind, shape):
        inputs = [helper.make_tensor_value_info("X", kind, shape)]
        outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])]
        return encoded(made([helper.make_node("Cast", ["X"], ["y"], to=TensorProto.FLOAT)], inputs, outputs))

    def one_output(output, *nodes):
        inputs = [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, 3])]
        return encoded(made(nodes, inputs, [output]))

    sequence = helper.make_tensor_sequence_value_info("y", TensorProto.FLOAT, [None, 3])
    text = helper.make_tensor_value_info("y", TensorProto.STRING, [None, 3])
    outside = to_onnx(linear, np.zeros((1, 3), dtype="float32"))
    tensor = outside.graph.initializer.add()
    tensor.name, tensor.data_type, tensor.data_location = "weights", TensorProto.FLOAT, TensorProto.EXTERNAL
    tensor.dims.append(1)
    place = tensor.external_data.add()
    place.key, place.value = "location", "weights.bin"
    return {
        "an input of float16": one_input(TensorProto.FLOAT16, [None, 3]),
        "an input of any width": one_input(TensorProto.FLOAT, [None, None]),
        "an input without a shape": one_input(TensorProto.FLOAT, None),
        "a batch of four": encoded(convert_sklearn(linear, initial_types=[("X", FloatTensorType([4, 3]))])),
        "a sequence as the answer": one_output(sequence, helper.make_node("SequenceConstruct", ["X"], ["y"])),
        "texts as the answer": one_output(text, helper.make_node("Cast", ["X"], ["y"], to=TensorProto.STRING)),
        "weights in another file": encoded(outside),
    }


def made(nodes, inputs, outputs):
    graph = helper.make_graph(nodes, "graph", inputs, outputs)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def answers(model, asked):
    """As a function answers."""
    if not hasattr(model, "predict_proba"):
        return {"predictions": model.predict(asked).tolist()}
    probabilities = model.predict_proba(asked)
    if probabilities.shape[1] == 2:
        return {"predictions": floats(probabilities[:, 1])}
    return {"predictions": model.predict(asked).tolist(), "probabilities": probabilities.tolist()}


def floats(values):
    return [float(value) for value in values]


def encoded(model):
    return base64.b64encode(model.SerializeToString()).decode("ascii")


if __name__ == "__main__":
    main()
