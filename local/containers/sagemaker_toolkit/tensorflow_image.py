"""What AWS's TensorFlow inference images serve: TensorFlow Serving, behind nginx and, if the archive has code, a Python service.

scripts/docker/tensorflow/inference/sagemaker of aws/deep-learning-containers at e0ecedea (2.20), and
tensorflow/inference/docker/build_artifacts/sagemaker of the same repository for 2.19. PyPI has no TensorFlow Serving: TensorFlow itself
runs the SavedModels, and `tensorflow_json` reads and writes what TensorFlow Serving does.
"""

import os
import re

from script_mode import ClientError, install_requirements
from tensorflow_front import FrontEnd
from tensorflow_script import ScriptFrontEnd
from tensorflow_serving import TensorFlowServing

UNSUPPORTED = ("SAGEMAKER_TFS_ENABLE_BATCHING", "SAGEMAKER_MULTI_MODEL")


def load(arguments):
    return serving(arguments, is_strict=True)


def serving(arguments, is_strict):
    """`is_strict`: whether the image is 2.20 or later, which checks requests and passes on the status of TensorFlow Serving."""
    for name in UNSUPPORTED:
        if os.environ.get(name, "false").lower() == "true":
            raise ClientError("{} is not implemented on the local cloud".format(name))
    models = find_models(os.path.abspath(arguments.model_dir))
    if not models:
        raise ClientError("no SavedModel bundles found!")
    server = TensorFlowServing(models)
    default = os.environ.get("SAGEMAKER_TFS_DEFAULT_MODEL_NAME", "None")
    default = next(iter(models)) if default == "None" else default
    code = os.path.join(os.path.abspath(arguments.model_dir), "code")
    # serve.py, `_need_python_service`.
    if any(os.path.exists(os.path.join(code, name)) for name in ("inference.py", "requirements.txt", "lib")):
        packages = None
        if not os.path.exists(os.path.join(code, "lib")):
            packages = install_requirements(code, os.path.join(arguments.root, "packages"))
        return ScriptFrontEnd(server, default, code, packages, is_strict)
    return FrontEnd(server, default, is_strict)


def find_models(root):
    """tfs_utils.py, `find_models`: the directories of the versions of each model, by its name."""
    models = {}
    for directory, _, files in os.walk(root):
        parent, version = os.path.split(directory)
        if "saved_model.pb" in files and re.fullmatch(r"\d+", version):
            # The archive is at /opt/ml/model.
            name = "model" if parent == root else os.path.basename(parent)
            models.setdefault(name, {})[int(version)] = directory
    return models
