"""A model of a Triton repository that ONNX Runtime runs, with the checks of requests of Triton: src/infer_request.cc of
triton-inference-server/core."""

import os

from script_mode import ClientError
from triton_config import batch_size, check_config, check_tensors, listed, read_config, tensors_of
from triton_request import InvalidArgument, refused

FILE = "model.onnx"
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
        versions = [int(entry.name) for entry in os.scandir(directory) if entry.is_dir() and entry.name.isdigit() and int(entry.name)]
        if not versions:
            raise ClientError("failed to load model '{}': at least one version must be available under the version policy".format(name))
        self.version = max(versions)
        file = os.path.join(directory, str(self.version), config.default_model_filename or FILE)
        if not os.path.isfile(file):
            missing = os.path.relpath(file, repository)
            raise ClientError("the model {} has no {}: the local cloud serves models in ONNX".format(name, missing))
        self.session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        self.batch_size = batch_size(config, self.session, name)
        self.inputs = tensors_of(config.input, self.session.get_inputs(), self.batch_size)
        self.outputs = tensors_of(config.output, self.session.get_outputs(), self.batch_size)
        check_tensors(name, "input", self.inputs, self.session.get_inputs(), self.batch_size)
        check_tensors(name, "output", self.outputs, self.session.get_outputs(), self.batch_size)

    def infer(self, request):
        self.check(request)
        names = [name for name in self.outputs if not request.outputs or name in request.outputs]
        try:
            feeds = {name: text_of(tensor.array) for name, tensor in request.inputs.items()}
        except UnicodeDecodeError:
            raise InvalidArgument("the local cloud takes strings in UTF-8 only")
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
            raise refused(
                request_id,
                "expected {} inputs but got {} inputs for model '{}'. Got input(s) [{}], but missing required input(s) [{}]."
                " Please provide all required input(s).".format(
                    len(self.inputs), len(request.inputs), self.name, quoted(request.inputs), quoted(set(self.inputs) - set(request.inputs))
                ),
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


def text_of(array):
    """ONNX Runtime takes strings where Triton has bytes."""
    import numpy

    if array.dtype != object:
        return array
    return numpy.array([value.decode("utf-8") for value in array.ravel()], dtype=object).reshape(array.shape)


def quoted(names):
    return ",".join("'{}'".format(name) for name in sorted(names))
