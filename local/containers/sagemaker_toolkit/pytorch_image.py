"""What AWS's PyTorch inference images serve: AWS's own package `sagemaker-pytorch-inference`, by its handler service."""

from handler_service_model import HandlerServiceModel


def load(arguments):
    def handler_service():
        from sagemaker_pytorch_serving_container.handler_service import HandlerService

        return HandlerService()

    return HandlerServiceModel(arguments, handler_service)
