"""Reads rows of CSV, a single one as well; what else is needed are the image's defaults."""

import io
import os

import lightgbm as lgb
import numpy as np


def model_fn(model_dir):
    return lgb.Booster(model_file=os.path.join(model_dir, "model.txt"))


def input_fn(body, content_type):
    return np.loadtxt(io.StringIO(body), delimiter=",", ndmin=2)
