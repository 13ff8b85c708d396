"""HTTP servers in Python. Usage: servers.py <server> <folder>; prints the port."""

import os
import socket
import sys

import numpy
import onnxruntime
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel


def predictor(folder):
    session = onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"))
    name = session.get_inputs()[0].name

    def predict(rows):
        features = numpy.asarray(rows, dtype=numpy.float32)
        return session.run(["probabilities"], {name: features})[0][:, 1]

    return predict


class Rows(BaseModel):
    rows: list[list[float]]


class Predictions(BaseModel):
    predictions: list[float]


def with_pydantic(folder):
    """As FastAPI's guide writes a service."""
    predict = predictor(folder)
    app = FastAPI()

    @app.post("/predictions")
    async def predictions(asked: Rows) -> Predictions:
        return Predictions(predictions=predict(asked.rows).tolist())

    return app


def with_orjson(folder):
    """Without validation, and with the fastest JSON library."""
    predict = predictor(folder)
    app = FastAPI()

    @app.post("/predictions")
    async def predictions(request: Request) -> Response:
        found = predict(orjson.loads(await request.body())["rows"])
        content = orjson.dumps({"predictions": numpy.ascontiguousarray(found)}, option=orjson.OPT_SERIALIZE_NUMPY)
        return Response(content, media_type="application/json")

    return app


if __name__ == "__main__":
    app = {"pydantic": with_pydantic, "orjson": with_orjson}[sys.argv[1]](sys.argv[2])
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="error")
    uvicorn.Server(config).run(sockets=[listener])
