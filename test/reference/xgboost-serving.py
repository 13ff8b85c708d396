"""Writes xgboost-serving.json: what the published serving code of AWS's XGBoost image 3.2-0 answers to requests.

It is the Flask application that gunicorn runs in the image (`SAGEMAKER_SERVING_MODULE=sagemaker_xgboost_container.serving:main`), made
from the packages that aws/deep-learning-containers pins (docker/xgboost/pyproject.toml and Dockerfile). To make the file again:

    python3.11 -m venv venv && . venv/bin/activate   # 3.12 is the image's
    pip install xgboost-cpu==3.2.0 numpy==2.1.0 scikit-learn==1.8.0 scipy==1.15.0 pandas==2.2.3 Flask==3.1.3 Werkzeug==3.1.8 \
        gunicorn gevent protobuf==3.20.3 boto3 paramiko retrying psutil inotify_simple six wheel "setuptools>=80.9,<81"
    pip install --no-deps --no-build-isolation sagemaker-containers==2.8.6.post2 sagemaker-inference==1.5.5 multi-model-server==1.1.2
    pip install --no-deps --no-build-isolation --ignore-requires-python \
        git+https://github.com/aws/sagemaker-xgboost-container@cb8df91
    # as the image's Dockerfile does:
    sed -i 's/collections\\.Mapping/collections.abc.Mapping/g' venv/lib/python3*/site-packages/sagemaker_containers/_mapping.py
    PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=python SAGEMAKER_BASE_DIR=/tmp/ml python xgboost-serving.py > xgboost-serving.json
"""

import base64
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import os
import platform
import re
import sys
import tempfile

import numpy as np
import xgboost as xgb

CSV = "text/csv"
JSON = "application/json"
NPY = "application/x-npy"
LIBSVM = "text/libsvm"
RECORDIO = "application/x-recordio-protobuf"

SCRIPTS = {
    "defaults": """
import os, xgboost

def model_fn(model_dir):
    booster = xgboost.Booster()
    booster.load_model(os.path.join(model_dir, "model.ubj"))
    return booster
""",
    # What the default input_fn makes of a body: shape, and the cells that are there.
    "decoded": """
def model_fn(model_dir):
    return None

def predict_fn(data, model):
    cells = data.get_data()
    return [data.num_row(), data.num_col(), cells.indices.tolist(), cells.data.tolist(), data.get_label().tolist()]
""",
}


def booster():
    rows = np.arange(60, dtype="float64").reshape(20, 3) % 7
    labels = (rows.sum(axis=1) > 8).astype(int)
    parameters = {"max_depth": 2, "eta": 0.5, "objective": "binary:logistic", "nthread": 1}
    return xgb.train(parameters, xgb.DMatrix(rows, label=labels), num_boost_round=3)


def send(content_type=CSV, accept=None):
    return {
        **({"content-type": content_type} if content_type else {}),
        **({"accept": accept} if accept else {}),
    }


def recordio(rows, labels=None):
    from sagemaker_containers import _encoders

    return {"base64": base64.b64encode(_encoders.array_to_recordio_protobuf(rows, labels)).decode()}


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return {"base64": base64.b64encode(buffer.getvalue()).decode()}


BODIES = {
    CSV: {
        "a row": "1,2,3",
        "a row and a newline": "1,2,3\n",
        "rows": "1,2,3\n4,5,6",
        "rows and a newline": "1,2,3\n4,5.5,-6e2\n",
        "carriage returns": "1,2,3\r\n4,5,6",
        "semicolons": "1;2;3\n4;5;6",
        "tabs": "1\t2\t3\n4\t5\t6",
        "spaces": "1 2 3\n4 5 6",
        "a header": "a,b,c\n1,2,3",
        "an empty cell": "1,,3\n4,5,6",
        "nan": "nan,2,3\n4,inf,6",
        "text": "1,late,3",
        "quotes": '"1","2","3"\n"4","5","6"',
        "one column": "1\n2",
        "one cell": "5",
        "two columns": "1,2\n3,4",
        "four columns": "1,2,3,4\n5,6,7,8",
        "rows of different lengths": "1,2,3\n4,5",
        "an empty line between": "1,2,3\n\n4,5,6",
        "a byte order mark": "\ufeff1,2,3",
        "an empty body": "",
        "digits that float32 lacks": "0.1,16777217,123456789.123",
    },
    LIBSVM: {
        "a row": "0:1 1:2 2:3",
        "rows": "0:1 1:2 2:3\n0:4 2:6\n",
        "labels": "1 0:1 1:2 2:3\n0 0:4 2:6",
        "indices from one": "1:1 2:2 3:3\n1:4 3:6",
        "a row without cells": "0:1 2:3\n\n0:4 2:6",
        "only labels": "1\n0",
        "tabs": "0:1\t1:2\t2:3",
        "text": "0:late",
        "an index that is text": "a:1",
        "four columns": "0:1 3:4",
        "five columns": "0:1 4:5",
        "an empty body": "",
    },
}


