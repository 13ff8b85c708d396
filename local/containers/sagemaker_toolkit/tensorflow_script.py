"""The Python service of AWS's TensorFlow inference images, which runs `code/inference.py`: python_service.py and tfs_utils.py."""

import collections
import http
import importlib.util
import io
import json
import os
import sys
import threading
import traceback

from image_encoders import JSON
from tensorflow_front import JSON_TYPES, chosen_by, request_path

Context = collections.namedtuple(
    "Context",
    "model_name model_version method rest_uri grpc_port channel custom_attributes request_content_type accept_header content_length"
    " timeout",
    # Images until 2.19 have no timeout: no script can have relied on it.
    defaults=(300,),
)


class ScriptFrontEnd:
    def __init__(self, server, default_model, code, packages, is_strict):
        self.server = server
        self.default_model = default_model
        self.is_strict = is_strict
        # serve.py replaces PYTHONPATH for the service by these two.
        path = [code] + [directory for directory in (os.path.join(code, "lib"), packages) if directory and os.path.isdir(directory)]
        sys.path[:0] = path
        os.environ["PYTHONPATH"] = os.pathsep.join(path)
        self.has_script = os.path.exists(os.path.join(code, "inference.py"))
        self.handler = self.handler_of(os.path.join(code, "inference.py")) if self.has_script else self.default_handler
        # One worker of gunicorn.
        self.lock = threading.Lock()

    def respond(self, body, content_type, accept, attributes):
        try:
            path = request_path(attributes, self.default_model, self.is_strict)
        except ValueError as error:
            return failed(400, str(error))
        kind = (content_type or "").split(";")[0].strip().lower()
        if self.is_strict and not self.has_script and kind and kind not in (*JSON_TYPES, "text/csv"):
            return failed(415, "Unsupported Media Type: " + kind)
        chosen = chosen_by(attributes)
        context = Context(
            *(chosen.get(name) for name in ("tfs-model-name", "tfs-model-version", "tfs-method")),
            "http://localhost:{}{}".format(self.server.port, path),
            None,
            None,
            attributes,
            content_type or JSON,
            accept or JSON,
            len(body),
        )
        try:
            with self.lock:
                content, answer_type = self.handler(io.BytesIO(body), context)
            return 200, answer_type, content.encode("utf-8") if isinstance(content, str) else content
        except ServingError as error:
            return error.answer_of(accept)
        except Exception as error:
            traceback.print_exc()
            return failed(500, str(error))

    def default_handler(self, data, context):
        response = self.post(context, data.read().decode("utf-8"))
        return response.content, context.accept_header

    def handler_of(self, script):
        spec = importlib.util.spec_from_file_location("inference", script)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        if hasattr(module, "handler"):
            return module.handler
        if not hasattr(module, "input_handler") or not hasattr(module, "output_handler"):
            raise NotImplementedError("Handlers are not implemented correctly in user script.")
        return lambda data, context: module.output_handler(self.post(context, module.input_handler(data, context)), context)

    def post(self, context, data):
        import requests

        response = requests.post(context.rest_uri, data=data, timeout=context.timeout)
        if self.is_strict and response.status_code != 200:
            raise ServingError(response.status_code, response.content.decode("utf-8", "replace"))
        return response


class ServingError(Exception):
    """`falcon.HTTPError` 3.1.0, which answers by `default_serialize_error`."""

    def __init__(self, status, description):
        super().__init__(description)
        self.status = status

    def answer_of(self, accept):
        is_read = not accept or any(kind in accept for kind in (JSON, "application/*", "*/*", "+json"))
        title = "{} {}".format(self.status, http.HTTPStatus(self.status).phrase)
        body = json.dumps({"title": title, "description": str(self)}, ensure_ascii=False) if is_read else ""
        return self.status, JSON, body.encode("utf-8")


def failed(status, message):
    return status, JSON, json.dumps({"error": message}).encode("utf-8")
