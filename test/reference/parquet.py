"""Parquet files in every codec, in base64, with the rows that they hold. Run: python parquet.py > parquet.json

Made with Python 3.11.7, pyarrow 26.0.1.
"""

import base64
import datetime
import io
import json

import pyarrow
import pyarrow.parquet

NOON = datetime.datetime(2026, 11, 24, 12, 0, 0, tzinfo=datetime.timezone.utc)
TABLE = pyarrow.table(
    {
        "late": pyarrow.array([0, 1, None, 1, 0], pyarrow.int32()),
        "delay": pyarrow.array([0.5, None, float("nan"), -1e-9, float("inf")], pyarrow.float64()),
        "carrier": pyarrow.array(["AA", "ü, \"x\"", None, "", "AA"]),
        "cancelled": pyarrow.array([True, False, None, True, False]),
        "departure": pyarrow.array([NOON + datetime.timedelta(hours=hour) for hour in range(5)], pyarrow.timestamp("us", "UTC")),
        "ticket": pyarrow.array([1, 2**53 + 1, None, -(2**63), 5], pyarrow.int64()),
    }
)
NESTED = pyarrow.table({"late": [0, 1], "legs": [[1, 2], []]})


# The first page of the column holds no value at all.
EMPTY_PAGE = pyarrow.table({"delay": pyarrow.array([None] * 10 + list(range(10)), pyarrow.float64())})

# 100 customers to score: one has no age, and one a plan that is not known.
CUSTOMERS = pyarrow.table(
    {
        "customer": pyarrow.array(range(100), pyarrow.int64()),
        "age": pyarrow.array([None if i == 7 else i for i in range(100)], pyarrow.float64()),
        "plan": pyarrow.array(["gold" if i == 9 else "free" for i in range(100)]),
        "visits": pyarrow.array([[i] for i in range(100)]),
    }
)


def packed(table, **options):
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer, **options)
    return base64.b64encode(buffer.getvalue()).decode()


def main():
    codecs = ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]
    files = {codec: packed(TABLE, compression=codec, row_group_size=2) for codec in codecs}
    empty_page = {
        codec: packed(EMPTY_PAGE, compression=codec, data_page_version="2.0", data_page_size=1, write_batch_size=10)
        for codec in codecs
    }
    document = {"version": pyarrow.__version__, "files": files, "nested": packed(NESTED), "emptyPage": empty_page, "customers": packed(CUSTOMERS, row_group_size=40)}
    print(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
