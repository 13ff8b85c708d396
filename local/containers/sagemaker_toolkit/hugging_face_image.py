"""What AWS's Hugging Face inference images serve: AWS's own package `sagemaker-huggingface-inference-toolkit`, by its handler service."""

import os

from handler_service_model import HandlerServiceModel
from script_mode import ClientError


def load(arguments):
    if "HF_MODEL_ID" in os.environ:
        raise ClientError("HF_MODEL_ID is not implemented on the local cloud: put the model into the archive, as save_pretrained() writes it")

    def handler_service():
        from sagemaker_huggingface_inference_toolkit.handler_service import HuggingFaceHandlerService

        return HuggingFaceHandlerService()

    return HandlerServiceModel(arguments, handler_service)
