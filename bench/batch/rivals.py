"""Batch scoring in Python. Usage: rivals.py <program> <folder> [...]; prints JSON in its last line."""

import json
import os
import pickle
import resource
import sys
import time

FEATURES = [f"f{index}" for index in range(20)]


def train(folder, rows):
    """A model of 100 trees and 20 features, and files of rows for it."""
    import numpy
    import pandas
    from skl2onnx import to_onnx
    from sklearn.ensemble import GradientBoostingClassifier

    random = numpy.random.default_rng(20261130)
    features = random.normal(size=(5_000, 20)).astype(numpy.float32)
    labels = (features @ random.normal(size=20) + random.normal(size=5_000) > 0).astype(int)
    model = GradientBoostingClassifier(n_estimators=100, random_state=0).fit(features, labels)
    onnx = to_onnx(model, features[:1], options={"zipmap": False}, target_opset=15)
    with open(os.path.join(folder, "model.onnx"), "wb") as file:
        file.write(onnx.SerializeToString())
    with open(os.path.join(folder, "model.pkl"), "wb") as file:
        pickle.dump(model, file)
    table = pandas.DataFrame(random.normal(size=(int(rows), 20)).round(6), columns=FEATURES)
    table.insert(0, "customer", [f"customer-{index}" for index in range(len(table))])
    for ending in ["csv", "csv.gz", "jsonl", "parquet"]:
        os.makedirs(os.path.dirname(path_of(folder, ending)))
    table.to_csv(path_of(folder, "csv"), index=False)
    table.to_csv(path_of(folder, "csv.gz"), index=False)
    table.to_json(path_of(folder, "jsonl"), orient="records", lines=True)
    table.to_parquet(path_of(folder, "parquet"), row_group_size=50_000)
    return {}


def path_of(folder, ending):
    return os.path.join(folder, "in", ending, f"rows.{ending}")


def read(path):
    import pandas

    if path.endswith(".parquet"):
        return pandas.read_parquet(path)
    if path.endswith(".jsonl"):
        return pandas.read_json(path, orient="records", lines=True, precise_float=True)
    return pandas.read_csv(path)


def score(folder, ending, library):
    """Reads a file, predicts and writes, in one process."""
    import numpy
    import pandas

    with open(os.path.join(folder, "model.pkl"), "rb") as pickled:
        model = pickle.load(pickled)
    session = onnx_session(folder)
    start = time.perf_counter()
    table = read(path_of(folder, ending))
    rows = table[FEATURES].to_numpy(numpy.float32)
    if library == "scikit-learn":
        predictions = model.predict_proba(rows)[:, 1]
    else:
        predictions = session.run(["probabilities"], {session.get_inputs()[0].name: rows})[0][:, 1]
    output = pandas.DataFrame({"customer": table["customer"], "prediction": predictions})
    output.to_csv(os.path.join(folder, "scored.csv"), index=False)
    return measured(start, output)


def onnx_session(folder):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"), options)


def spark(folder, ending, workers):
    """The same with PySpark: a pandas UDF runs the ONNX model in each worker."""
    import pandas
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import pandas_udf

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master(f"local[{workers}]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "4g")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    models = {}

    @pandas_udf("double")
    def predict(*columns: pandas.Series) -> pandas.Series:
        import numpy

        if not models:
            models["model"] = onnx_session(folder)
        rows = numpy.column_stack(columns).astype(numpy.float32)
        scores = models["model"].run(["probabilities"], {models["model"].get_inputs()[0].name: rows})[0]
        return pandas.Series(scores[:, 1].astype(float))

    types = ", ".join(["customer string", *(f"{name} double" for name in FEATURES)])

    def run():
        path = path_of(folder, ending)
        if ending == "parquet":
            table = session.read.parquet(path)
        elif ending == "jsonl":
            table = session.read.schema(types).json(path)
        else:
            table = session.read.schema(types).csv(path, header=True)
        scored = table.select("customer", predict(*FEATURES).alias("prediction"))
        scored.write.mode("overwrite").csv(os.path.join(folder, "scored"), header=True)

    # Of the first job, Java compiles its code and starts the Python processes.
    run()
    start = time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    output = pandas.concat(
        pandas.read_csv(os.path.join(folder, "scored", part))
        for part in sorted(os.listdir(os.path.join(folder, "scored")))
        if part.endswith(".csv")
    )
    session.stop()
    return {**measured(start, output), "seconds": seconds}


def measured(start, output):
    return {
        "seconds": time.perf_counter() - start,
        "rows": len(output),
        "sum": float(output["prediction"].sum()),
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


if __name__ == "__main__":
    program = {"train": train, "score": score, "spark": spark}[sys.argv[1]]
    print(json.dumps(program(*sys.argv[2:])))
