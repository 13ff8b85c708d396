"""The REST API of TensorFlow Serving on SavedModels, which TensorFlow runs in sessions, as TensorFlow Serving does.

tensorflow_serving/model_servers/http_rest_api_handler.cc and http_server.cc.
"""

import re
import threading

from image_encoders import JSON
from loopback_server import LoopbackHandler, LoopbackServer
from rapidjson_text import pretty
from tensorflow_json import InvalidArgument, feeds_of, to_json

# http_rest_api_util.cc
PREDICTION = re.compile(r"/v1/models/([^/:]+)(?:/versions/(\d+))?:(classify|regress|predict)", re.IGNORECASE)
STATUS = re.compile(r"/v1/models/([^/:]+)(?:/versions/(\d+))?", re.IGNORECASE)
DEFAULT_SIGNATURE = "serving_default"


class TensorFlowServing:
    """@param models directories of SavedModels by version, by the name of the model"""

    def __init__(self, models):
        self.models = {
            name: {version: SavedModel(directory) for version, directory in sorted(versions.items())}
            for name, versions in models.items()
        }
        server = LoopbackServer(("127.0.0.1", 0), Handler)
        server.serving = self
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def get(self, path):
        found = STATUS.fullmatch(path)
        model = self.find(*found.groups()) if found else None
        if model is None:
            return not_found(path)
        status = {"error_code": "OK", "error_message": ""}
        versions = [{"version": str(version), "state": "AVAILABLE", "status": status} for version in model]
        return 200, pretty({"model_version_status": versions}).encode("utf-8")

    def post(self, path, body):
        found = PREDICTION.fullmatch(path)
        if not found:
            return failed(400, "Malformed request: POST " + path)
        name, version, method = found.groups()
        if method.lower() != "predict":
            return failed(501, "tfs-method={} is not implemented on the local cloud".format(method))
        model = self.find(name, version)
        if model is None:
            wanted = "Specific({}, {})".format(name, version) if version else "Latest({})".format(name)
            return failed(404, "Servable not found for request: " + wanted)
        try:
            return 200, model[max(model)].predict(body)
        except InvalidArgument as error:
            return failed(400, str(error))
        except RecursionError:
            return failed(400, "JSON that is nested as deep as this is not read on the local cloud")

    def find(self, name, version):
        """The model's versions, or the chosen one alone; None if they are not there."""
        versions = self.models.get(name)
        if versions is None or version is None:
            return versions
        return {int(version): versions[int(version)]} if int(version) in versions else None


class SavedModel:
    def __init__(self, directory):
        import tensorflow as tf

        self.session = tf.compat.v1.Session(graph=tf.Graph())
        with self.session.graph.as_default():
            self.signatures = tf.compat.v1.saved_model.load(self.session, ["serve"], directory).signature_def
        self.OpError = tf.errors.OpError
        self.types = {number: tf.as_dtype(number).name for number in range(1, 24) if is_type(tf, number)}

    def predict(self, body):
        feeds, is_row = feeds_of(body, self.inputs)
        signature = self.signatures[feeds.signature]
        fetches = {name: info.name for name, info in sorted(signature.outputs.items())}
        named = {signature.inputs[name].name: array for name, array in feeds.arrays.items()}
        try:
            outputs = self.run(fetches, named)
        except self.OpError as error:
            raise InvalidArgument(error.message)
        return to_json(outputs, is_row).encode("utf-8")

    def inputs(self, name):
        """The data type of each input of a signature."""
        name = name or DEFAULT_SIGNATURE
        if name not in self.signatures:
            raise InvalidArgument('Serving signature name: "{}" not found in signature def'.format(name))
        return name, {key: self.types.get(info.dtype, "") for key, info in self.signatures[name].inputs.items()}

    def run(self, fetches, feeds):
        try:
            return self.session.run(fetches, feeds)
        except ValueError as error:
            # TensorFlow's Python checks shapes that TensorFlow Serving leaves to the operations.
            raise InvalidArgument(str(error))


class Handler(LoopbackHandler):
    def get(self):
        self.respond(self.server.serving.get(self.path))

    def post(self, body):
        self.respond(self.server.serving.post(self.path, body))

    def respond(self, answer):
        status, content = answer
        self.answer(status, JSON, content)


def is_type(tf, number):
    try:
        return tf.as_dtype(number) is not None
    except TypeError:
        return False


def not_found(path):
    return failed(404, "Could not find any versions of model " + path.rsplit("/", 1)[-1])


def failed(status, message):
    return status, pretty({"error": message}).encode("utf-8")
