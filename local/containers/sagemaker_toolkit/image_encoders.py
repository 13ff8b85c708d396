"""What the default functions of AWS's scikit-learn images read, and those of the scikit-learn and XGBoost images write, as
`sagemaker_containers._encoders` 2.8.6.post2 does."""

import csv
import io
import json

JSON = "application/json"
CSV = "text/csv"
NPY = "application/x-npy"
# The content types whose body scripts get as text. Content types are compared whole: with a charset it is another one.
UTF8_TYPES = (JSON, CSV)


class UnsupportedFormatError(Exception):
    def __init__(self, content_type, supported):
        super().__init__(
            "content type '{}' is not supported by the image, which takes {}: define input_fn or output_fn".format(
                content_type, ", ".join(sorted(supported))
            )
        )


def decode(body, content_type):
    if content_type not in DECODERS:
        raise UnsupportedFormatError(content_type, DECODERS)
    return DECODERS[content_type](body)


def encode(prediction, content_type):
    if content_type not in ENCODERS:
        raise UnsupportedFormatError(content_type, ENCODERS)
    return ENCODERS[content_type](prediction)


def from_csv(text):
    import numpy

    rows = list(csv.reader(io.StringIO(text), strict=True))
    # A single row becomes one-dimensional, and so does a single column.
    return numpy.array(rows).squeeze().astype("float64")


def from_json(text):
    import numpy

    return numpy.array(json.loads(text))


def from_npy(body):
    import numpy

    # Stricter than the image, which unpickles objects: whoever sends them runs code.
    return numpy.load(io.BytesIO(body), allow_pickle=False)


def to_csv(prediction):
    import numpy

    array = numpy.array(prediction)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", strict=True).writerows(array.reshape(-1, 1) if array.ndim == 1 else array)
    return text.getvalue()


def to_json(prediction):
    def default(value):
        if hasattr(value, "tolist"):
            return value.tolist()
        return json.JSONEncoder().default(value)

    return json.dumps(prediction, default=default)


def to_npy(prediction):
    import numpy

    body = io.BytesIO()
    numpy.save(body, prediction)
    return body.getvalue()


DECODERS = {CSV: from_csv, JSON: from_json, NPY: from_npy}
ENCODERS = {CSV: to_csv, JSON: to_json, NPY: to_npy}
