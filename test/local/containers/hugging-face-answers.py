"""Prints what AWS's package `sagemaker-huggingface-inference-toolkit` makes of requests, run by the worker of `multi-model-server`."""

import base64
import json
import struct
import sys

from mms.service import Service
from sagemaker_huggingface_inference_toolkit.handler_service import HuggingFaceHandlerService


def main():
    model_dir, requests = sys.argv[1], json.load(sys.stdin)
    handler = HuggingFaceHandlerService()
    service = Service("model", model_dir, None, handler.handle, None, 1)
    handler.initialize(service.context)
    json.dump([answer_of(service, request) for request in requests], sys.stdout)


def answer_of(service, request):
    headers = [{"name": name.encode(), "value": value.encode()} for name, value in request["headers"].items()]
    body = {"name": "body", "contentType": "", "value": base64.b64decode(request["body"])}
    message = service.predict([{"requestId": b"1", "headers": headers, "parameters": [body]}])
    reader = Reader(bytes(message))
    status, reason = reader.number(), reader.text()
    reader.text()
    content_type, _status, _phrase = reader.text(), reader.number(), reader.text()
    for _header in range(reader.number()):
        reader.text(), reader.text()
    return {"status": status, "contentType": content_type, "body": base64.b64encode(reader.bytes() if status == 200 else reason.encode()).decode()}


class Reader:
    """Reads what `mms/protocol/otf_message_handler.py` writes for the server."""

    def __init__(self, message):
        self.message, self.at = message, 0

    def number(self):
        (number,) = struct.unpack_from("!i", self.message, self.at)
        self.at += 4
        return number

    def bytes(self):
        length = self.number()
        self.at += length
        return self.message[self.at - length : self.at]

    def text(self):
        return self.bytes().decode("utf-8")


if __name__ == "__main__":
    main()
