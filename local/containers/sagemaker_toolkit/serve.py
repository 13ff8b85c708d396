"""Serves a script-mode model on 127.0.0.1, as the SageMaker inference toolkit does in its images: /ping and /invocations."""

import argparse
import http.server
import importlib
import io
import json
import os
import sys
import threading
import traceback

from script_mode import ClientError, die_with_parent, install_requirements, isolate_this_process, unpack

JSON = "application/json"
CSV = "text/csv"
NPY = "application/x-npy"
TEXT_TYPES = (JSON, CSV, "text/plain")


class FormatError(Exception):
    def __init__(self, message, status_code):
        super().__init__(message)
        self.status_code = status_code


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
        with self.lock:
            if self.transform_fn is not None:
                result = self.transform_fn(self.model, body, content_type, accept)
            else:
                prediction = self.predict_fn(self.input_fn(body, content_type), self.model)
                result = self.output_fn(prediction, accept)
        content, result_type = result if isinstance(result, tuple) else (result, accept)
        if isinstance(content, str):
            content = content.encode("utf-8")
        if not isinstance(content, (bytes, bytearray)):
            raise TypeError("output_fn must return str or bytes, got {}".format(type(content).__name__))
        return bytes(content), result_type


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
    import numpy

    media_type = content_type.split(";")[0].strip().lower()
    if media_type == JSON:
        return numpy.array(json.loads(body)).astype("float32")
    if media_type == CSV:
        return numpy.genfromtxt(io.StringIO(body), dtype="float32", delimiter=",", ndmin=2)
    if media_type == NPY:
        return numpy.load(io.BytesIO(body), allow_pickle=False)
    raise FormatError("content type '{}' is not supported by the default input_fn".format(content_type), 415)


def default_predict_fn(data, model):
    return model.predict(data)


def default_output_fn(prediction, accept):
    import numpy

    media_type = accept.split(";")[0].strip().lower()
    values = numpy.asarray(prediction)
    if media_type == JSON:
        return json.dumps(values.tolist())
    if media_type == CSV:
        rows = values.reshape(len(values), -1)
        return "".join(",".join(str(cell) for cell in row.tolist()) + "\n" for row in rows)
    if media_type == NPY:
        buffer = io.BytesIO()
        numpy.save(buffer, values, allow_pickle=False)
        return buffer.getvalue()
    raise FormatError("'{}' is not supported by the default output_fn".format(accept), 406)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body in one segment: two small ones would wait 40 ms for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.is_of_web_page():
            return self.refuse_web_page()
        if self.path != "/ping":
            return self.answer_error(404, "NotFound", "there is no {}".format(self.path))
        self.answer(200 if self.server.model is not None else 503, b"\n", JSON)

    def do_POST(self):
        if self.is_of_web_page():
            return self.refuse_web_page()
        length = self.headers.get("Content-Length")
        if length is None or not length.isdigit():
            self.close_connection = True
            return self.answer_error(411, "LengthRequired", "Content-Length is missing")
        body = self.rfile.read(int(length))
        if self.path != "/invocations":
            return self.answer_error(404, "NotFound", "there is no {}".format(self.path))
        if self.server.model is None:
            return self.answer_error(503, "NotReady", "the model is being loaded")
        default_accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)
        accept = self.headers.get("Accept", "*/*")
        accept = default_accept if accept.strip() in ("", "*/*") else accept
        content_type = self.headers.get("Content-Type") or JSON
        try:
            content, result_type = self.server.model.transform(decoded(body, content_type), content_type, accept)
        except Exception as error:
            return self.answer_exception(error)
        self.answer(200, content, result_type)

    def is_of_web_page(self):
        """Browsers let every page reach loopback: they say so, or name a host that is not this machine's (DNS rebinding)."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        marks = [self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site")]
        return host not in ("127.0.0.1", "localhost") or any(mark is not None for mark in marks)

    def refuse_web_page(self):
        # Its body is left unread.
        self.close_connection = True
        self.answer_error(403, "Forbidden", "web pages are not answered")

    def answer_exception(self, error):
        status = getattr(error, "status_code", 500)
        if not (isinstance(status, int) and 400 <= status <= 599):
            status = 500
        if status >= 500:
            traceback.print_exc()
        self.answer_error(status, type(error).__name__, str(error))

    def answer_error(self, status, error, message):
        self.answer(status, json.dumps({"error": error, "message": message}).encode("utf-8"), JSON)

    def answer(self, status, content, content_type):
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


def decoded(body, content_type):
    if content_type.split(";")[0].strip().lower() not in TEXT_TYPES:
        return body
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body


if __name__ == "__main__":
    main()
