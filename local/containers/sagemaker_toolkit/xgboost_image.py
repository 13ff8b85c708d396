"""What AWS's XGBoost images serve, as `sagemaker_xgboost_container.serving` at cb8df91 does: a script, or a booster without one."""

import os

from image_encoders import UnsupportedFormatError, encode
from script_model import ScriptModel
from xgboost_algorithm import AlgorithmModel
from xgboost_decoders import from_csv, from_libsvm, from_recordio_protobuf, media_type


def load(arguments):
    # XGBoost's own threads make the answer to a few rows slower: `set_default_serving_env_if_unspecified`.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if "SAGEMAKER_PROGRAM" not in os.environ:
        return AlgorithmModel(arguments.model_dir)
    import xgboost_image

    return ScriptModel(arguments, defaults=xgboost_image)


def input_fn(body, content_type):
    content_type = media_type(content_type)
    if content_type not in DECODERS:
        raise UnsupportedFormatError(content_type, DECODERS)
    return DECODERS[content_type](body)


def predict_fn(data, model):
    return model.predict(data, validate_features=False)


def output_fn(prediction, accept):
    return encode(prediction, accept), accept


DECODERS = {
    "text/csv": from_csv,
    "text/libsvm": from_libsvm,
    "text/x-libsvm": from_libsvm,
    "application/x-recordio-protobuf": from_recordio_protobuf,
}
