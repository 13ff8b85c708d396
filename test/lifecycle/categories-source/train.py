"""Trains a pipeline of encoders, imputer and logistic regression, and exports it whole to ONNX."""

import argparse
import glob
import os

import joblib
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

LABEL = "left"
CATEGORIES = ["country", "plan"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch", type=int, default=0, help="rows that the exported model takes at a time; 0 for any")
    arguments = parser.parse_args()
    table = read(os.environ["SM_CHANNEL_TRAIN"])
    features = table.drop(columns=LABEL)
    numbers = [name for name in features if name not in CATEGORIES]
    columns = ColumnTransformer(
        [
            ("categories", OneHotEncoder(handle_unknown="ignore"), CATEGORIES),
            ("numbers", Pipeline([("impute", SimpleImputer()), ("scale", StandardScaler())]), numbers),
        ]
    )
    model = Pipeline([("columns", columns), ("model", LogisticRegression())]).fit(features, table[LABEL])

    directory = os.environ["SM_MODEL_DIR"]
    joblib.dump(model, os.path.join(directory, "model.joblib"))
    shape = [arguments.batch or None, 1]
    types = [(name, StringTensorType(shape) if name in CATEGORIES else FloatTensorType(shape)) for name in features]
    with open(os.path.join(directory, "model.onnx"), "wb") as file:
        file.write(convert_sklearn(model, initial_types=types).SerializeToString())


def read(directory):
    paths = sorted(glob.glob(os.path.join(directory, "**", "*.csv"), recursive=True))
    # NA is a country.
    types = {name: str for name in CATEGORIES}
    return pd.concat([pd.read_csv(path, keep_default_na=False, na_values=[""], dtype=types) for path in paths])


if __name__ == "__main__":
    main()
