"""Joins recorded answers with labels that came later, and tells AUC, processor seconds and peak memory.

Usage: python rivals.py folder
"""

import json
import pathlib
import resource
import sys
import time

import orjson
import pandas as pd
from sklearn.metrics import roc_auc_score

START, END = "2026/11/24/00", "2026/11/24/23"


def lines(folder):
    """Records of the files of the day, in the order of their keys."""
    for path in sorted(folder.rglob("*.jsonl")):
        if not START <= "/".join(path.relative_to(folder).parts[-5:-1]) <= END:
            continue
        with open(path, "rb") as file:
            for line in file:
                yield orjson.loads(line)


def main(folder):
    start = time.process_time()
    answers = pd.DataFrame(
        [(one["eventMetadata"]["eventId"], float(one["captureData"]["endpointOutput"]["data"])) for one in lines(folder / "capture")],
        columns=["id", "score"],
    ).drop_duplicates("id")
    labels = pd.DataFrame(
        [(one["eventMetadata"]["eventId"], int(one["groundTruthData"]["data"])) for one in lines(folder / "ground-truth")],
        columns=["id", "label"],
    ).drop_duplicates("id")
    joined = answers.merge(labels, on="id")
    auc = roc_auc_score(joined["label"], joined["score"])
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"labels": len(joined), "auc": auc, "seconds": seconds, "peakBytes": peak}))


main(pathlib.Path(sys.argv[1]))
