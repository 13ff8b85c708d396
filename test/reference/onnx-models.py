"""Writes onnx-models.json: models as skl2onnx exports them, and what scikit-learn itself predicts for some rows.

Usage: python onnx-models.py > onnx-models.json
"""

import base64
import json
import platform

import numpy as np
import skl2onnx
import sklearn
from onnx import TensorProto, helper
from skl2onnx import convert_sklearn, to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression


def main():
    random = np.random.default_rng(7)
    rows = np.round(random.normal(size=(200, 3)), 3).astype("float32")
    labels = (rows[:, 0] + rows[:, 1] * rows[:, 2] > 0).astype(int)
    asked = rows[:5]

    settings = {"max_iter": 3, "max_leaf_nodes": 4, "random_state": 0, "early_stopping": False}
    classifier = HistGradientBoostingClassifier(**settings).fit(rows, labels)
    regressor = HistGradientBoostingRegressor(**settings).fit(rows, rows.sum(axis=1))
    three = HistGradientBoostingClassifier(**settings).fit(rows, np.digitize(rows[:, 0], [-0.5, 0.5]))
    two = HistGradientBoostingRegressor(**settings).fit(rows[:, :2], rows[:, 0])

    def options(model):
        return {id(model): {"zipmap": False}}

    linear = LogisticRegression().fit(rows, labels)

    def fixed(batch):
        return convert_sklearn(linear, initial_types=[("X", FloatTensorType([batch, 3]))], options=options(linear))

    document = {
        "versions": {
            "python": platform.python_version(),
            "scikit-learn": sklearn.__version__,
            "skl2onnx": skl2onnx.__version__,
        },
        "rows": [[float(value) for value in row] for row in asked],
        "classifier": {
            "onnx": encoded(to_onnx(classifier, rows[:1], options=options(classifier))),
            "predictions": [float(value) for value in classifier.predict_proba(asked)[:, 1]],
        },
        "regressor": {
            "onnx": encoded(to_onnx(regressor, rows[:1])),
            "predictions": [float(value) for value in regressor.predict(asked)],
        },
        "twoFeatures": {"onnx": encoded(to_onnx(two, rows[:1, :2]))},
        "fixedBatch": {
            "onnx": encoded(fixed(1)),
            "predictions": [float(value) for value in linear.predict_proba(asked)[:, 1]],
        },
        "batchOfFour": {"onnx": encoded(fixed(4))},
        "notANumber": {"onnx": encoded(square_root())},
        "threeClasses": {"onnx": encoded(to_onnx(three, rows[:1], options=options(three)))},
    }
    print(json.dumps(document, indent=1))


def square_root():
    """Of the first feature, which is not a number where it is negative."""
    first = helper.make_tensor("first", TensorProto.INT64, [1], [0])
    return helper.make_model(
        helper.make_graph(
            [helper.make_node("Gather", ["X", "first"], ["column"], axis=1), helper.make_node("Sqrt", ["column"], ["Y"])],
            "square-root",
            [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, 3])],
            [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [None, 1])],
            [first],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
    )


def encoded(model):
    return base64.b64encode(model.SerializeToString()).decode("ascii")


if __name__ == "__main__":
    main()
