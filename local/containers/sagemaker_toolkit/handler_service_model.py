"""A model that a handler service serves, with the worker process of TorchServe around it, or of Multi Model Server, which that began as.

https://github.com/pytorch/serve/blob/master/docs/custom_service.md, ts/service.py and ts/protocol/otf_message_handler.py of the same
repository, with `decode_input_request=false`, as `sagemaker-pytorch-inference` configures it; mms/service.py of `multi-model-server`.
"""

import importlib
import json
import os
import sys
import threading
import traceback

from image_encoders import JSON
from script_mode import install_requirements
from script_model import python_path


class HandlerServiceModel:
    def __init__(self, arguments, handler_service):
        model_dir = os.path.abspath(arguments.model_dir)
        code = os.path.join(model_dir, "code")
        packages = install_requirements(code, os.path.join(arguments.root, "packages"))
        sys.path[:0] = [path for path in (code, packages, *python_path(model_dir)) if path]
        importlib.invalidate_caches()
        self.context = Context(model_dir)
        self.service = handler_service()
        self.service.initialize(self.context)
        # By default, a worker takes one request at a time, and scripts rely on it.
        self.lock = threading.Lock()

    def respond(self, body, content_type, accept, attributes):
        headers = {"Content-Type": content_type, "Accept": accept}
        with self.lock:
            self.context.begin({name: value for name, value in headers.items() if value})
            try:
                answers = self.service.handle([{"body": body}], self.context)
            except MemoryError:
                return failed(507, "Out of resources")
            except Exception as error:
                # `PredictionException` of either server.
                if hasattr(error, "error_code"):
                    return failed(error.error_code, error.message)
                return failed(503, "Prediction failed")
            if not isinstance(answers, list):
                return failed(503, "Invalid model predict output")
            if len(answers) != 1:
                return failed(503, "number of batch response mismatched")
            try:
                return self.context.status, self.context.content_type, bytes_of(answers[0])
            except TypeError:
                return failed(503, "Unsupported model output data type.")


class Context:
    """What handlers use of `ts.context.Context`."""

    def __init__(self, model_dir):
        self.model_name = "model"
        self.manifest = None
        self.system_properties = {"model_dir": model_dir, "gpu_id": None, "batch_size": 1, "server_name": "MMS", "server_version": "0.12.0"}
        self.metrics = Metrics()
        self.begin({})

    def begin(self, headers):
        self.headers = headers
        self.request_processor = [self]
        self.status, self.content_type = 200, ""

    def get_request_properties(self):
        return self.headers

    def get_request_property(self, key):
        return self.headers.get(key)

    def get_request_header(self, idx, key):
        return self.headers.get(key)

    def set_response_content_type(self, idx, value):
        self.content_type = value or ""

    def set_response_status(self, code=200, phrase="", idx=0):
        self.status = code


class Metrics:
    """Nobody reads what handlers measure."""

    def __getattr__(self, name):
        return lambda *arguments, **options: None


def bytes_of(answer):
    import torch

    if isinstance(answer, (bytes, bytearray)):
        return bytes(answer)
    if isinstance(answer, str):
        return answer.encode("utf-8")
    if isinstance(answer, torch.Tensor):
        raise TypeError("a tensor, which TorchServe pickles")
    return json.dumps(answer, indent=2).encode("utf-8")


def failed(status, message):
    """`NettyUtils.sendError` of TorchServe."""
    traceback.print_exc()
    error = {"code": status, "type": "InternalServerException", "message": message}
    return status, JSON, (json.dumps(error, indent=2) + "\n").encode("utf-8")
