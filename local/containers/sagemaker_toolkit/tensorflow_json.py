"""Tensors in the JSON of TensorFlow Serving: tensorflow_serving/util/json_tensor.cc, with its messages.

Needs numpy only.
"""

import base64
import binascii
import collections

from rapidjson_text import INDENT, Raw, debug, parse, pretty, type_of

# DataTypeString of tensorflow/core/framework/types.cc
NAMES = {"float32": "float", "float64": "double"}
INTEGERS = {"int8": 32, "int16": 32, "uint8": 32, "int32": 32, "int64": 64}

Feeds = collections.namedtuple("Feeds", "signature arrays")


class InvalidArgument(Exception):
    pass


def feeds_of(body, inputs_of):
    """The arrays of a request and whether it has rows. `inputs_of(signature name)`: the name, and the data type of each input."""
    try:
        document = parse(body.decode("utf-8", errors="replace"))
    except ValueError as error:
        raise InvalidArgument(str(error))
    if not isinstance(document, dict):
        raise malformed(document, "Is not object")
    chosen = document.get("signature_name", "")
    if not isinstance(chosen, str):
        raise InvalidArgument(
            "JSON Value: {} not formatted correctly. 'signature_name' key must be a string value.".format(debug(document))
        )
    signature, types = inputs_of(chosen)
    is_row = "instances" in document
    if is_row and "inputs" in document:
        raise malformed(document, "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist ")
    if not is_row and "inputs" not in document:
        raise InvalidArgument("Missing 'inputs' or 'instances' key")
    if is_row:
        rows = document["instances"]
        if not isinstance(rows, list):
            raise malformed(document, "Expecting 'instances' to be an list/array")
        if not rows:
            raise malformed(document, "No values in 'instances' array")
        return Feeds(signature, of_rows(rows, types)), is_row
    return Feeds(signature, of_columns(document["inputs"], types)), is_row


def of_rows(rows, types):
    """`FillTensorMapFromInstancesList`"""
    if not isinstance(rows[0], dict) and len(types) > 1:
        raise InvalidArgument(
            "instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map"
        )
    are_objects = is_object(rows[0])
    tensors = collections.defaultdict(list)
    for at, row in enumerate(rows):
        if is_object(row) != are_objects:
            kinds = ("object", "list") if are_objects else ("value/list", "object")
            raise InvalidArgument("Expecting {} but got {} at item {} of input list".format(*kinds, at))
        for name, value in row.items() if are_objects else [(next(iter(types)), row)]:
            try:
                if name not in types:
                    raise InvalidArgument("JSON object: does not have named input: " + name)
                add(tensors[name], tensor_of(value, types[name]))
            except InvalidArgument as error:
                key = " key: " + name if are_objects else ""
                raise InvalidArgument(
                    "Failed to process element: {}{} of 'instances' list. Error: INVALID_ARGUMENT: {}".format(at, key, error)
                )
        if are_objects and set(row) != set(types):
            raise InvalidArgument(
                "Failed to process element: {} of 'instances' list. JSON object: {} keys must be equal to: {}".format(
                    at, debug(row), ",".join(sorted(types))
                )
            )
    return {
        name: array_of((len(rows), *values[0][0]), [each for _, row in values for each in row], types[name])
        for name, values in tensors.items()
    }


def add(rows, tensor):
    shape, values = tensor
    if rows and len(rows[0][1]) != len(values):
        raise InvalidArgument("Expecting tensor size: {} but got: {}".format(len(rows[0][1]), len(values)))
    if rows and rows[0][0] != shape:
        expected, got = ("[{}]".format(",".join(map(str, each))) for each in (rows[0][0], shape))
        raise InvalidArgument("Expecting shape {} but got: {}".format(expected, got))
    rows.append(tensor)


def of_columns(value, types):
    """`FillTensorMapFromInputsMap`"""
    if not is_object(value):
        if len(types) > 1:
            raise InvalidArgument(
                "inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map"
            )
        value = {next(iter(types)): value}
    missing = [name for name in types if name not in value]
    if missing:
        raise InvalidArgument("Missing named input: {} in 'inputs' object.".format(missing[0]))
    return {name: array_of(*tensor_of(value[name], kind), kind) for name, kind in types.items()}


def tensor_of(value, kind):
    """The shape of a dense tensor, and its values in row-major order."""
    shape, first = [], value
    while isinstance(first, list):
        shape.append(len(first))
        first = first[0] if first else None
    values = []
    fill(value, 0, shape, kind, values)
    return tuple(shape), values


