"""Writes scikit-learn-serving.json: what the published serving code of AWS's scikit-learn image 1.9-0 answers to requests.

It is the Flask application that gunicorn runs in the image (`SAGEMAKER_SERVING_MODULE=sagemaker_sklearn_container.serving:main`), made
from the packages that aws/deep-learning-containers pins (docker/sklearn/1.9-0/pyproject.toml and Dockerfile). To make the file again:

    python3.11 -m venv venv && . venv/bin/activate   # 3.12 is the image's
    pip install numpy==2.4.6 scikit-learn==1.9.0 scipy==1.17.1 Flask==3.1.3 Werkzeug==3.1.8 gunicorn gevent \
        protobuf==3.20.2 boto3 paramiko retrying psutil inotify_simple six "setuptools>=80.9,<81"
    pip install --no-deps sagemaker-containers==2.8.6.post2 sagemaker-inference==1.5.5 multi-model-server==1.1.2
    pip install --no-deps --no-build-isolation --ignore-requires-python \
        git+https://github.com/aws/sagemaker-scikit-learn-container@eae7b6b
    # as the image's Dockerfile does:
    sed -i 's/collections\\.Mapping/collections.abc.Mapping/g' venv/lib/python3*/site-packages/sagemaker_containers/_mapping.py
    PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=python SAGEMAKER_BASE_DIR=/tmp/ml python scikit-learn-serving.py > scikit-learn-serving.json
"""

import base64
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import os
import platform
import sys
import tempfile

import numpy as np

CSV = "text/csv"
JSON = "application/json"
NPY = "application/x-npy"

# Adds up the columns of each row, and refuses what estimators of scikit-learn refuse.
ADDING = """
from sklearn.utils import check_array

class Model:
    def predict(self, data):
        return check_array(data).sum(axis=1)

def model_fn(model_dir):
    return Model()
"""

SCRIPTS = {
    "defaults": ADDING,
    # Most scripts that are found in public define these two functions.
    "probabilities": ADDING + """
def predict_fn(data, model):
    return model.predict(data) / 8
""",
    # What the default input_fn makes of a body.
    "decoded": """
def model_fn(model_dir):
    return None

def predict_fn(data, model):
    return [list(data.shape), str(data.dtype), data.tolist()]
""",
    # What the default output_fn makes of a prediction, which the body names.
    "encoded": """
import numpy

PREDICTIONS = {
    'column': numpy.array([0.5, 0.25]),
    'float32': numpy.array([0.1, 0.3], dtype='float32'),
    'table': numpy.array([[0.5, 0.25], [1.0, 0.0]]),
    'labels': numpy.array(['on time', 'late, "very"']),
    'integers': numpy.array([1, 0]),
    'list': [0.5, numpy.float32(0.25)],
    'nothing': numpy.array([]),
    'not a number': numpy.array([float('nan'), float('inf')]),
    'number': 0.5,
    'cube': numpy.zeros((1, 2, 2)),
    'object': object(),
}

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return body

def predict_fn(data, model):
    return PREDICTIONS[data]
""",
    # What a script's own functions may return; the body names it.
    "returned": """
import json

RESULTS = {
    'pair': ('0.5\\n', 'text/csv'),
    'JSON pair': ('[0.5]', 'application/json'),
    'bytes': (b'0.5', 'application/x-npy'),
    'charset': ('0.5', 'text/csv; charset=utf-8'),
    'no type': ('[0.5]', None),
    'three': ('0.5\\n', 'text/csv', 201),
    'pieces': (['0.5', b'\\n'], 'text/csv'),
    'text': '0.5\\n',
    'lone bytes': b'0.5\\n',
    'dict': {'predictions': [0.5, 0.25], 'a': 'h\\u00e9'},
    'list': [0.5, {'late': True}],
    'number': 0.5,
    'None': None,
    'empty pair': ('', 'text/csv'),
}

def refused(environ, start_response):
    start_response('422 UNPROCESSABLE ENTITY', [('Content-Type', 'application/json')])
    return [b'{"error": "not these rows"}']

class WithStatus(Exception):
    status_code = 400

def model_fn(model_dir):
    return None

def transform_fn(model, body, content_type, accept):
    if body == 'WSGI application': return refused
    if body == 'error': raise KeyError('inside')
    if body == 'error with a status': raise WithStatus('not these rows')
    if body == 'arguments': return json.dumps([str(type(body)), content_type, accept]), 'application/json'
    return RESULTS[body]
""",
    "arguments": """
def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return [type(body).__name__, body.decode('latin-1') if isinstance(body, bytes) else body, content_type]

def predict_fn(data, model):
    return data

def output_fn(prediction, accept):
    import json
    return json.dumps(prediction + [accept]), 'application/json'
""",
}


def csv_to(accept=None, content_type=CSV):
    return dict({"content-type": content_type}, **({"accept": accept} if accept else {}))


def npy(array, **options):
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return {"base64": base64.b64encode(buffer.getvalue()).decode()}


