"""Reads rows of CSV, a single one as well; what else is needed are the image's defaults."""

import io
import os

import numpy as np
import xgboost as xgb


def model_fn(model_dir):
    booster = xgb.Booster()
    booster.load_model(os.path.join(model_dir, "model.ubj"))
    return booster


def input_fn(body, content_type):
    return xgb.DMatrix(np.loadtxt(io.StringIO(body), delimiter=",", ndmin=2))
