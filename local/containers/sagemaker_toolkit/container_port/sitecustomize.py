"""Gives each container a port of its own on loopback, where it asks for port 8080 as SageMaker requires. Found by PYTHONPATH when Python starts.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

import importlib.machinery
import importlib.util
import json
import os
import socket
import sys

SAGEMAKER_PORT = 8080
bind = socket.socket.bind


def bind_on_loopback(self, address):
    if self.family != socket.AF_INET:
        return bind(self, address)
    host, port = address
    # Other machines must not reach it.
    bind(self, ("127.0.0.1" if host in ("", "0.0.0.0") else host, 0 if port == SAGEMAKER_PORT else port))
    if port == SAGEMAKER_PORT:
        announcement = json.dumps({"event": "listening", "port": self.getsockname()[1]})
        os.write(1, (announcement + "\n").encode("utf-8"))


def run_next_sitecustomize():
    """The one that this module stands before, if there is one."""
    here = os.path.dirname(os.path.abspath(__file__))
    others = [path for path in sys.path if os.path.abspath(path) != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


socket.socket.bind = bind_on_loopback
# It binds without Python's sockets. Servers take asyncio where it is not there.
sys.modules["uvloop"] = None
run_next_sitecustomize()
