"""Trains the model. SageMaker's scikit-learn container runs it, and so does the local cloud."""

import argparse
import glob
import os

import joblib
import pandas as pd
from skl2onnx import to_onnx
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

LABEL = "fraud"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--max-iter", type=int, default=60)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    arguments = parser.parse_args()

    data = read_channel(os.environ["SM_CHANNEL_TRAIN"])
    features = data.drop(columns=LABEL).to_numpy(dtype="float32")
    labels = data[LABEL].to_numpy()

    # The newest rows measure the model. The pipeline compares versions on a holdout of its own.
    cut = int(len(data) * 0.8)
    measured = new_model(arguments).fit(features[:cut], labels[:cut])
    scores = measured.predict_proba(features[cut:])[:, 1]
    print("validation:auc={:.4f};".format(roc_auc_score(labels[cut:], scores)), flush=True)

    model = new_model(arguments).fit(features, labels)
    joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
    # The function that scores the stream runs this one.
    onnx_model = to_onnx(model, features[:1], options={id(model): {"zipmap": False}})
    with open(os.path.join(os.environ["SM_MODEL_DIR"], "model.onnx"), "wb") as file:
        file.write(onnx_model.SerializeToString())


def new_model(arguments):
    return HistGradientBoostingClassifier(
        max_iter=arguments.max_iter, learning_rate=arguments.learning_rate, random_state=0
    )


def read_channel(directory):
    paths = sorted(glob.glob(os.path.join(directory, "**", "*.csv"), recursive=True))
    return pd.concat([pd.read_csv(path) for path in paths], ignore_index=True)


if __name__ == "__main__":
    main()
