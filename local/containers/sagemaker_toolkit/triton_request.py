"""Requests and responses of Triton's inference protocol, in JSON and with binary tensors: src/http_server.cc, with its messages.

https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol and the binary tensor data extension of
triton-inference-server/server. Needs numpy only.
"""

import collections
import json

BINARY = "application/vnd.sagemaker-triton.binary+json;json-header-size="
TYPES = {
    **{name: name.lower() for name in ("BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64")},
    **{"FP16": "float16", "FP32": "float32", "FP64": "float64", "BYTES": "object"},
}

Request = collections.namedtuple("Request", "id inputs outputs")
Input = collections.namedtuple("Input", "datatype shape array")


class InvalidArgument(Exception):
    pass


def refused(request_id, message):
    """`LogRequest` of src/infer_request.h of triton-inference-server/core."""
    return InvalidArgument("[request id: {}] {}".format(request_id or "<id_unknown>", message))


def header_length(content_type, length):
    """How many bytes of the body are JSON: all, whatever the content type is, unless it is the one of binary tensors."""
    at = (content_type or "").find(BINARY)
    if at < 0:
        return length
    if at > 0:
        raise InvalidArgument("expect MIME type for binary data starts with '{}', got: {}".format(BINARY, content_type))
    size = content_type[len(BINARY):]
    if not size.isdigit():
        raise InvalidArgument("Unable to parse inference header size, got: " + size)
    if int(size) > length:
        raise InvalidArgument("inference header size should be in range (0, {}), got: {}".format(length, size))
    if int(size) == 0:
        raise InvalidArgument("requests of raw binary data (json-header-size=0) are not implemented on the local cloud")
    return int(size)


def read_request(body, header, model):
    try:
        document = json.loads(body[:header])
    except (ValueError, RecursionError) as error:
        raise InvalidArgument("failed to parse the request JSON buffer: {}".format(error))
    request_id = read(document, "id", str) if "id" in members(document) else None
    is_binary = flag(members(document, "parameters"), "binary_data_output")
    data, inputs = memoryview(body)[header:], {}
    for each in read(document, "inputs", list):
        name, tensor, data = read_input(each, data, model, request_id)
        inputs[name] = tensor
    if data:
        raise InvalidArgument("unexpected additional input data for model '{}'".format(model))
    wanted = read(document, "outputs", list) if "outputs" in document else []
    outputs = {read(each, "name", str): wants_binary(each) for each in wanted}
    return Request(request_id, inputs, outputs or collections.defaultdict(lambda: is_binary))


def read_input(document, data, model, request_id):
    """The name and the tensor of an input, and the binary data that follow its own."""
    parameters = members(document, "parameters")
    found = [
        field
        for field, is_set in (
            ("'data'", "data" in members(document)),
            ("'binary_data_size'", "binary_data_size" in parameters),
            ("'shared_memory_region'", "shared_memory_region" in parameters),
        )
        if is_set
    ]
    if len(found) != 1:
        raise InvalidArgument(
            "Input must set only one of the following fields: 'data', 'binary_data_size' in 'parameters', 'shared_memory_region' in"
            " 'parameters'. But " + ("set " + " ".join(found) if found else "no field is set")
        )
    if "shared_memory_region" in parameters:
        raise InvalidArgument("shared memory is not implemented on the local cloud")
    name, datatype, shape = read(document, "name", str), read(document, "datatype", str), read(document, "shape", list)
    if not all(isinstance(size, int) and not isinstance(size, bool) and size >= 0 for size in shape):
        raise InvalidArgument("Unable to parse 'shape'")
    if datatype not in TYPES:
        raise InvalidArgument("invalid datatype for input " + name)
    if "data" in document:
        return name, Input(datatype, shape, from_json(name, datatype, shape, read(document, "data", list))), data

    def refusal(text):
        return refused(request_id, text.format(name, model))

    size = read(parameters, "binary_data_size", int)
    if size > len(data):
        raise InvalidArgument(
            "unexpected size for input '{}', expecting {} additional bytes for model '{}'".format(name, size - len(data), model)
        )
    return name, Input(datatype, shape, from_bytes(datatype, shape, bytes(data[:size]), refusal)), data[size:]


def wants_binary(output):
    parameters = members(output, "parameters")
    for name in ("classification", "shared_memory_region"):
        if name in parameters:
            raise InvalidArgument("the parameter {} of outputs is not implemented on the local cloud".format(name))
    return flag(parameters, "binary_data")


