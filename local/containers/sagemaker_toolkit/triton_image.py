"""What AWS's Triton images serve, of a model in ONNX: docker/sagemaker/serve and src/sagemaker_server.cc of
triton-inference-server/server."""

import json
import os
import threading

from image_encoders import JSON
from script_mode import ClientError
from triton_model import TritonModel
from triton_request import BINARY, InvalidArgument, header_length, read_request, write_response

UNSUPPORTED = ("SAGEMAKER_MULTI_MODEL", "SAGEMAKER_TRITON_ADDITIONAL_ARGS")


def load(arguments):
    for name in UNSUPPORTED:
        if os.environ.get(name, "false") != "false":
            raise ClientError("{} is not implemented on the local cloud".format(name))
    if os.environ.get("SAGEMAKER_TRITON_INFERENCE_TYPE", "infer") != "infer":
        raise ClientError("SAGEMAKER_TRITON_INFERENCE_TYPE other than 'infer' is not implemented on the local cloud")
    repository = os.path.abspath(arguments.model_dir)
    return TritonServer(TritonModel(repository, model_name(repository)))


def model_name(repository):
    """The checks of `serve`, with its messages."""
    if os.path.isfile(os.path.join(repository, "config.pbtxt")):
        raise ClientError("Incorrect directory structure. Model directory needs to contain the top level folder")
    name = os.environ.get("SAGEMAKER_TRITON_DEFAULT_MODEL_NAME")
    if name:
        if os.path.isdir(os.path.join(repository, name)):
            return name
        raise ClientError("Directory with provided SAGEMAKER_TRITON_DEFAULT_MODEL_NAME {} does not exist".format(name))
    directories = sorted(entry.name for entry in os.scandir(repository) if entry.is_dir())
    if not directories:
        raise ClientError("No model found in model repository")
    if len(directories) > 1:
        raise ClientError(
            "More than 1 model directory found in model repository. Either provide a single directory or set"
            " SAGEMAKER_TRITON_DEFAULT_MODEL_NAME to run the ensemble backend. Directories found in model repository: "
            + " ".join(directories)
        )
    return directories[0]


class TritonServer:
    def __init__(self, model):
        self.model = model
        self.lock = threading.Lock()

    def respond(self, body, content_type, accept, attributes):
        try:
            header = header_length(content_type, len(body))
            request = read_request(body, header, self.model.name)
            with self.lock:
                outputs = self.model.infer(request)
            content, length = write_response(self.model, request, outputs)
        except InvalidArgument as error:
            # Whatever the error, SageMaker's part of Triton answers 400.
            return 400, JSON, json.dumps({"error": str(error)}, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
        return 200, JSON if length is None else BINARY + str(length), content