def fill(value, level, shape, kind, values):
    if not isinstance(value, list):
        if level != len(shape):
            raise InvalidArgument(
                "JSON Value: {} found at incorrect level: {} in the JSON DOM. Expected at level: {}".format(
                    debug(value), level + 1, len(shape)
                )
            )
        values.append(scalar_of(value, kind))
        return
    if level >= len(shape):
        raise InvalidArgument("Encountered list at unexpected level: {} expected < {}".format(level, len(shape)))
    if len(value) != shape[level]:
        raise InvalidArgument(
            "Encountered list at unexpected size: {} at level: {} expected size: {}".format(len(value), level, shape[level])
        )
    for each in value:
        fill(each, level + 1, shape, kind, values)


def scalar_of(value, kind):
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind in NAMES and is_number:
        return value
    if kind in INTEGERS and is_number and isinstance(value, int) and -(2 ** (INTEGERS[kind] - 1)) <= value < 2 ** (INTEGERS[kind] - 1):
        return value
    if kind in ("uint32", "uint64") and is_number and isinstance(value, int) and 0 <= value < 2 ** int(kind[4:]):
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "string":
        if isinstance(value, str):
            return value.encode("utf-8")
        if isinstance(value, dict):
            return from_base64(value)
    raise InvalidArgument(
        "JSON Value: {} Type: {} is not of expected type: {}".format(debug(value), type_of(value), NAMES.get(kind, kind))
    )


def from_base64(value):
    if is_object(value):
        raise malformed(value, "not formatted correctly for base64 data")
    try:
        return base64.b64decode(value["b64"], validate=True)
    except binascii.Error:
        raise InvalidArgument("Unable to base64 decode")


def array_of(shape, values, kind):
    import numpy

    if kind in INTEGERS:
        # `Tensor::FromProto` copies 32 bits: what a smaller integer does not hold wraps.
        return numpy.array(values, dtype="int64").astype(kind).reshape(shape)
    return numpy.array(values, dtype=object if kind == "string" else kind).reshape(shape)


def is_object(value):
    """Whether it is an object, and not bytes as base64."""
    return isinstance(value, dict) and not (len(value) == 1 and isinstance(value.get("b64"), str))


def to_json(outputs, is_row):
    """The arrays by name, which TensorFlow Serving writes in any order."""
    return rows_text(outputs) if is_row else columns_text(outputs)


def columns_text(outputs):
    """`MakeColumnarFormatJsonFromTensors`"""
    columns = {name: written(array, name) for name, array in outputs.items()}
    return pretty({"outputs": columns if len(columns) > 1 else next(iter(columns.values()))}, in_one_line=False)


def rows_text(outputs):
    """`MakeRowFormatJsonFromTensors`"""
    size = None
    for name, array in outputs.items():
        if array.ndim == 0:
            raise InvalidArgument("Tensor name: {} has no shape information ".format(name))
        if size is not None and size != array.shape[0]:
            raise InvalidArgument("Tensor name: {} has inconsistent batch size: {} expecting: {}".format(name, array.shape[0], size))
        size = array.shape[0]
    rows = [{name: written(array[at], name) for name, array in outputs.items()} for at in range(size)]
    if len(outputs) == 1:
        texts = ", ".join(pretty(value) for row in rows for value in row.values())
    else:
        texts = ",".join("\n" + INDENT * 2 + pretty(row, 2) for row in rows)
    return "{\n" + INDENT + '"predictions": [' + texts + "\n" + INDENT + "]\n}"


def written(value, name):
    """The value of an output as JSON; strings of an output whose name ends in `_bytes` as base64."""
    import numpy

    if isinstance(value, numpy.ndarray) and value.ndim > 0:
        return [written(each, name) for each in value]
    scalar = value[()] if isinstance(value, numpy.ndarray) else value
    if isinstance(scalar, bytes):
        return {"b64": base64.b64encode(scalar).decode()} if name.endswith("_bytes") else scalar.decode("utf-8", errors="replace")
    if isinstance(scalar, (numpy.float32, numpy.float64)):
        return Raw(decimal_text(scalar))
    return scalar.item()


def decimal_text(value):
    """`WriteDecimal`: six digits if they give the same number, otherwise as many as are needed for any."""
    import numpy

    if not numpy.isfinite(value):
        return "NaN" if numpy.isnan(value) else "-Infinity" if value < 0 else "Infinity"
    text = "%g" % value
    if type(value)(text) != value:
        text = "%.*g" % (9 if isinstance(value, numpy.float32) else 17, value)
    return text if "." in text or "e" in text else text + ".0"


def malformed(value, problem):
    return InvalidArgument("JSON Value: {} {}".format(debug(value), problem))
