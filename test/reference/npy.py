"""Arrays as NumPy saves them, in base64, with their values. Run: python npy.py > npy.json"""

import base64
import io
import json

import numpy

ARRAYS = [
    numpy.array([[1.5, -2.25, 3], [4, numpy.nan, 6]]),
    numpy.array([[1.5, -2.25], [4, 6]], dtype="float32"),
    numpy.array([1, -2, 2**53], dtype="int64"),
    numpy.array([[0, 255]], dtype="uint8"),
    numpy.array([True, False]),
    numpy.array([[1, 2], [3, 4]], dtype=">f8"),
    numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3)),
    numpy.asfortranarray(numpy.arange(12, dtype="int16").reshape(2, 3, 2)),
    numpy.array(7.0),
    numpy.empty((0, 3)),
]


def saved(array):
    content = io.BytesIO()
    numpy.save(content, array)
    return {
        "npy": base64.b64encode(content.getvalue()).decode(),
        "shape": list(array.shape),
        # JSON has no NaN.
        "values": [None if value != value else float(value) for value in array.ravel(order="C")],
    }


print(json.dumps({"numpy": numpy.__version__, "arrays": [saved(array) for array in ARRAYS]}))
