"""Builds an empty package (PEP 517), so that the `pip install .` of a starting serving container needs no network.

The scripts and their packages are found by PYTHONPATH. pip's own build of a folder fetches setuptools, for which it needs an index.
"""

import os
import zipfile

NAME = "model_pipeline_serving-1.0.0"
TAG = "py3-none-any"


def get_requires_for_build_wheel(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    wheel = "{}-{}.whl".format(NAME, TAG)
    files = {
        "METADATA": "Metadata-Version: 2.1\nName: model-pipeline-serving\nVersion: 1.0.0\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: model-pipeline\nRoot-Is-Purelib: true\nTag: {}\n".format(TAG),
    }
    folder = NAME + ".dist-info/"
    names = [folder + name for name in list(files) + ["RECORD"]]
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), "w") as archive:
        for name, text in files.items():
            archive.writestr(folder + name, text)
        archive.writestr(folder + "RECORD", "".join("{},,\n".format(name) for name in names))
    return wheel
