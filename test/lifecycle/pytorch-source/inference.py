"""Reads rows of CSV, a single one as well; what else is needed are the image's defaults."""

import io
import os

import numpy as np
import torch


def model_fn(model_dir):
    return torch.jit.load(os.path.join(model_dir, "model.pt"))


def input_fn(body, content_type):
    text = body.decode() if isinstance(body, (bytes, bytearray)) else body
    return torch.tensor(np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2, dtype=np.float32))
