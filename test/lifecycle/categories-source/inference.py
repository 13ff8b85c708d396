"""Serves the pipeline: takes CSV without a header, answers each row with the probability of 1."""

import io
import os

import joblib
import pandas as pd


def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, "model.joblib"))


def transform_fn(model, body, content_type, accept):
    text = body.decode("utf-8") if isinstance(body, bytes) else body
    names = list(model.feature_names_in_)
    types = {name: str for name in ["country", "plan"]}
    rows = pd.read_csv(io.StringIO(text), names=names, keep_default_na=False, na_values=[""], dtype=types)
    return "".join("{!r}\n".format(float(p)) for p in model.predict_proba(rows)[:, 1]), "text/csv"
