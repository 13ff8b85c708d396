"""A model of a Triton repository that ONNX Runtime runs, with the checks of Triton: src/infer_request.cc of triton-inference-server/core
and src/onnxruntime.cc of triton-inference-server/onnxruntime_backend."""

import os

from script_mode import ClientError
from triton_request import InvalidArgument, refused

# `default-max-batch-size` of docs/user_guide/model_configuration.md
DEFAULT_BATCH_SIZE = 4
FILE = "model.onnx"
ONNX_TYPES = {
    **{"tensor({})".format(name): name.upper() for name in ("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")},
    **{"tensor(float16)": "FP16", "tensor(float)": "FP32", "tensor(double)": "FP64", "tensor(string)": "BYTES"},
}
BATCH_NOTE = (
    "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each input shape. If you"
    " want to specify the full shape including the batch dim in your input dims config, try setting max_batch_size to zero. See the model"
    " configuration docs for more info on max_batch_size."
)


class TritonModel:
    def __init__(self, repository, name):
        import onnxruntime

        self.name = name
        directory = os.path.join(repository, name)
        config = read_config(os.path.join(directory, "config.pbtxt"))
        check_config(config, name)
        # The version policy by default: the latest.
        versions = [int(entry.name) for entry in os.scandir(directory) if entry.is_dir() and entry.name.isdigit() and entry.name != "0"]
        if not versions:
            raise ClientError("failed to load model '{}': at least one version must be available under the version policy".format(name))
        self.version = max(versions)
        file = os.path.join(directory, str(self.version), config.default_model_filename or FILE)
        if not os.path.isfile(file):
            raise ClientError("the model {} has no {}: the local cloud serves models in ONNX".format(name, os.path.relpath(file, repository)))
        self.session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        self.batch_size = batch_size(config, self.session, name)
        self.inputs = tensors_of(config.input, self.session.get_inputs(), self.batch_size)
        self.outputs = tensors_of(config.output, self.session.get_outputs(), self.batch_size)

    def infer(self, request):
        self.check(request)
        names = [name for name in self.outputs if not request.outputs or name in request.outputs]
        feeds = {name: text_of(tensor.array) for name, tensor in request.inputs.items()}
        try:
            arrays = self.session.run(names, feeds)
        except Exception as error:
            raise InvalidArgument("onnx runtime error: {}".format(error))
        return {name: (self.outputs[name][0], array) for name, array in zip(names, arrays)}

    def check(self, request):
        request_id = request.id
        for name in request.outputs:
            if name not in self.outputs:
                raise InvalidArgument("unexpected inference output '{}' for model '{}'".format(name, self.name))
        for name in request.inputs:
            if name not in self.inputs:
                raise InvalidArgument("unexpected inference input '{}' for model '{}'".format(name, self.name))
        if len(request.inputs) != len(self.inputs):
            missing = ",".join("'{}'".format(name) for name in sorted(set(self.inputs) - set(request.inputs)))
            raise refused(
                request_id,
                "expected {} inputs but got {} inputs for model '{}'. Got input(s) [{}], but missing required input(s) [{}]. Please provide all"
                " required input(s).".format(
                    len(self.inputs), len(request.inputs), self.name, ",".join("'{}'".format(name) for name in sorted(request.inputs)), missing
                )
            )
        if self.batch_size > 0:
            self.check_batch(request.inputs, request_id)
        for name, tensor in request.inputs.items():
            self.check_tensor(name, tensor, request_id)

    def check_batch(self, inputs, request_id):
        size = None
        for name, tensor in inputs.items():
            if not tensor.shape:
                raise refused(request_id, "input '{}' has no shape but model requires batch dimension for '{}'".format(name, self.name))
            if size is not None and tensor.shape[0] != size:
                raise refused(request_id, "input '{}' batch size does not match other inputs for '{}'".format(name, self.name))
            size = tensor.shape[0]
        if size > self.batch_size:
            raise refused(request_id, "inference request batch-size must be <= {} for '{}'".format(self.batch_size, self.name))

    def check_tensor(self, name, tensor, request_id):
        datatype, dims = self.inputs[name]
        if tensor.datatype != datatype:
            raise refused(
                request_id,
                "inference input '{}' data-type is '{}', but model '{}' expects '{}'".format(name, tensor.datatype, self.name, datatype)
            )
        expected = ([-1] if self.batch_size > 0 else []) + dims
        if len(expected) != len(tensor.shape) or any(wanted not in (-1, size) for wanted, size in zip(expected, tensor.shape)):
            note = BATCH_NOTE if self.batch_size > 0 else ""
            raise refused(
                request_id,
                "unexpected shape for input '{}' for model '{}'. Expected {}, got {}. {}".format(
                    name, self.name, listed(expected), listed(tensor.shape), note
                )
            )


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
    if any(tensor.HasField("reshape") for tensor in (*config.input, *config.output)):
        raise ClientError("reshape of the model {} is not implemented on the local cloud".format(name))


def batch_size(config, session, name):
    """`AutoCompleteMaxBatch`, unless the configuration has inputs and outputs."""
    if config.input and config.output:
        return config.max_batch_size
    can_batch = all(tensor.shape and not isinstance(tensor.shape[0], int) for tensor in (*session.get_inputs(), *session.get_outputs()))
    if can_batch:
        return config.max_batch_size or DEFAULT_BATCH_SIZE
    if config.max_batch_size != 0:
        raise ClientError("autofill failed for model '{}': model does not support batching while non-zero max_batch_size is specified".format(name))
    return 0


def tensors_of(configured, found, batch):
    """Data type and dimensions of each tensor, without that of the batch."""
    from tritonclient.grpc.model_config_pb2 import DataType

    if configured:
        return {tensor.name: (datatype_of(DataType.Name(tensor.data_type)), list(tensor.dims)) for tensor in configured}
    tensors = {}
    for tensor in found:
        if tensor.type not in ONNX_TYPES:
            raise ClientError("the tensor {} is {}, which Triton's ONNX Runtime backend does not take".format(tensor.name, tensor.type))
        dims = [size if isinstance(size, int) else -1 for size in tensor.shape]
        tensors[tensor.name] = (ONNX_TYPES[tensor.type], dims[1 if batch > 0 else 0:])
    return tensors


def datatype_of(name):
    """`TYPE_STRING` is BYTES in requests."""
    return "BYTES" if name == "TYPE_STRING" else name[len("TYPE_"):]


def text_of(array):
    """ONNX Runtime takes strings where Triton has bytes."""
    import numpy

    return array if array.dtype != object else numpy.array([value.decode("utf-8") for value in array.ravel()], dtype=object).reshape(array.shape)


def listed(dims):
    """`DimsListToString`"""
    return "[{}]".format(",".join(map(str, dims)))
