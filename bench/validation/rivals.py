"""Validates a CSV file as its name says, and tells what was found, seconds and the peak of its memory as JSON.

Usage: python rivals.py pandera|pandera-chunks|great-expectations data.csv checks.json
"""

import json
import logging
import resource
import sys
import time

import pandas as pd


def pandera_schema(checks):
    import pandera.pandas as pa

    def column(limits):
        if "allowed" in limits:
            return pa.Column(str, pa.Check.isin(limits["allowed"]))
        return pa.Column(float, pa.Check.in_range(limits["minimum"], limits["maximum"]), coerce=True)

    return pa.DataFrameSchema({name: column(limits) for name, limits in checks.items()})


def failures_of(schema, frame):
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
        return 0
    except SchemaErrors as errors:
        return len(errors.failure_cases)


def pandera(path, checks):
    return failures_of(pandera_schema(checks), pd.read_csv(path))


def pandera_chunks(path, checks):
    schema = pandera_schema(checks)
    return sum(failures_of(schema, chunk) for chunk in pd.read_csv(path, chunksize=100_000))


def great_expectations(path, checks):
    import great_expectations as gx
    from great_expectations import expectations as ge

    logging.disable(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("data")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": pd.read_csv(path)})
    suite = gx.ExpectationSuite(name="checks")
    for name, limits in checks.items():
        suite.add_expectation(ge.ExpectColumnValuesToNotBeNull(column=name))
        if "allowed" in limits:
            suite.add_expectation(ge.ExpectColumnValuesToBeInSet(column=name, value_set=limits["allowed"]))
        else:
            suite.add_expectation(
                ge.ExpectColumnValuesToBeBetween(column=name, min_value=limits["minimum"], max_value=limits["maximum"])
            )
    found = batch.validate(suite)
    return sum(result.result.get("unexpected_count", 0) for result in found.results)


RIVALS = {"pandera": pandera, "pandera-chunks": pandera_chunks, "great-expectations": great_expectations}

rival, path, checks = sys.argv[1:]
with open(checks) as file:
    limits = json.load(file)
start = time.perf_counter()
found = RIVALS[rival](path, limits)
seconds = time.perf_counter() - start
# In KiB on Linux, in bytes on macOS.
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"found": int(found), "seconds": seconds, "peakBytes": peak}))
