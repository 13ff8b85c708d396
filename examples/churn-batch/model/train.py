"""Trains the model, and writes it as joblib for evaluations and as ONNX for the function and the batch."""

import glob
import os

import joblib
import pandas as pd
from skl2onnx import to_onnx
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

LABEL = "churned"


def main():
    data = read_channel(os.environ["SM_CHANNEL_TRAIN"])
    features = data.drop(columns=LABEL).to_numpy(dtype="float32")
    labels = data[LABEL].to_numpy()

    # The newest rows measure the model. The pipeline compares versions on a holdout of its own.
    cut = int(len(data) * 0.8)
    scores = new_model().fit(features[:cut], labels[:cut]).predict_proba(features[cut:])[:, 1]
    print("validation:auc={:.4f};".format(roc_auc_score(labels[cut:], scores)), flush=True)

    model = new_model().fit(features, labels)
    folder = os.environ["SM_MODEL_DIR"]
    joblib.dump(model, os.path.join(folder, "model.joblib"))
    onnx_model = to_onnx(model, features[:1], options={id(model): {"zipmap": False}})
    with open(os.path.join(folder, "model.onnx"), "wb") as file:
        file.write(onnx_model.SerializeToString())


def new_model():
    return HistGradientBoostingClassifier(max_iter=100, random_state=0)


def read_channel(directory):
    paths = sorted(glob.glob(os.path.join(directory, "**", "*.csv"), recursive=True))
    return pd.concat([pd.read_csv(path) for path in paths], ignore_index=True)


if __name__ == "__main__":
    main()
