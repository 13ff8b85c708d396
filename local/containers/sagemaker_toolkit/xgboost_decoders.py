"""What AWS's XGBoost images read: `encoder` and `recordio_protobuf` of `sagemaker_xgboost_container` at cb8df91."""

import csv

from recordio_protobuf import rows_and_labels


def media_type(content_type):
    """A content type without its parameters, as `cgi.parse_header` reads it."""
    return content_type.split(";")[0].strip()


def from_csv(body):
    import numpy
    import xgboost

    text = body.decode() if isinstance(body, bytes) else body
    sniffed = csv.Sniffer().sniff(text.split("\n")[0][:512]).delimiter
    delimiter = "," if sniffed.isalnum() else sniffed
    rows = [["nan" if cell == "" else cell for cell in line.split(delimiter)] for line in text.split("\n")]
    return xgboost.DMatrix(numpy.array(rows).astype("float64"))


def from_libsvm(body):
    import numpy
    import xgboost

    text = body.decode("utf-8") if isinstance(body, bytes) else body
    rows = [cells_of(line) for line in text.strip().split("\n")]
    if not any(rows):
        return xgboost.DMatrix(numpy.empty((0, 0)))
    indices = [index for row in rows for index in row]
    first = 1 if min(indices) >= 1 else 0
    data = numpy.zeros((len(rows), max(indices) - first + 1))
    for i, row in enumerate(rows):
        for index, value in row.items():
            data[i, index - first] = value
    return xgboost.DMatrix(data)


def cells_of(line):
    pairs = (token.split(":", 1) for token in line.split() if ":" in token)
    return {int(index): float(value) for index, value in pairs}


def from_recordio_protobuf(body):
    import xgboost

    rows, labels = rows_and_labels(bytes(body))
    return xgboost.DMatrix(rows, label=labels)
