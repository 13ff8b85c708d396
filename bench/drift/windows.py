"""Compares each window of a file with training data by Evidently's preset, as its documentation begins with.

Usage: python windows.py training.csv windows.csv; the column `window` numbers the windows
"""

import json
import resource
import sys
import time

import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

training_path, windows_path = sys.argv[1:]
training = pd.read_csv(training_path)
start = time.perf_counter()
columns, alarms, windows = 0, 0, 0
for _, window in pd.read_csv(windows_path).groupby("window"):
    result = Report([DataDriftPreset()]).run(window.drop(columns="window"), training).dict()
    # The first metric counts drifted columns; the preset's own verdict is that half of them have drifted.
    drifted = next(metric["value"] for metric in result["metrics"] if "DriftedColumnsCount" in metric["metric_name"])
    windows += 1
    columns += drifted["share"]
    alarms += drifted["share"] >= 0.5
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"columns": columns / windows, "alarms": alarms / windows, "seconds": seconds, "peakBytes": peak}))
