"""Trains the model of late flights: a SageMaker script-mode training script."""

import argparse
import glob
import os

import joblib
import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss, roc_auc_score

LABEL = "late"


def main():
    arguments = parse_arguments()
    features, labels = read_channel(arguments.train)
    rows = len(labels)
    validation_rows = int(rows * arguments.validation_fraction)
    print("rows={}; features={}; late_rate={:.4f};".format(rows, features.shape[1], labels.mean()), flush=True)

    # The newest rows measure the model; then it learns from them too.
    if validation_rows > 0:
        cut = rows - validation_rows
        require_both_classes(labels[:cut], "the rows to learn from")
        measured = new_model(arguments).fit(features[:cut], labels[:cut])
        require_both_classes(labels[cut:], "the newest {} rows".format(validation_rows))
        scores = measured.predict_proba(features[cut:])[:, 1]
        print("validation:auc={:.4f};".format(roc_auc_score(labels[cut:], scores)), flush=True)
        print("validation:log_loss={:.4f};".format(log_loss(labels[cut:], scores)), flush=True)
    model = new_model(arguments).fit(features, labels)
    print("train:auc={:.4f};".format(roc_auc_score(labels, model.predict_proba(features)[:, 1])), flush=True)

    os.makedirs(arguments.model_dir, exist_ok=True)
    joblib.dump(model, os.path.join(arguments.model_dir, "model.joblib"))
    onnx_model = to_onnx(model, features[:1], options={id(model): {"zipmap": False}})
    with open(os.path.join(arguments.model_dir, "model.onnx"), "wb") as file:
        file.write(onnx_model.SerializeToString())


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--max-iter", type=int, default=120)
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--max-leaf-nodes", type=int, default=15)
    parser.add_argument("--min-samples-leaf", type=int, default=50)
    parser.add_argument("--l2-regularization", type=float, default=1.0)
    parser.add_argument("--validation-fraction", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--train", default=os.environ.get("SM_CHANNEL_TRAIN"))
    parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR"))
    arguments = parser.parse_args()
    if not arguments.train:
        parser.error("no training data: give a channel named 'train' or --train")
    if not arguments.model_dir:
        parser.error("nowhere to put the model: set SM_MODEL_DIR or give --model-dir")
    if not 0 <= arguments.validation_fraction < 1:
        parser.error("--validation-fraction is {}: it must be at least 0 and below 1".format(arguments.validation_fraction))
    return arguments


def new_model(arguments):
    return HistGradientBoostingClassifier(
        max_iter=arguments.max_iter,
        learning_rate=arguments.learning_rate,
        max_leaf_nodes=arguments.max_leaf_nodes,
        min_samples_leaf=arguments.min_samples_leaf,
        l2_regularization=arguments.l2_regularization,
        early_stopping=False,
        random_state=arguments.seed,
    )


def read_channel(directory):
    paths = sorted(glob.glob(os.path.join(directory, "**", "*.csv"), recursive=True))
    if not paths:
        raise ValueError("no *.csv in the training channel {}".format(directory))
    frames = []
    for path in paths:
        frame = pd.read_csv(path)
        if list(frame.columns)[:1] != [LABEL] or len(frame.columns) < 2:
            raise ValueError("{} has columns {}: '{}' first, then features, are needed".format(path, list(frame.columns), LABEL))
        if frames and list(frame.columns) != list(frames[0].columns):
            raise ValueError("{} has other columns than {}: {}".format(path, paths[0], list(frame.columns)))
        frames.append(frame)
    data = pd.concat(frames, ignore_index=True)
    try:
        values = data.to_numpy(dtype="float64")
    except ValueError as error:
        raise ValueError("the training channel holds something that is not a number: {}".format(error))
    if not np.isfinite(values).all():
        bad = [name for name, finite in zip(data.columns, np.isfinite(values).all(axis=0)) if not finite]
        raise ValueError("missing or infinite values in the columns {}".format(bad))
    labels = values[:, 0]
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("the label '{}' must be 0 or 1, got {}".format(LABEL, sorted(set(labels))[:5]))
    require_both_classes(labels, "the training channel")
    return values[:, 1:].astype("float32"), labels.astype(int)


def require_both_classes(labels, where):
    if len(set(labels)) < 2:
        raise ValueError("{} hold one class only: both late and punctual flights are needed".format(where))


if __name__ == "__main__":
    main()
