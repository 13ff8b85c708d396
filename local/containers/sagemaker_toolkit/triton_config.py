"""The configuration of a model in a Triton repository, and what Triton completes of it: src/onnxruntime.cc and src/onnxruntime_utils.cc of
triton-inference-server/onnxruntime_backend, with their messages."""

import os

from script_mode import ClientError

# `default-max-batch-size` of docs/user_guide/model_configuration.md of triton-inference-server/server
DEFAULT_BATCH_SIZE = 4
SAME_NAME = ("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
ONNX_TYPES = {
    **{"tensor({})".format(name): name.upper() for name in SAME_NAME},
    **{"tensor(float16)": "FP16", "tensor(float)": "FP32", "tensor(double)": "FP64", "tensor(string)": "BYTES"},
}


def read_config(path):
    """The configuration, by Triton's own message; an empty one if there is no file."""
    from google.protobuf import text_format
    from tritonclient.grpc.model_config_pb2 import ModelConfig

    if not os.path.isfile(path):
        return ModelConfig()
    with open(path, encoding="utf-8") as file:
        try:
            return text_format.Parse(file.read(), ModelConfig())
        except text_format.ParseError as error:
            raise ClientError("failed to read text proto from {}: {}".format(path, error))


def check_config(config, name):
    if config.name and config.name != name:
        raise ClientError("the model directory is named '{}', and config.pbtxt says '{}'".format(name, config.name))
    backend = config.backend or config.platform
    if backend not in ("", "onnxruntime", "onnxruntime_onnx"):
        raise ClientError("the model {} needs {}: the local cloud serves Triton's models in ONNX only".format(name, backend))
    for field in ("ensemble_scheduling", "sequence_batching"):
        if config.HasField(field):
            raise ClientError("{} of the model {} is not implemented on the local cloud".format(field, name))
    for tensor in (*config.input, *config.output):
        if tensor.HasField("reshape"):
            raise ClientError("reshape of the model {} is not implemented on the local cloud".format(name))


def batch_size(config, session, name):
    """`AutoCompleteMaxBatch`, unless the configuration has inputs and outputs."""
    if config.input and config.output:
        return config.max_batch_size
    tensors = (*session.get_inputs(), *session.get_outputs())
    if all(tensor.shape and dims_of(tensor)[0] == -1 for tensor in tensors):
        return config.max_batch_size or DEFAULT_BATCH_SIZE
    if config.max_batch_size != 0:
        raise ClientError(
            "autofill failed for model '{}': model does not support batching while non-zero max_batch_size is specified".format(name)
        )
    return 0


def tensors_of(configured, found, batch):
    """Data type and dimensions of each tensor, without that of the batch."""
    from tritonclient.grpc.model_config_pb2 import DataType

    if configured:
        return {tensor.name: (datatype_of(DataType.Name(tensor.data_type)), list(tensor.dims)) for tensor in configured}
    return {tensor.name: (ONNX_TYPES.get(tensor.type, tensor.type), dims_of(tensor)[1 if batch > 0 else 0:]) for tensor in found}


def check_tensors(model, kind, configured, found, batch):
    """`ValidateInputs` and `ValidateOutputs`"""
    known = {tensor.name: tensor for tensor in found}
    if kind == "input" and len(configured) != len(known):
        raise ClientError(
            "unable to load model '{}', configuration expects {} inputs, model provides {}".format(model, len(configured), len(known))
        )
    for name, (datatype, dims) in configured.items():
        if name not in known:
            allowed = ", ".join(sorted(known))
            raise ClientError("unexpected inference {0} '{1}', allowed {0}s are: {2}".format(kind, name, allowed))
        provided = ONNX_TYPES.get(known[name].type)
        if provided is None:
            raise ClientError("the {} {} is {}, which Triton's ONNX Runtime backend does not take".format(kind, name, known[name].type))
        if provided != datatype:
            raise ClientError(
                "unable to load model '{}', configuration expects datatype {} for {} '{}', model provides TYPE_{}".format(
                    model, type_of(datatype), kind, name, provided
                )
            )
        check_dims(model, name, ([-1] if batch > 0 else []) + dims, dims_of(known[name]))


def check_dims(model, name, configured, provided):
    """`CompareDimsSupported`"""
    if len(configured) == len(provided) and all(size in (-1, wanted) for size, wanted in zip(provided, configured)):
        return
    raise ClientError(
        "model '{}', tensor '{}': the model expects {} dimensions (shape {}) but the model configuration specifies {} dimensions"
        " (with that of the batch: {})".format(model, name, len(provided), listed(provided), len(configured), listed(configured))
    )


def dims_of(tensor):
    return [size if isinstance(size, int) else -1 for size in tensor.shape]


def datatype_of(name):
    """`TYPE_STRING` is BYTES in requests."""
    return "BYTES" if name == "TYPE_STRING" else name[len("TYPE_"):]


def type_of(datatype):
    return "TYPE_STRING" if datatype == "BYTES" else "TYPE_" + datatype


def listed(dims):
    """`DimsListToString`"""
    return "[{}]".format(",".join(map(str, dims)))
