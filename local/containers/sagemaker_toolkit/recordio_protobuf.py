"""RecordIO of protobuf records (https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-training.html), read as
`sagemaker_xgboost_container.recordio_protobuf` at cb8df91 does."""

import functools
import struct

MAGIC = 0xCED7230A
VALUES = "values"


def rows_and_labels(content):
    import numpy
    from scipy.sparse import csr_matrix, vstack

    rows, labels, is_sparse = [], [], False
    for record in map(parse, records(content)):
        if VALUES not in record.features:
            continue
        kind, tensor = tensor_of(record.features[VALUES])
        if tensor is None:
            continue
        values = numpy.array(tensor.values, dtype=kind)
        if tensor.keys:
            is_sparse = True
            columns = int(tensor.shape[0]) if tensor.shape else max(tensor.keys) + 1
            keys = numpy.array(tensor.keys, dtype="int64")
            rows.append(csr_matrix((values, keys, [0, len(keys)]), shape=(1, columns)))
        else:
            rows.append(values.reshape(1, -1))
        if VALUES in record.label:
            kind, tensor = tensor_of(record.label[VALUES])
            if tensor is not None:
                labels.append(numpy.array(tensor.values, dtype=kind))
    if not rows:
        raise ValueError("No records found in RecordIO-Protobuf data")
    return (
        vstack(rows).tocsr() if is_sparse else numpy.vstack(rows),
        numpy.concatenate(labels, axis=None) if labels else None,
    )


def records(content):
    offset = 0
    while offset + 8 <= len(content):
        magic, length = struct.unpack_from("<II", content, offset)
        if magic != MAGIC:
            raise ValueError("Invalid RecordIO magic at offset {}".format(offset))
        offset += 8
        padded = (length + 3) // 4 * 4
        if offset + padded > len(content):
            raise ValueError("Truncated record at offset {}".format(offset))
        yield content[offset : offset + length]
        offset += padded


def tensor_of(value):
    for kind in ("float32", "float64", "int32"):
        if value.HasField(kind + "_tensor"):
            return kind, getattr(value, kind + "_tensor")
    return None, None


def parse(content):
    record = record_class()()
    record.ParseFromString(content)
    return record


@functools.lru_cache(maxsize=None)
def record_class():
    """The message `aialgs.data.Record` of the page above, in proto2."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="record.proto", package="aialgs.data", syntax="proto2")

    def message(name, *fields):
        made = descriptor_pb2.DescriptorProto(name=name)
        for number, name, label, kind in fields:
            added = made.field.add(name=name, number=number, label=label)
            if isinstance(kind, str):
                added.type, added.type_name = field.TYPE_MESSAGE, ".aialgs.data." + kind
            else:
                added.type = kind
                added.options.packed = label == field.LABEL_REPEATED
        return made

    def tensor(name, kind):
        repeated = field.LABEL_REPEATED
        file.message_type.append(
            message(
                name,
                (1, "values", repeated, kind),
                (2, "keys", repeated, field.TYPE_UINT64),
                (3, "shape", repeated, field.TYPE_UINT64),
            )
        )

    tensor("Float32Tensor", field.TYPE_FLOAT)
    tensor("Float64Tensor", field.TYPE_DOUBLE)
    tensor("Int32Tensor", field.TYPE_INT32)
    optional = field.LABEL_OPTIONAL
    value = message(
        "Value",
        (2, "float32_tensor", optional, "Float32Tensor"),
        (3, "float64_tensor", optional, "Float64Tensor"),
        (7, "int32_tensor", optional, "Int32Tensor"),
    )
    value.oneof_decl.add(name="value")
    for member in value.field:
        member.oneof_index = 0
    file.message_type.append(value)
    record = message("Record")
    for number, name in ((1, "features"), (2, "label")):
        entry = message(name.capitalize() + "Entry", (1, "key", optional, field.TYPE_STRING), (2, "value", optional, "Value"))
        entry.options.map_entry = True
        record.nested_type.append(entry)
        record.field.add(
            name=name,
            number=number,
            label=field.LABEL_REPEATED,
            type=field.TYPE_MESSAGE,
            type_name=".aialgs.data.Record." + entry.name,
        )
    file.message_type.append(record)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("aialgs.data.Record"))
