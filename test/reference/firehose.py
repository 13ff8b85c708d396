"""Answers of moto to the calls in test/local/services/firehose-reference.test.ts, as a second opinion.

pip install 'moto[firehose]==5.2.1' boto3 && python firehose.py > firehose.json

Each call is sent in order; moto's messages are copies of AWS's.
"""
import json
import os

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="us-east-1")

DESTINATION = {
    "RoleARN": "arn:aws:iam::123456789012:role/delivery",
    "BucketARN": "arn:aws:s3:::scores",
    "Prefix": "scores/",
    "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60},
    "CompressionFormat": "GZIP",
}


def calls():
    scores, none = {"DeliveryStreamName": "scores"}, {"DeliveryStreamName": "none"}
    created = {"ExtendedS3DestinationConfiguration": DESTINATION}
    tags = [{"Key": "team", "Value": "ml"}]
    yield "create_delivery_stream", {**scores, **created, "Tags": tags}
    yield "create_delivery_stream", {**scores, **created}
    yield "create_delivery_stream", {"DeliveryStreamName": "labels", **created}
    yield "describe_delivery_stream", scores
    yield "describe_delivery_stream", none
    yield "list_delivery_streams", {}
    yield "list_delivery_streams", {"Limit": 1}
    yield "list_delivery_streams", {"ExclusiveStartDeliveryStreamName": "labels"}
    yield "put_record", {**scores, "Record": {"Data": "a"}}
    yield "put_record", {**none, "Record": {"Data": "a"}}
    yield "put_record_batch", {**scores, "Records": [{"Data": "a"}, {"Data": "b"}]}
    for version in ("7", "1"):
        yield "update_destination", {
            **scores,
            "CurrentDeliveryStreamVersionId": version,
            "DestinationId": "destinationId-000000000001",
            "ExtendedS3DestinationUpdate": {"Prefix": "changed/"},
        }
    yield "describe_delivery_stream", scores
    yield "tag_delivery_stream", {**scores, "Tags": [{"Key": "unit", "Value": "7"}]}
    yield "list_tags_for_delivery_stream", scores
    yield "untag_delivery_stream", {**scores, "TagKeys": ["team", "absent"]}
    yield "list_tags_for_delivery_stream", scores
    yield "list_tags_for_delivery_stream", none
    yield "delete_delivery_stream", scores
    yield "delete_delivery_stream", scores


@mock_aws
def main():
    boto3.client("s3").create_bucket(Bucket="scores")
    client = boto3.client("firehose")
    answers = []
    for operation, given in calls():
        entry = {"operation": "".join(word.title() for word in operation.split("_")), "input": given}
        try:
            entry["output"] = getattr(client, operation)(**given)
            del entry["output"]["ResponseMetadata"]
        except ClientError as error:
            entry["error"] = error.response["Error"]
        answers.append(entry)
    lines = ",\n".join(json.dumps(answer, default=str) for answer in answers)
    print(f'{{"source": "moto 5.2.1", "calls": [\n{lines}\n]}}')


main()
