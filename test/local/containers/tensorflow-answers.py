"""Prints what the stand-in of AWS's TensorFlow images makes of requests, without TensorFlow: cases are read from standard input."""

import json
import sys

sys.path.insert(0, sys.argv[1])

import numpy  # noqa: E402
from tensorflow_front import FrontEnd  # noqa: E402
from tensorflow_json import InvalidArgument, feeds_of, to_json  # noqa: E402


def main():
    cases = json.load(sys.stdin)
    answers = {
        "front": [front(case) for case in cases["front"]],
        "tensors": [tensors(case) for case in cases["tensors"]],
        "texts": [to_json({name: numpy.array(value, kind) for name, (value, kind) in case["outputs"].items()}, case["isRow"]) for case in cases["texts"]],
    }
    json.dump(answers, sys.stdout)


def front(case):
    sent = {}

    class Server:
        def post(self, path, body):
            sent.update(path=path, body=body.decode())
            return case["reply"]["status"], case["reply"]["text"].encode()

    end = FrontEnd(Server(), "model", case["isStrict"])
    status, kind, body = end.respond(case["body"].encode(), case.get("contentType"), case.get("accept"), case.get("attributes"))
    return {**({"sent": sent} if sent else {}), "answer": {"status": status, "contentType": kind, "body": body.decode()}}


def tensors(case):
    def inputs_of(name):
        return name, case["types"]

    try:
        feeds, is_row = feeds_of(case["request"].encode(), inputs_of)
    except InvalidArgument as error:
        return {"error": str(error)}
    arrays = {name: [list(array.shape), [value.decode() if isinstance(value, bytes) else value for value in array.ravel().tolist()]] for name, array in feeds.arrays.items()}
    return {"signature": feeds.signature, "isRow": is_row, "arrays": arrays}


if __name__ == "__main__":
    main()
