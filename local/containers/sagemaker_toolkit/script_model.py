"""A model that a script serves, with the default functions of an image for those that the script lacks."""

import importlib
import os
import sys
import threading
import traceback

from image_encoders import JSON, UTF8_TYPES
from image_results import INTERNAL_SERVER_ERROR, response_of
from script_mode import ClientError, install_requirements, unpack


class ScriptModel:
    """`defaults` has what `sagemaker_containers.beta.framework.transformer.Transformer` is given by the image."""

    def __init__(self, arguments, defaults):
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
        self.input_fn = getattr(module, "input_fn", defaults.input_fn)
        self.predict_fn = getattr(module, "predict_fn", defaults.predict_fn)
        self.output_fn = getattr(module, "output_fn", defaults.output_fn)
        self.model = module.model_fn(model_dir)
        # A worker of the image takes one request at a time, and scripts rely on it.
        self.lock = threading.Lock()

    def respond(self, body, content_type, accept, attributes):
        """Status, content type and body of the answer to a request; either header is None if it was not sent."""
        content_type = content_type or JSON
        if not accept or accept == "*/*":
            accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)
        try:
            return self.transform(body, content_type, accept)
        except Exception:
            # Whatever it is: the image wraps an error of a script, with a status or without, and of its own defaults in one that Flask
            # answers by 500.
            traceback.print_exc()
            return INTERNAL_SERVER_ERROR

    def transform(self, body, content_type, accept):
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
