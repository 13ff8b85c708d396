"""What AWS's scikit-learn images serve, as `sagemaker_sklearn_container.serving` does."""

from image_encoders import UTF8_TYPES, decode, encode
from script_model import ScriptModel


def load(arguments):
    import scikit_learn_image

    return ScriptModel(arguments, defaults=scikit_learn_image)


def input_fn(body, content_type):
    array = decode(body, content_type)
    return array.astype("float32") if content_type in UTF8_TYPES else array


def predict_fn(data, model):
    return model.predict(data)


def output_fn(prediction, accept):
    return encode(prediction, accept), accept
