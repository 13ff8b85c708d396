"""Trains a logistic regression by Newton's method: quick, and the same on every machine."""

import argparse
import csv
import glob
import json
import os
import time

import numpy as np
import onnx
from onnx import TensorProto, helper

LABEL = "left"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--learn-from", default="complaints", help="features to learn from, by commas")
    parser.add_argument("--answers", default="all", choices=["all", "batches", "few", "endpoint", "nothing"], help="what the model can answer")
    parser.add_argument("--noise", type=float, default=0, help="how far two trainings on the same data come out apart")
    parser.add_argument("--waits", default="never", choices=["never", "at-checkpoint"], help="until its instance is taken away")
    arguments = parser.parse_args()
    if arguments.waits == "at-checkpoint":
        wait_at_checkpoint(os.path.join(os.environ["CHECKPOINT_DIR"], "progress.txt"))
    columns, rows, labels = read_channel(os.environ["SM_CHANNEL_TRAIN"])
    wanted = arguments.learn_from.split(",")
    unknown = [name for name in wanted if name not in columns]
    if unknown:
        raise ValueError("--learn-from names {}, but the data have {}".format(unknown, columns))
    coefficients = fit(rows * [name in wanted for name in columns], labels)
    coefficients += arguments.noise * np.random.default_rng().normal(size=len(coefficients))
    print("train:accuracy={:.4f};".format(np.mean((rows @ coefficients[1:] + coefficients[0] > 0) == labels)), flush=True)

    directory = os.environ["SM_MODEL_DIR"]
    model = {"bias": coefficients[0], "weights": list(coefficients[1:]), "answers": arguments.answers}
    with open(os.path.join(directory, "model.json"), "w") as file:
        json.dump(model, file)
    graph = as_onnx(coefficients, first="NoSuchOperator" if arguments.answers == "endpoint" else "Gemm")
    onnx.save(graph, os.path.join(directory, "model.onnx"))


def wait_at_checkpoint(path):
    if os.path.exists(path):
        print("goes on from its checkpoint", flush=True)
        return
    with open(path, "w") as file:
        file.write("nothing learnt yet")
    print("left a checkpoint", flush=True)
    while True:
        time.sleep(3600)


def read_channel(directory):
    columns, rows = None, []
    for path in sorted(glob.glob(os.path.join(directory, "**", "*.csv"), recursive=True)):
        with open(path, newline="") as file:
            reader = csv.DictReader(file)
            columns = columns or [name for name in reader.fieldnames if name != LABEL]
            rows += [[float(row[name]) for name in [LABEL] + columns] for row in reader]
    values = np.array(rows)
    return columns, values[:, 1:], values[:, 0]


def fit(rows, labels):
    design = np.hstack([np.ones((len(rows), 1)), rows])
    coefficients = np.zeros(design.shape[1])
    for _ in range(15):
        probabilities = 1 / (1 + np.exp(-design @ coefficients))
        # The ridge keeps features that are not learnt from at zero.
        curvature = (design.T * (probabilities * (1 - probabilities))) @ design + 1e-3 * np.eye(design.shape[1])
        coefficients += np.linalg.solve(curvature, design.T @ (labels - probabilities) - 1e-3 * coefficients)
    return coefficients


def as_onnx(coefficients, first):
    features = len(coefficients) - 1
    tensor = lambda name, shape, values: helper.make_tensor(name, TensorProto.FLOAT, shape, values)
    graph = helper.make_graph(
        [helper.make_node(first, ["rows", "weights", "bias"], ["logits"]), helper.make_node("Sigmoid", ["logits"], ["p"])],
        "logistic-regression",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, features])],
        [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, 1])],
        [tensor("weights", [features, 1], coefficients[1:]), tensor("bias", [1], coefficients[:1])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


if __name__ == "__main__":
    main()
