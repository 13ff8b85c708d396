"""Serves a logistic regression, whose coefficients are in model.json, as SageMaker asks for it."""

import csv
import json
import math
import os

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response

with open(os.path.join(os.environ["MODEL_DIR"], "model.json")) as file:
    MODEL = json.load(file)

app = FastAPI()


@app.get("/ping")
def ping():
    return {}


@app.post("/invocations")
async def invocations(request: Request):
    content_type = request.headers.get("content-type", "").split(";")[0]
    if content_type != "text/csv":
        raise HTTPException(415, "send rows of text/csv, not {!r}".format(content_type))
    lines = (await request.body()).decode().splitlines()
    try:
        rows = [[float(cell) for cell in row] for row in csv.reader(lines) if row]
    except ValueError as error:
        raise HTTPException(400, str(error))
    if any(len(row) != len(MODEL["weights"]) for row in rows):
        raise HTTPException(400, "each row has the cells {}".format(", ".join(MODEL["weights"])))
    return Response("".join("{!r}\n".format(probability(row)) for row in rows), media_type="text/csv")


def probability(row):
    score = MODEL["intercept"] + sum(weight * cell for weight, cell in zip(MODEL["weights"].values(), row))
    return 1 / (1 + math.exp(-score))


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8080)
