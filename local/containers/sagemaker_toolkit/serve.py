"""Serves a model on 127.0.0.1 as one of AWS's images does: /ping and /invocations.

The scikit-learn and XGBoost images run `sagemaker_sklearn_container.serving` (github.com/aws/sagemaker-scikit-learn-container) and
`sagemaker_xgboost_container.serving` (github.com/aws/sagemaker-xgboost-container) on `sagemaker-containers` 2.8.6.post2 and Flask 3.1.3,
behind nginx. What this file answers is compared with theirs by test/reference/scikit-learn-serving.json and xgboost-serving.json.
"""

import argparse
import importlib
import json
import os
import sys
import threading
import traceback

from image_encoders import JSON
from loopback_server import LoopbackHandler, LoopbackServer
from script_mode import ClientError, die_with_parent, isolate_this_process


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True, help="the module that loads a model as the image does")
    parser.add_argument("--root", required=True)
    parser.add_argument("--model-dir", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--source-archive")
    parser.add_argument("--network-isolation", action="store_true")
    arguments = parser.parse_args()
    die_with_parent()
    if arguments.network_isolation:
        isolate_this_process()
    try:
        server = Server(("127.0.0.1", arguments.port), Handler)
    except OSError as error:
        sys.exit("cannot listen on 127.0.0.1:{}: {}".format(arguments.port, error))
    print(json.dumps({"event": "listening", "port": server.server_address[1]}), flush=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        server.model = importlib.import_module(arguments.image).load(arguments)
    except ClientError as error:
        sys.exit("cannot load the model: {}".format(error))
    except BaseException:
        traceback.print_exc()
        sys.exit("cannot load the model of {}".format(arguments.model_dir))
    thread.join()


class Server(LoopbackServer):
    model = None


class Handler(LoopbackHandler):
    def get(self):
        if self.path != "/ping":
            return self.answer(404, JSON, NOT_FOUND)
        self.answer(200 if self.server.model is not None else 503, JSON, b"")

    def post(self, body):
        if self.path != "/invocations":
            return self.answer(404, JSON, NOT_FOUND)
        if self.server.model is None:
            return self.answer_error(503, "NotReady", "the model is being loaded")
        content_type = self.headers.get("ContentType") or self.headers.get("Content-Type")
        attributes = self.headers.get("X-Amzn-SageMaker-Custom-Attributes")
        self.answer(*self.server.model.respond(body, content_type, self.headers.get("Accept"), attributes))


# nginx, for a path that is not the model's.
NOT_FOUND = b"{}"


if __name__ == "__main__":
    main()
