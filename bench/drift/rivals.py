"""Compares recorded requests with training data, and tells what drifted, processor seconds and peak memory as JSON.

Usage: python rivals.py pandas|evidently training.csv capture.jsonl
"""

import io
import json
import resource
import sys
import time

import numpy as np
import orjson
import pandas as pd
from scipy.stats import chi2_contingency, ks_2samp


def recorded(path, names):
    """Each request of the capture file once, and its answer."""
    rows, answers, seen = [], [], set()
    with open(path, "rb") as file:
        for line in file:
            record = orjson.loads(line)
            event = record["eventMetadata"]["eventId"]
            if event in seen:
                continue
            seen.add(event)
            data = record["captureData"]
            rows.append(data["endpointInput"]["data"])
            answers.append(data["endpointOutput"]["data"])
    frame = pd.read_csv(io.StringIO("".join(rows)), header=None, names=names)
    frame["prediction"] = np.array(answers, dtype=float)
    return frame


def with_pandas(training, current):
    """The two tests of scipy: the statistic D of each numeric column, and the p-values of the others."""
    distances = {}
    for name in training.columns:
        if training[name].dtype.kind in "fi":
            distances[name] = ks_2samp(training[name], current[name], method="asymp").statistic
        else:
            counts = pd.concat([training[name].value_counts(), current[name].value_counts()], axis=1).fillna(0)
            chi2_contingency(counts.to_numpy())
    return distances


def with_evidently(training, current):
    """The preset that its documentation begins with."""
    from evidently import Report
    from evidently.presets import DataDriftPreset

    Report([DataDriftPreset()]).run(current, training).dict()
    return {}


RIVALS = {"pandas": with_pandas, "evidently": with_evidently}

rival, training_path, capture_path = sys.argv[1:]
training = pd.read_csv(training_path)
features = [name for name in training.columns if name != "prediction"]
start = time.process_time()
distances = RIVALS[rival](training, recorded(capture_path, features))
seconds = time.process_time() - start
# In KiB on Linux, in bytes on macOS.
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"distances": distances, "seconds": seconds, "peakBytes": peak}))