def cases():
    for content_type, bodies in BODIES.items():
        for name, body in bodies.items():
            for script in ("defaults", "decoded", "algorithm"):
                yield "{} with {}".format(content_type, name), script, body, send(content_type)
    rows = np.array([[1.0, 2.0, 3.0], [4.0, 5.5, 6.0]])
    from scipy.sparse import csr_matrix

    records = {
        "rows": recordio(rows),
        "float32": recordio(rows.astype("float32")),
        "integers": recordio(rows.astype(int)),
        "labels": recordio(rows, np.array([1.0, 0.0])),
        "absent cells": recordio(csr_matrix(np.array([[1.0, 0.0, 3.0], [0.0, 5.0, 0.0]]))),
        "a row": recordio(rows[0]),
        "two columns": recordio(rows[:, :2]),
        "CSV": "1,2,3,4,5,6,7,8",
        "a record that is cut": {"base64": base64.b64encode(base64.b64decode(recordio(rows)["base64"])[:-3]).decode()},
        "nothing": "abc",
    }
    for name, body in records.items():
        for script in ("defaults", "decoded", "algorithm"):
            yield "{} with {}".format(RECORDIO, name), script, body, send(RECORDIO)
    types = (
        "text/csv; charset=utf-8", "text/csv;label_size=1", "text/csv; label_size=0", "TEXT/CSV", "csv", "text/plain", "text/x-libsvm",
        "text/libsvm ;charset=utf8", JSON, "application/json; charset=utf-8", "application/jsonlines", "application/x-parquet",
        "application/octet-stream", None,
    )
    for content_type in types:
        body = "0:1 1:2 2:3" if "libsvm" in (content_type or "libsvm") else "1,2,3\n4,5,6"
        for script in ("decoded", "algorithm"):
            yield "content type {}".format(content_type), script, body, send(content_type)
    for script in ("defaults", "algorithm"):
        yield "JSON", script, "[[1, 2, 3]]", send(JSON)
        yield "npy", script, npy(rows), send(NPY)
    accepts = (
        "*/*", CSV, JSON, NPY, "application/jsonlines", RECORDIO, "text/csv; charset=utf-8", "text/csv, application/json", "TEXT/CSV", "text/*",
        "image/png",
    )
    # With SAGEMAKER_BATCH, as a batch transform sets it.
    for accept in (None, CSV, JSON, "image/png"):
        yield "accept {}".format(accept), "batch", "1,2,3\n4,5,6\n", send(accept=accept)
    for accept in accepts:
        for script in ("defaults", "algorithm"):
            yield "accept {}".format(accept), script, "1,2,3\n4,5,6", send(accept=accept)
    yield "200000 rows", "defaults", {"text": "1,2,3\n", "times": 199_999, "end": "1,2,3"}, send(accept=CSV)
    yield "200000 rows", "algorithm", {"text": "1,2,3\n", "times": 200_000}, send()
    yield "more than 6 MB", "algorithm", {"text": "1,2,3\n", "times": 1_048_577}, send()


def main():
    from sagemaker_xgboost_container import serving
    from sagemaker_xgboost_container.algorithm_mode import serve

    clients = {}
    with tempfile.TemporaryDirectory() as folder:
        model = booster()
        model.save_model(os.path.join(folder, "model.ubj"))
        content = bytes(model.save_raw("ubj"))
        serving.transformer._env.model_dir = folder
        for name, script in SCRIPTS.items():
            path = os.path.join(folder, name + ".py")
            with open(path, "w", encoding="utf-8") as file:
                file.write(script)
            spec = importlib.util.spec_from_file_location("script_" + name, path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            transformer = serving._user_module_transformer(module)
            transformer.initialize()
            application = serving.worker.Worker(transform_fn=transformer.transform, module_name=name)
            clients[name] = application.test_client()
            os.remove(path)
        serve.ScoringService.MODEL_PATH = folder
        clients["algorithm"] = clients["batch"] = serve.ScoringService.csdk_start().test_client()
        recorded = []
        for case in map(described, cases()):
            serve.SAGEMAKER_BATCH = "true" if case["script"] == "batch" else None
            recorded.append(dict(case, answer=answer_of(clients[case["script"]], case)))
        ping = answer_of(clients["algorithm"], None)
    names = ("sagemaker-containers", "sagemaker-xgboost-container", "Flask", "Werkzeug", "numpy", "xgboost-cpu")
    json.dump(
        {
            "madeWith": dict({name: importlib.metadata.version(name) for name in names}, python=platform.python_version()),
            "model": base64.b64encode(content).decode(),
            "ping": ping,
            "scripts": SCRIPTS,
            "cases": recorded,
        },
        sys.stdout,
        indent=1,
    )


def described(case):
    name, script, body, headers = case
    return {
        "name": name,
        "script": script,
        "body": body if isinstance(body, dict) else {"text": body},
        "headers": headers,
    }


def bytes_of(body):
    if "base64" in body:
        return base64.b64decode(body["base64"])
    return (body["text"] * body.get("times", 1) + body.get("end", "")).encode("utf-8")


def answer_of(client, case):
    if case is None:
        response = client.get("/ping")
    else:
        response = client.post("/invocations", data=bytes_of(case["body"]), headers=list(case["headers"].items()))
    # Without what XGBoost adds to its errors: the time, and addresses of its code.
    content = re.sub(rb"\[\d\d:\d\d:\d\d\] .*", b"", response.data, flags=re.DOTALL)
    return {
        "status": response.status_code,
        "contentType": response.headers.get("content-type"),
        "sha256": hashlib.sha256(content).hexdigest(),
        "begins": content[:80].decode("utf-8", errors="replace"),
    }


if __name__ == "__main__":
    main()
