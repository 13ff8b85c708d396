"""Prints what the transformer of `sagemaker-pytorch-inference` makes of requests, without a server around it."""

import base64
import json
import os
import sys
from unittest.mock import MagicMock

from sagemaker_inference.transformer import Transformer
from sagemaker_pytorch_serving_container.default_pytorch_inference_handler import DefaultPytorchInferenceHandler


def main():
    model_dir, requests = sys.argv[1], json.load(sys.stdin)
    sys.path.insert(0, os.path.join(model_dir, "code"))
    transformer = Transformer(default_inference_handler=DefaultPytorchInferenceHandler())
    json.dump([answer_of(transformer, model_dir, request) for request in requests], sys.stdout)


def answer_of(transformer, model_dir, request):
    context = MagicMock()
    context.system_properties = {"model_dir": model_dir}
    context.request_processor[0].get_request_properties.return_value = request["headers"]
    (answer,) = transformer.transform([{"body": base64.b64decode(request["body"])}], context)
    status = context.set_response_status.call_args
    content_type = context.set_response_content_type.call_args
    return {
        "status": status.kwargs["code"] if status else 200,
        "contentType": content_type.args[1] if content_type else "",
        "body": base64.b64encode(answer.encode() if isinstance(answer, str) else bytes(answer)).decode(),
    }


if __name__ == "__main__":
    main()
