"""Answers of moto to the calls in test/local/services/kinesis-reference.test.ts, as a second opinion.

pip install 'moto[kinesis]==5.2.1' boto3 && python kinesis.py > kinesis.json

Each call is sent in order. `{name}` in an input stands for what an earlier call saved. What differs from one
run to the next (sequence numbers, iterators, times) is left out; moto's messages are copies of AWS's.
"""
import json
import os

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="us-east-1")

LEFT_OUT = {
    "ResponseMetadata", "SequenceNumber", "SequenceNumberRange", "ShardIterator", "NextShardIterator",
    "ApproximateArrivalTimestamp", "StreamCreationTimestamp", "EncryptionType", "KeyId", "EnhancedMonitoring",
    # moto gives none of these, or other forms of them.
    "ConsumerCount", "MaxRecordSizeInKiB", "StreamSummaries", "NextToken", "MillisBehindLatest", "ChildShards",
}
KEYS = ["a", "customer-17", "", "Zürich", "x" * 256, "0", "transaction/2026-11-30", "😀"]


def calls():
    for shards in (1, 2, 3, 5, 7):
        name = f"of-{shards}"
        yield "create_stream", {"StreamName": name, "ShardCount": shards}
        yield "list_shards", {"StreamName": name}
        for key in KEYS:
            if key:
                yield "put_record", {"StreamName": name, "PartitionKey": key, "Data": key}
        # moto finds no shard for the last key of a range.
        for hash_key in (0, 2**127 - 2, 2**127, 2**128 // 3 - 2, 2**128 - 2):
            yield "put_record", {"StreamName": name, "PartitionKey": "k", "Data": "x", "ExplicitHashKey": str(hash_key)}
    one = {"StreamName": "one"}
    shard = {**one, "ShardId": "shardId-000000000000"}
    yield "create_stream", {**one, "ShardCount": 1, "Tags": {"team": "ml"}}
    yield "describe_stream_summary", one
    yield "put_record", {**one, "PartitionKey": "a", "Data": "first"}
    yield "put_record", {**one, "PartitionKey": "b", "Data": "second"}, ("second", "SequenceNumber")
    yield "put_records", {**one, "Records": [{"PartitionKey": str(i), "Data": f"r{i}"} for i in range(5)]}
    for position in (
        {"ShardIteratorType": "TRIM_HORIZON"},
        {"ShardIteratorType": "LATEST"},
        {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": "{second}"},
        {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": "{second}"},
    ):
        yield "get_shard_iterator", {**shard, **position}, ("iterator", "ShardIterator")
        yield "get_records", {"ShardIterator": "{iterator}", "Limit": 3}, ("next", "NextShardIterator")
        yield "get_records", {"ShardIterator": "{next}"}
    yield "get_shard_iterator", {"StreamName": "none", "ShardId": shard["ShardId"], "ShardIteratorType": "LATEST"}
    yield "put_record", {"StreamName": "none", "PartitionKey": "a", "Data": "x"}
    for hours in (23, 8_761):
        yield "increase_stream_retention_period", {**one, "RetentionPeriodHours": hours}
    yield "increase_stream_retention_period", {**one, "RetentionPeriodHours": 48}
    yield "increase_stream_retention_period", {**one, "RetentionPeriodHours": 36}
    yield "decrease_stream_retention_period", {**one, "RetentionPeriodHours": 72}
    yield "decrease_stream_retention_period", {**one, "RetentionPeriodHours": 24}
    yield "add_tags_to_stream", {**one, "Tags": {"cost": "7", "team": "data"}}
    yield "remove_tags_from_stream", {**one, "TagKeys": ["cost", "absent"]}
    yield "list_tags_for_stream", one
    yield "split_shard", {**one, "ShardToSplit": "shardId-000000000000", "NewStartingHashKey": str(2**127)}
    yield "split_shard", {**one, "ShardToSplit": "shardId-000000000000", "NewStartingHashKey": str(2**127)}
    yield "split_shard", {**one, "ShardToSplit": "shardId-000000000009", "NewStartingHashKey": "7"}
    yield "list_shards", one
    yield "merge_shards", {**one, "ShardToMerge": "shardId-000000000001", "AdjacentShardToMerge": "shardId-000000000002"}
    yield "list_shards", one
    yield "create_stream", {"StreamName": "scaled", "ShardCount": 4}
    for target in (8, 4, 2):
        yield "update_shard_count", {"StreamName": "scaled", "TargetShardCount": target, "ScalingType": "UNIFORM_SCALING"}
        yield "list_shards", {"StreamName": "scaled"}
    yield "create_stream", {"StreamName": "unlimited", "StreamModeDetails": {"StreamMode": "ON_DEMAND"}}
    yield "describe_stream_summary", {"StreamName": "unlimited"}
    yield "update_shard_count", {"StreamName": "unlimited", "TargetShardCount": 2, "ScalingType": "UNIFORM_SCALING"}
    yield "list_streams", {}
    yield "list_streams", {"Limit": 2, "ExclusiveStartStreamName": "of-1"}
    yield "delete_stream", one
    yield "describe_stream", one


def filled(value, saved):
    if isinstance(value, str):
        return saved.get(value[1:-1], value) if value.startswith("{") else value
    if isinstance(value, list):
        return [filled(item, saved) for item in value]
    if isinstance(value, dict):
        return {name: filled(item, saved) for name, item in value.items()}
    return value


def kept(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [kept(item) for item in value]
    if isinstance(value, dict):
        return {name: kept(item) for name, item in value.items() if name not in LEFT_OUT}
    return value


@mock_aws
def main():
    client = boto3.client("kinesis")
    saved, answers = {}, []
    for operation, given, *save in calls():
        entry = {"operation": "".join(word.title() for word in operation.split("_")), "input": given}
        if save:
            entry["save"] = list(save[0])
        try:
            output = getattr(client, operation)(**filled(given, saved))
            if save:
                saved[save[0][0]] = output[save[0][1]]
            entry["output"] = kept(output)
            if operation == "update_shard_count":
                # moto leaves the ARN out.
                entry["output"]["StreamARN"] = f"arn:aws:kinesis:us-east-1:123456789012:stream/{given['StreamName']}"
        except ClientError as error:
            entry["error"] = error.response["Error"]
        answers.append(entry)
    lines = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
    print(f'{{"source": "moto 5.2.1", "calls": [\n{lines}\n]}}')


main()
