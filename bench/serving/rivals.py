"""Serving in Python. Usage: rivals.py <program> <folder> [...]; prints JSON in its last line."""

import json
import os
import pickle
import resource
import sys
import time


def train(folder):
    """A model of 100 trees and 20 features, and rows for it."""
    import numpy
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
    with open(os.path.join(folder, "rows.json"), "w") as file:
        json.dump(features[:1_000].astype(float).tolist(), file)
    return {}


def onnx_model(folder):
    import onnxruntime

    return onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"))


def answer_by_onnxruntime(folder):
    """A function from a body to an answer, as one writes it by hand."""
    import numpy

    session = onnx_model(folder)
    name = session.get_inputs()[0].name

    def answer(body):
        rows = numpy.asarray(json.loads(body)["rows"], dtype=numpy.float32)
        return json.dumps({"predictions": session.run(["probabilities"], {name: rows})[0][:, 1].tolist()})

    return answer


def answer_by_scikit_learn(folder):
    import numpy

    with open(os.path.join(folder, "model.pkl"), "rb") as file:
        model = pickle.load(file)

    def answer(body):
        rows = numpy.asarray(json.loads(body)["rows"], dtype=numpy.float32)
        return json.dumps({"predictions": model.predict_proba(rows)[:, 1].tolist()})

    return answer


def latency(folder, library, rows, times):
    """Microseconds of a request, as ours.ts measures them."""
    answer = {"onnxruntime": answer_by_onnxruntime, "scikit-learn": answer_by_scikit_learn}[library](folder)
    with open(os.path.join(folder, "rows.json")) as file:
        body = json.dumps({"rows": json.load(file)[: int(rows)]})
    micros = []
    for index in range(int(times)):
        switches = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
        start = time.perf_counter_ns()
        text = answer(body)
        end = time.perf_counter_ns()
        is_preempted = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw > switches
        if index >= int(times) / 5 and not (rows == "1" and is_preempted):
            micros.append((end - start) / 1000)
    return {"micros": micros, "predictions": json.loads(text)["predictions"]}


def cold(folder, library, url):
    """The first answer of a new process, whose model is in S3."""
    import boto3

    name = "model.onnx" if library == "onnxruntime" else "model.pkl"
    keys = {"aws_access_key_id": "bench", "aws_secret_access_key": "bench"}
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **keys)
    content = client.get_object(Bucket="bench", Key=name)["Body"].read()
    with open(os.path.join(folder, "rows.json")) as file:
        row = json.load(file)[0]
    import numpy

    rows = numpy.asarray([row], dtype=numpy.float32)
    if library == "onnxruntime":
        import onnxruntime

        session = onnxruntime.InferenceSession(content)
        probability = session.run(["probabilities"], {session.get_inputs()[0].name: rows})[0][0, 1]
    else:
        probability = pickle.loads(content).predict_proba(rows)[0, 1]
    return {"prediction": float(probability)}


if __name__ == "__main__":
    program = {"train": train, "latency": latency, "cold": cold}[sys.argv[1]]
    print(json.dumps(program(*sys.argv[2:])))
