"""Serves a booster without a script, as `sagemaker_xgboost_container.algorithm_mode.serve` at cb8df91 does."""

import json
import os
import pickle
import threading
import traceback

from image_encoders import JSON, UnsupportedFormatError, encode
from image_results import INTERNAL_SERVER_ERROR, REQUEST_ENTITY_TOO_LARGE, with_charset
from script_mode import ClientError
from xgboost_decoders import from_csv, from_recordio_protobuf, media_type

ACCEPTED = ["application/json", "application/jsonlines", "application/x-recordio-protobuf", "text/csv"]
HTML = "text/html; charset=utf-8"
# By the names that a job may give and by media types.
CONTENT_TYPES = {
    "csv": "csv",
    "text/csv": "csv",
    "libsvm": "libsvm",
    "text/libsvm": "libsvm",
    "text/x-libsvm": "libsvm",
    "parquet": "parquet",
    "application/x-parquet": "parquet",
    "recordio-protobuf": "recordio-protobuf",
    "application/x-recordio-protobuf": "recordio-protobuf",
}
# In the order of the image's message.
NAMES = [name for name in CONTENT_TYPES if "/" not in name] + [name for name in CONTENT_TYPES if "/" in name]


class AlgorithmModel:
    """The single booster of a model archive."""

    def __init__(self, model_dir):
        for name in ("SAGEMAKER_INFERENCE_OUTPUT", "SAGEMAKER_MULTI_MODEL"):
            if os.environ.get(name):
                raise ClientError("the local cloud does not implement {}: take it from the model's environment".format(name))
        files = sorted(name for name in os.listdir(model_dir) if os.path.isfile(os.path.join(model_dir, name)) and name[0] != ".")
        if not files:
            raise ClientError("there is no model in the archive, and no script: set SAGEMAKER_PROGRAM, or put xgboost-model into it")
        if len(files) > 1:
            raise ClientError("the archive has several models, an ensemble, which the local cloud does not serve: {}".format(files))
        self.booster, self.is_pickle = load_booster(os.path.join(model_dir, files[0]))
        self.limit = int(os.environ.get("MAX_CONTENT_LENGTH", "6291456"))
        self.lock = threading.Lock()

    def respond(self, body, content_type, accept, attributes):
        if len(body) > self.limit:
            return REQUEST_ENTITY_TOO_LARGE
        if not body:
            return 204, HTML, b""
        try:
            data, kind = decode(body, content_type)
        except Exception as error:
            return refused(415, str(error))
        try:
            with self.lock:
                predictions = self.predict(data, kind).tolist()
        except Exception as error:
            return refused(400, "Unable to evaluate payload provided: {}".format(error))
        accept = media_type(accept or "")
        if not accept or accept == "*/*":
            accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "text/csv")
        elif accept.lower() not in ACCEPTED:
            return refused(406, "Accept type {} is not supported. Please use supported accept types: {}.".format(accept, ACCEPTED))
        else:
            accept = accept.lower()
        if os.environ.get("SAGEMAKER_BATCH"):
            content = "".join("{}\n".format(score) for score in predictions)
        elif accept == JSON:
            content = json.dumps({"predictions": [{"score": score} for score in predictions]})
        else:
            try:
                content = encode(predictions, accept)
            except (UnsupportedFormatError, TypeError):
                # Of the four types that it accepts, the image writes two.
                traceback.print_exc()
                return INTERNAL_SERVER_ERROR
        return 200, with_charset(accept), content.encode() if isinstance(content, str) else content

    def predict(self, data, kind):
        if self.is_pickle:
            check_columns(self.booster.num_features(), data.num_col(), kind)
        return self.booster.predict(data, validate_features=False)


def load_booster(path):
    import xgboost

    try:
        with open(path, "rb") as file:
            booster, is_pickle = pickle.load(file), True
    except Exception as unpickling:
        try:
            booster, is_pickle = xgboost.Booster(), False
            booster.load_model(path)
        except Exception as loading:
            raise ClientError(
                "Model {} cannot be loaded:\nPickle load error={}\nXGB load model error={}".format(path, unpickling, loading)
            )
    booster.set_param("nthread", 1)
    return booster, is_pickle


def decode(body, content_type):
    kind = kind_of(content_type)
    try:
        if kind == "csv":
            return from_csv(body.strip().decode("utf-8")), kind
        if kind == "libsvm":
            return from_sparse_libsvm(body.strip().decode("utf-8")), kind
        if kind == "recordio-protobuf":
            return from_recordio_protobuf(body), kind
    except Exception as error:
        if kind == "recordio-protobuf":
            template = "Loading recordio-protobuf data failed with Exception, please ensure data is in recordio-protobuf format: {} {}"
        else:
            template = "Loading {0} data failed with Exception, please ensure data is in {0} format:\n {{}}\n {{}}".format(kind)
        raise RuntimeError(template.format(type(error), error))
    raise RuntimeError("Content-type {} is not supported.".format(content_type))


def kind_of(content_type):
    if content_type is None:
        return "libsvm"
    lower = content_type.lower()
    kind = CONTENT_TYPES.get(media_type(lower))
    if kind is None:
        raise ValueError("{} is not an accepted ContentType: {}.".format(content_type, ", ".join(NAMES)))
    parameters = dict(part.strip().split("=", 1) for part in lower.split(";")[1:] if "=" in part)
    if kind == "csv" and parameters.get("label_size", "1").strip('"') != "1":
        raise ValueError(
            "{} is not an accepted csv ContentType. Optional parameter label_size must be equal to 1".format(content_type)
        )
    return kind


def from_sparse_libsvm(text):
    """Unlike a script's default, without the label and with absent cells."""
    import numpy
    import xgboost
    from scipy.sparse import csr_matrix

    rows, columns, cells = [], [], []
    for number, line in enumerate(text.split("\n")):
        for item in line.split(" "):
            if ":" in item:
                rows.append(number)
                columns.append(int(item.split(":")[0]))
                cells.append(item.split(":")[1])
    columns = numpy.array(columns).astype(int)
    if len(columns) > 0 and columns.min() >= 1:
        columns = columns - 1
    return xgboost.DMatrix(csr_matrix((numpy.array(cells).astype(float), (numpy.array(rows), columns))))


def check_columns(trained, given, kind):
    if kind == "libsvm":
        if given > trained + 1:
            raise ValueError(
                "Feature size of libsvm inference data {} is larger than feature size of trained model {}.".format(given, trained)
            )
    elif given not in (trained, trained - 1):
        raise ValueError(
            "Feature size of {} inference data {} is not consistent with feature size of trained model {}.".format(kind, given, trained)
        )


def refused(status, message):
    traceback.print_exc()
    return status, HTML, message.encode("utf-8")
