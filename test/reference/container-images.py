"""Writes container-images.json: URIs of AWS's images as the SageMaker Python SDK finds them, by its function `image_uris.retrieve`.

    python3 -m venv venv && . venv/bin/activate
    pip install sagemaker-core==2.27.0
    python test/reference/container-images.py > test/reference/container-images.json
"""

import json

from sagemaker.core import image_uris

REGIONS = ("us-east-1", "eu-central-1", "il-central-1", "ca-west-1", "cn-north-1", "us-gov-west-1")
INSTANCES = ("ml.m5.large", "ml.g5.xlarge")

# Arguments of `retrieve`, by the name that lib/containers/image-data.ts has for the image.
IMAGES = {
    "scikit-learn-training": [("sklearn", version, "training", {}) for version in ("1.2-1", "1.4-2", "1.9-0")],
    "scikit-learn-inference": [("sklearn", version, "inference", {}) for version in ("1.2-1", "1.4-2-py312", "1.9-0")],
    "xgboost-training": [("xgboost", version, "training", {}) for version in ("1.0-1", "1.7-1", "3.2-0")],
    "xgboost-inference": [("xgboost", version, "inference", {}) for version in ("1.0-1", "1.7-1", "3.2-0")],
    "pytorch-training": [("pytorch", version, "training", {}) for version in ("2.0.1", "2.6.0", "2.10.0")],
    "pytorch-inference": [("pytorch", version, "inference", {}) for version in ("2.0.1", "2.5.1", "2.6.0")],
    "tensorflow-training": [("tensorflow", version, "training", {}) for version in ("2.16.2", "2.19.0", "2.21.0")],
    "tensorflow-inference": [("tensorflow", version, "inference", {}) for version in ("2.16.1", "2.19.0", "2.20.0")],
    "huggingface-training": [
        ("huggingface", "4.49.0", "training", {"base_framework_version": "pytorch2.5.1"}),
        ("huggingface", "5.3.0", "training", {"base_framework_version": "pytorch2.9.0"}),
    ],
    "huggingface-inference": [
        ("huggingface", "4.49.0", "inference", {"base_framework_version": "pytorch2.6.0"}),
        ("huggingface", "5.5.3", "inference", {"base_framework_version": "pytorch2.6.0"}),
    ],
    "triton-inference": [("sagemaker-tritonserver", version, None, {}) for version in ("24.09", "26.05")],
    "ray-inference": [("ray-serve", version, None, {}) for version in ("1.2", "1.4")],
    "djl-inference": [("djl-lmi", version, None, {}) for version in ("0.32.0", "0.38.0")],
}


def retrieve(framework, version, scope, options, region, instance):
    """The URI; null where the SDK knows none."""
    try:
        return image_uris.retrieve(
            framework, region, version=version, image_scope=scope, instance_type=instance, **options
        )
    except ValueError:
        return None


ROWS = [
    {
        "image": image,
        "version": version,
        "region": region,
        "instanceType": instance,
        "uri": retrieve(framework, version, scope, options, region, instance),
    }
    for image, uses in IMAGES.items()
    for framework, version, scope, options in uses
    for region in REGIONS
    for instance in INSTANCES
]
print("[" + ",\n".join(json.dumps(row) for row in ROWS) + "]")