def members(document, *path):
    """`Find`: what is no object has no members."""
    for name in path:
        document = members(document).get(name)
    return document if isinstance(document, dict) else {}


def flag(parameters, name):
    return read(parameters, name, bool) if name in parameters else False


def read(document, name, kind):
    value = members(document).get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InvalidArgument("Unable to parse '{}'".format(name))
    return value


def from_json(name, datatype, shape, data):
    import numpy

    if datatype == "FP16":
        raise InvalidArgument("receiving FP16 data via JSON is not supported. Please use the binary data format for input " + name)
    values = [scalar_of(datatype, value) for value in flat(data)]
    size = count(shape)
    if len(values) > size:
        raise InvalidArgument("Unable to parse 'data': Shape does not match true shape of 'data' field")
    if len(values) < size:
        raise InvalidArgument("Failed to parse 'data' field: shape does not match true shape")
    # `static_cast`: what a smaller integer does not hold wraps.
    widest = {"I": "int64", "U": "uint64"}.get(datatype[0], TYPES[datatype])
    return numpy.array(values, dtype=widest).astype(TYPES[datatype]).reshape(shape)


def flat(data):
    """The values in the order of the text, however deep they are."""
    rest = data[::-1]
    while rest:
        each = rest.pop()
        if isinstance(each, list):
            rest.extend(each[::-1])
        else:
            yield each


def scalar_of(datatype, value):
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if datatype == "BOOL" and isinstance(value, bool):
        return value
    if datatype == "BYTES" and isinstance(value, str):
        return value.encode("utf-8")
    if datatype.startswith("FP") and is_number:
        return value
    if datatype.startswith("INT") and is_number and isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    if datatype.startswith("UINT") and is_number and isinstance(value, int) and 0 <= value < 2**64:
        return value
    raise InvalidArgument("Unable to parse 'data': attempt to access JSON {}".format(ACCESS.get(datatype.rstrip("0123456789"))))


# triton_json.h of triton-inference-server/common
ACCESS = {
    "BOOL": "non-boolean as boolean",
    "BYTES": "non-string as string",
    "FP": "non-number as double",
    "INT": "non-signed-integer as signed-integer",
    "UINT": "non-unsigned-integer as unsigned-integer",
}


def from_bytes(datatype, shape, data, refusal):
    """`refusal` makes an error of a message of src/infer_request.cc with `{0}` for the input and `{1}` for the model."""
    import numpy

    if datatype != "BYTES":
        expected = count(shape) * numpy.dtype(TYPES[datatype]).itemsize
        if len(data) != expected:
            raise refusal("input byte size mismatch for input '{{0}}' for model '{{1}}'. Expected {}, got {}".format(expected, len(data)))
        return numpy.frombuffer(data, dtype=TYPES[datatype]).reshape(shape)
    values = []
    while data:
        size = int.from_bytes(data[:4], "little")
        if len(data) < 4 + size:
            raise refusal("incomplete string data for inference input '{0}' for model '{1}'")
        values.append(data[4:4 + size])
        data = data[4 + size:]
    if len(values) != count(shape):
        raise refusal("expected {} string elements for inference input '{{0}}' for model '{{1}}', got {}".format(count(shape), len(values)))
    return numpy.array(values, dtype=object).reshape(shape)


def count(shape):
    product = 1
    for size in shape:
        product *= size
    return product


def write_response(model, request, outputs):
    """The body, and the size of its JSON if binary data follow."""
    documents, tensors = [], []
    for name, (datatype, array) in outputs.items():
        document = {"name": name, "datatype": datatype, "shape": list(array.shape)}
        if request.outputs[name]:
            tensors.append(to_bytes(datatype, array))
            document["parameters"] = {"binary_data_size": len(tensors[-1])}
        else:
            document["data"] = to_json(datatype, array)
        documents.append(document)
    id_ = {} if request.id is None else {"id": request.id}
    document = {**id_, "model_name": model.name, "model_version": str(model.version), "outputs": documents}
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    return text + b"".join(tensors), len(text) if tensors else None


def to_json(datatype, array):
    if datatype == "FP16":
        raise InvalidArgument("sending FP16 data via JSON is not supported. Please use the binary data format for output")
    values = array.ravel().tolist()
    return [value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in values]


def to_bytes(datatype, array):
    if datatype != "BYTES":
        return array.tobytes()
    encoded = [value.encode("utf-8") if isinstance(value, str) else value for value in array.ravel().tolist()]
    return b"".join(len(value).to_bytes(4, "little") + value for value in encoded)