def cases():
    for accept in (None, CSV, JSON):
        for script in ("defaults", "probabilities"):
            yield "a single row", script, "1,2,3\n", csv_to(accept)
            yield "many rows", script, "1,2,3\n4,5,6\n", csv_to(accept)
    for name, body in {
        "a single row": "1,2,3\n",
        "a single row without a newline": "1,2,3",
        "many rows": "1,2,3\n4,5.5,-6e2\n",
        "carriage returns": "1,2\r\n3,4\r\n",
        "one column": "1\n2\n",
        "one cell": "5\n",
        "a header": "a,b\n1,2\n3,4\n",
        "an empty cell": "1,,3\n4,5,6\n",
        "a row of empty cells": ",,\n1,2,3\n",
        "nan": "nan,inf\n1,2\n",
        "text": "1,late\n2,early\n",
        "true": "True,1\nFalse,0\n",
        "spaces": " 1, 2 \n3 ,4\n",
        "an underscore": "1_000,2\n3,4\n",
        "hexadecimal": "0x10,2\n3,4\n",
        "quotes": '"1","2"\n"3","4"\n',
        "an open quote": '"1,2\n3,4\n',
        "text after a quote": '"1"5,2\n3,4\n',
        "semicolons": "1;2\n3;4\n",
        "rows of different lengths": "1,2\n3\n",
        "an empty line between": "1,2\n\n3,4\n",
        "an empty line after": "1,2\n3,4\n\n",
        "an empty body": "",
        "a byte order mark": "\ufeff1,2\n3,4\n",
        "more digits than 32 bits have": "0.1,16777217,123456789.123\n1e39,1,1\n",
    }.items():
        yield "CSV with " + name, "decoded", body, csv_to()
    yield "CSV that is not UTF-8", "decoded", {"base64": base64.b64encode(b"1,2\n\xff,4\n").decode()}, csv_to()
    for name, body in {
        "a row": "[1, 2, 3]",
        "rows": "[[1, 2, 3], [4, 5.5, -6e2]]",
        "instances": '{"instances": [[1, 2], [3, 4]]}',
        "null": "[[1, null], [3, 4]]",
        "NaN": "[[1, NaN], [3, 4]]",
        "true": "[[true, 2], [false, 4]]",
        "digits as text": '[["1", "2"]]',
        "text": '[["late", "2"]]',
        "a number": "5",
        "rows of different lengths": "[[1, 2], [3]]",
        "no end": "[[1, 2]",
        "lines": "[1, 2]\n[3, 4]\n",
        "an empty body": "",
    }.items():
        yield "JSON with " + name, "decoded", body, csv_to(content_type=JSON)
    yield "no content type", "decoded", "[[1, 2]]", {}
    for content_type in (
        "text/csv; charset=utf-8",
        "text/csv;charset=utf-8",
        "TEXT/CSV",
        "text/plain",
        "application/json; charset=utf-8",
        "application/jsonlines",
        "application/x-recordio-protobuf",
        "application/octet-stream",
        "image/png",
    ):
        body = "[[1, 2], [3, 4]]" if "json" in content_type else "1,2\n3,4\n"
        yield "content type " + content_type, "decoded", body, csv_to(content_type=content_type)
    for name, array in {
        "a row": np.array([1.0, 2.0]),
        "rows": np.array([[1.0, 2.0], [3.0, 4.5]], dtype="float32"),
        "integers": np.array([[1, 2], [3, 4]], dtype="int64"),
        "text": np.array([["a", "b"]]),
    }.items():
        yield "npy with " + name, "decoded", npy(array), csv_to(content_type=NPY)
    yield "npy that is none", "decoded", "1,2", csv_to(content_type=NPY)
    yield "npy to npy", "defaults", npy(np.array([[1.0, 2.0]])), csv_to(NPY, NPY)
    predictions = (
        "column", "float32", "table", "labels", "integers", "list", "nothing", "not a number", "number", "cube", "object",
    )
    for prediction in predictions:
        for accept in (CSV, JSON, NPY):
            if (prediction, accept) != ("object", NPY):
                yield "prediction {} as {}".format(prediction, accept), "encoded", prediction, csv_to(accept)
    for accept in ("*/*", "text/csv; charset=utf-8", "text/csv, application/json", "text/*", "TEXT/CSV", "image/png"):
        yield "accept " + accept, "encoded", "column", csv_to(accept)
    for result in (
        "pair", "JSON pair", "bytes", "charset", "no type", "three", "pieces", "text", "lone bytes", "dict", "list", "number", "None",
        "empty pair", "WSGI application", "error", "error with a status", "arguments",
    ):
        yield "a script that returns " + result, "returned", result, csv_to(CSV)
    for content_type in (CSV, JSON, "text/csv; charset=utf-8", "text/plain", NPY, "application/jsonlines"):
        yield "an input_fn of {}".format(content_type), "arguments", "1,2", csv_to(CSV, content_type)
    yield "an input_fn without a content type", "arguments", "1,2", {}
    for rows in (1_000_000,):
        six_megabytes = {"text": "1,2,3\n", "times": rows}
        yield "6 MB of CSV", "defaults", six_megabytes, csv_to(CSV)
        yield "6 MB of CSV to JSON", "defaults", six_megabytes, csv_to(JSON)


def main():
    from sagemaker_sklearn_container import serving

    clients = {}
    with tempfile.TemporaryDirectory() as folder:
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
    recorded = [dict(case, answer=answer_of(clients[case["script"]], case)) for case in map(described, cases())]
    versions = {
        name: importlib.metadata.version(name)
        for name in ("sagemaker-containers", "sagemaker-sklearn-container", "Flask", "Werkzeug", "numpy", "scikit-learn")
    }
    json.dump(
        {
            "madeWith": dict(versions, python=platform.python_version()),
            "ping": answer_of(clients["defaults"], None),
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
    return body["text"].encode("utf-8") * body.get("times", 1)


def answer_of(client, case):
    if case is None:
        response = client.get("/ping")
    else:
        response = client.post("/invocations", data=bytes_of(case["body"]), headers=list(case["headers"].items()))
    return {
        "status": response.status_code,
        "contentType": response.headers.get("content-type"),
        "sha256": hashlib.sha256(response.data).hexdigest(),
        # To read, not to compare.
        "begins": response.data[:80].decode("utf-8", errors="replace"),
    }


if __name__ == "__main__":
    main()
