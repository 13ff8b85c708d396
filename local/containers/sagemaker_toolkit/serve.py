"""Serves a model on 127.0.0.1 as one of AWS's images does: /ping and /invocations.

The scikit-learn and XGBoost images run `sagemaker_sklearn_container.serving` (github.com/aws/sagemaker-scikit-learn-container) and
`sagemaker_xgboost_container.serving` (github.com/aws/sagemaker-xgboost-container) on `sagemaker-containers` 2.8.6.post2 and Flask 3.1.3,
behind nginx. What this file answers is compared with theirs by test/reference/scikit-learn-serving.json and xgboost-serving.json.
"""

import argparse
import http.server
import importlib
import json
import os
import sys
import threading
import traceback

from image_encoders import JSON
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


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    model = None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body in one segment: two small ones would wait 40 ms for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.is_of_web_page():
            return self.refuse_web_page()
        if self.path != "/ping":
            return self.answer(404, JSON, NOT_FOUND)
        self.answer(200 if self.server.model is not None else 503, JSON, b"")

    def do_POST(self):
        if self.is_of_web_page():
            return self.refuse_web_page()
        length = self.headers.get("Content-Length")
        if length is None or not length.isdigit():
            self.close_connection = True
            return self.answer_error(411, "LengthRequired", "Content-Length is missing")
        body = self.rfile.read(int(length))
        if self.path != "/invocations":
            return self.answer(404, JSON, NOT_FOUND)
        if self.server.model is None:
            return self.answer_error(503, "NotReady", "the model is being loaded")
        content_type = self.headers.get("ContentType") or self.headers.get("Content-Type")
        response = self.server.model.respond(body, content_type, self.headers.get("Accept"))
        self.answer(*response)

    def is_of_web_page(self):
        """Browsers let every page reach loopback: they say so, or name a host that is not this machine's (DNS rebinding)."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        marks = [self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site")]
        return host not in ("127.0.0.1", "localhost") or any(mark is not None for mark in marks)

    def refuse_web_page(self):
        # Its body is left unread.
        self.close_connection = True
        self.answer_error(403, "Forbidden", "web pages are not answered")

    def answer_error(self, status, error, message):
        self.answer(status, JSON, json.dumps({"error": error, "message": message}).encode("utf-8"))

    def answer(self, status, content_type, content):
        try:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, template, *values):
        if "/ping" not in getattr(self, "path", ""):
            sys.stderr.write((template % values) + "\n")


# nginx, for a path that is not the model's.
NOT_FOUND = b"{}"


if __name__ == "__main__":
    main()
