"""Serves a script-mode model on 127.0.0.1 as AWS's scikit-learn images do: /ping and /invocations.

Those run `sagemaker_sklearn_container.serving` (github.com/aws/sagemaker-scikit-learn-container) on `sagemaker-containers` 2.8.6.post2
and Flask 3.1.3, behind nginx. What this file answers is compared with theirs by test/reference/scikit-learn-serving.json.
"""

import argparse
import http.server
import importlib
import json
import os
import sys
import threading
import traceback

from image_encoders import JSON, UTF8_TYPES, decode, encode
from image_results import INTERNAL_SERVER_ERROR, response_of
from script_mode import ClientError, die_with_parent, install_requirements, isolate_this_process, unpack


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--model-dir", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--source-archive")
    parser.add_argument("--network-isolation", action="store_true")
    arguments = parser.parse_args()
    die_with_parent()
    if arguments.network_isolation:
        isolate_this_process()
    try:
        server = Server(("127.0.0.1", arguments.port), Handler)
    except OSError as error:
        sys.exit("cannot listen on 127.0.0.1:{}: {}".format(arguments.port, error))
    print(json.dumps({"event": "listening", "port": server.server_address[1]}), flush=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        server.model = Model(arguments)
    except ClientError as error:
        sys.exit("cannot load the model: {}".format(error))
    except BaseException:
        traceback.print_exc()
        sys.exit("cannot load the model of {}".format(arguments.model_dir))
    thread.join()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    model = None


class Model:
    """The user's functions, with the defaults of the scikit-learn images for those that are missing."""

    def __init__(self, arguments):
        # Absolute, since the script may be imported from anywhere and paths in it are relative to the container.
        model_dir = os.path.abspath(arguments.model_dir)
        code = code_directory(arguments, model_dir)
        program = os.environ.get("SAGEMAKER_PROGRAM", "inference.py")
        if not os.path.isfile(os.path.join(code, program)):
            raise ClientError("there is no script '{}' in {}: set SAGEMAKER_PROGRAM".format(program, code))
        packages = install_requirements(code, os.path.join(arguments.root, "packages"))
        known = python_path(model_dir)
        sys.path[:0] = [path for path in (code, packages, *known) if path]
        # The code directory is new to the import system if it was unpacked a moment ago.
        importlib.invalidate_caches()
        module = importlib.import_module(os.path.splitext(program)[0].replace("/", "."))
        if not hasattr(module, "model_fn"):
            raise ClientError("'{}' has no model_fn: there is no default for it".format(program))
        self.transform_fn = getattr(module, "transform_fn", None)
        overridden = [name for name in ("input_fn", "predict_fn", "output_fn") if hasattr(module, name)]
        if self.transform_fn is not None and overridden:
            raise ClientError("'{}' has transform_fn and also {}: keep one way".format(program, overridden))
        self.input_fn = getattr(module, "input_fn", default_input_fn)
        self.predict_fn = getattr(module, "predict_fn", default_predict_fn)
        self.output_fn = getattr(module, "output_fn", default_output_fn)
        self.model = module.model_fn(model_dir)
        # A worker of the image takes one request at a time, and scripts rely on it.
        self.lock = threading.Lock()

    def transform(self, body, content_type, accept):
        """The response to a request: its status, content type and body."""
        content = body.decode("utf-8", errors="replace") if content_type in UTF8_TYPES else body
        with self.lock:
            if self.transform_fn is not None:
                result = self.transform_fn(self.model, content, content_type, accept)
            else:
                result = self.output_fn(self.predict_fn(self.input_fn(content, content_type), self.model), accept)
            # A response may compute when it is read.
            return response_of(result)


def code_directory(arguments, model_dir):
    submitted = os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY", "")
    if arguments.source_archive:
        code = os.path.join(arguments.root, "opt", "ml", "code")
        unpack(arguments.source_archive, code)
        return code
    if submitted.startswith("s3://"):
        raise ClientError("there is no local copy of SAGEMAKER_SUBMIT_DIRECTORY '{}'".format(submitted))
    return in_model(submitted, model_dir) or os.path.join(model_dir, "code")


def python_path(model_dir):
    """The directories of PYTHONPATH, which started this process with the names that they have in a container."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [in_model(path, model_dir) or path for path in given if path]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    return paths


def in_model(path, model_dir):
    """Where a path of the image, /opt/ml/model/..., is here; None for another path."""
    prefix = "/opt/ml/model"
    if path == prefix or path.startswith(prefix + "/"):
        return os.path.join(model_dir, path[len(prefix):].strip("/"))
    return None


def default_input_fn(body, content_type):
    array = decode(body, content_type)
    return array.astype("float32") if content_type in UTF8_TYPES else array


def default_predict_fn(data, model):
    return model.predict(data)


def default_output_fn(prediction, accept):
    return encode(prediction, accept), accept


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body in one segment: two small ones would wait 40 ms for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.is_of_web_page():
            return self.refuse_web_page()
        if self.path != "/ping":
            return self.answer(404, JSON, NOT_FOUND)
        self.answer(200 if self.server.model is not None else 503, JSON, b"")

    def do_POST(self):
        if self.is_of_web_page():
            return self.refuse_web_page()
        length = self.headers.get("Content-Length")
        if length is None or not length.isdigit():
            self.close_connection = True
            return self.answer_error(411, "LengthRequired", "Content-Length is missing")
        body = self.rfile.read(int(length))
        if self.path != "/invocations":
            return self.answer(404, JSON, NOT_FOUND)
        if self.server.model is None:
            return self.answer_error(503, "NotReady", "the model is being loaded")
        accept = self.headers.get("Accept")
        if not accept or accept == "*/*":
            accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)
        content_type = self.headers.get("ContentType") or self.headers.get("Content-Type") or JSON
        try:
            response = self.server.model.transform(body, content_type, accept)
        except Exception:
            # Whatever it is: the image wraps an error of a script, with a status or without, and of its own defaults in one that Flask
            # answers by 500.
            traceback.print_exc()
            response = INTERNAL_SERVER_ERROR
        self.answer(*response)

    def is_of_web_page(self):
        """Browsers let every page reach loopback: they say so, or name a host that is not this machine's (DNS rebinding)."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        marks = [self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site")]
        return host not in ("127.0.0.1", "localhost") or any(mark is not None for mark in marks)

    def refuse_web_page(self):
        # Its body is left unread.
        self.close_connection = True
        self.answer_error(403, "Forbidden", "web pages are not answered")

    def answer_error(self, status, error, message):
        self.answer(status, JSON, json.dumps({"error": error, "message": message}).encode("utf-8"))

    def answer(self, status, content_type, content):
        try:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, template, *values):
        if "/ping" not in getattr(self, "path", ""):
            sys.stderr.write((template % values) + "\n")


# nginx, for a path that is not the model's.
NOT_FOUND = b"{}"


if __name__ == "__main__":
    main()
