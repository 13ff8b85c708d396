"""Answers of moto to the calls in test/local/services/dynamodb-reference.test.ts, as a second opinion.

pip install 'moto[dynamodb]==5.2.5' boto3==1.44.8 && python dynamodb.py > dynamodb.json
"""
import json
import os
import re

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="us-east-1")

ITEM = {
    "id": {"S": "a"},
    "at": {"N": "1"},
    "text": {"S": "hello"},
    "price": {"N": "10.50"},
    "flag": {"BOOL": True},
    "nothing": {"NULL": True},
    "tags": {"SS": ["x", "y"]},
    "sizes": {"NS": ["1", "2"]},
    "seq": {"L": [{"N": "1"}, {"S": "two"}, {"M": {"deep": {"S": "three"}}}]},
    "map": {"M": {"v1": {"S": "v"}, "n": {"N": "5"}}},
}
VALUES = {
    ":s": {"S": "hello"},
    ":h": {"S": "hel"},
    ":n": {"N": "10.5"},
    ":one": {"N": "1"},
    ":two": {"N": "2"},
    ":big": {"N": "100"},
    ":x": {"S": "x"},
    ":z": {"S": "z"},
    ":t": {"BOOL": True},
    ":null": {"NULL": True},
    ":S": {"S": "S"},
    ":SS": {"S": "SS"},
    ":L": {"S": "L"},
    ":set": {"SS": ["y", "x"]},
    ":list": {"L": [{"S": "new"}]},
    ":map": {"M": {"k": {"S": "v"}}},
    ":nset": {"NS": ["2", "3"]},
}
NAMES = {"#t": "text", "#m": "map"}

CONDITIONS = [
    "attribute_exists(#t)", "attribute_exists(nope)", "attribute_not_exists(nope)",
    "attribute_exists(#m.v1)", "attribute_exists(#m.nope)", "attribute_exists(seq[2].deep)",
    "attribute_exists(seq[7])", "attribute_type(#t, :S)", "attribute_type(tags, :SS)",
    "attribute_type(seq, :L)", "#t = :s", "#t <> :s", "nope <> :s", "nope = :s", "price = :n",
    "price < :big", "price > :big", "#t < :big", "nope < :big", "price BETWEEN :one AND :big",
    "price BETWEEN :two AND :n", "#t IN (:x, :s)", "#t IN (:x, :z)", "begins_with(#t, :h)",
    "begins_with(#t, :x)", "begins_with(price, :h)", "contains(#t, :h)", "contains(tags, :x)",
    "contains(tags, :z)", "contains(sizes, :two)", "contains(seq, :one)", "contains(seq, :x)",
    "size(#t) > :two", "size(tags) = :two", "size(#m) = :two", "size(seq) > :two", "size(price) = :two",
    "size(nope) > :one", "tags = :set", "flag = :t", "nothing = :null", "NOT #t = :s",
    "NOT (#t = :s AND price = :n)", "#t = :x OR price = :n AND flag = :t", "(#t = :x OR price = :n) AND flag = :t",
    "not attribute_exists(nope) and flag = :t", "#m.n > :two AND seq[0] = :one", ":s = #t", "price <= :n",
    "price >= :n", "seq[1] = :s OR seq[2].deep <> :x",
]
UPDATES = [
    "SET #t = :x", "SET fresh = :x", "SET price = price + :one", "SET price = price - :n", "SET price = :one + :two",
    "SET hits = if_not_exists(hits, :one)", "SET price = if_not_exists(price, :one)",
    "SET hits = if_not_exists(hits, :one) + :two", "SET seq = list_append(seq, :list)",
    "SET seq = list_append(:list, seq)", "SET seq[1] = :x", "SET seq[9] = :x", "SET #m.v1 = :x", "SET #m.fresh = :x",
    "SET #m.nope.x = :x", "SET a1 = #t, #t = :x", "REMOVE #t", "REMOVE nope", "REMOVE seq[0]",
    "REMOVE seq[0], seq[1]", "REMOVE #m.v1", "ADD price :one", "ADD fresh :one", "ADD tags :set", "ADD sizes :nset",
    "ADD fresh :nset", "DELETE sizes :nset", "DELETE tags :set", "SET #t = :x REMOVE price ADD sizes :nset",
    "SET price = #t + :one", "SET #t = nope", "SET id = :x", "ADD #t :one", "SET #t = :x, #t = :z",
    "SET #t = :x SET price = :one", "SET #t := :x", "DELETE price :set", "SET #m = :x, #m.v1 = :z",
]
PROJECTIONS = [
    "id", "id, price", "#m.v1", "seq[0]", "seq[2].deep", "seq[0], seq[2]", "nope", "id, #m.nope", "#m.v1, #m.n",
    "#t, #t", "#m, #m.v1",
]
KEY_CONDITIONS = [
    "id = :p", "id = :p AND #at = :two", "id = :p AND #at < :two", "id = :p AND #at <= :two", "id = :p AND #at > :two",
    "id = :p AND #at BETWEEN :two AND :four", "#at = :two", "id = :p OR #at = :two", "id < :p", "id = :p AND nope = :two",
    "id = :two",
]
RESERVED = ["SET name = :x", "SET status = :x", "REMOVE #t, data"]


def bytes_as_text(value):
    return json.loads(json.dumps(value, default=lambda blob: blob.decode() if isinstance(blob, bytes) else str(blob)))


def answer(call, **request):
    try:
        output = call(**request)
    except ClientError as error:
        details = {"error": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
        reasons = error.response.get("CancellationReasons")
        return {**details, **({"reasons": [reason["Code"] for reason in reasons]} if reasons else {})}
    except Exception as error:  # moto itself failed: no opinion
        return {"failed": repr(error)}
    output.pop("ResponseMetadata")
    for metrics in ["ConsumedCapacity", "ItemCollectionMetrics"]:  # which nobody asked for
        output.pop(metrics, None)
    return bytes_as_text(output)


def used(expression, given):
    """The references of an expression, since unused ones are refused."""
    found = set(re.findall(r"[#:][A-Za-z0-9_]+", expression))
    return {key: value for key, value in given.items() if key in found}


def references(expression, values=VALUES, names=NAMES):
    named, valued = used(expression, names), used(expression, values)
    return {
        **({"ExpressionAttributeNames": named} if named else {}),
        **({"ExpressionAttributeValues": valued} if valued else {}),
    }


@mock_aws
def main():
    client = boto3.client("dynamodb")

    def table(name, sort_key=None):
        attributes = [{"AttributeName": "id", "AttributeType": "S"}]
        keys = [{"AttributeName": "id", "KeyType": "HASH"}]
        if sort_key:
            attributes.append({"AttributeName": sort_key, "AttributeType": "N"})
            keys.append({"AttributeName": sort_key, "KeyType": "RANGE"})
        client.create_table(TableName=name, AttributeDefinitions=attributes, KeySchema=keys, BillingMode="PAY_PER_REQUEST")

    table("items")
    table("rows", "at")
    for at in range(1, 6):
        client.put_item(TableName="rows", Item={"id": {"S": "p"}, "at": {"N": str(at)}, "even": {"BOOL": at % 2 == 0}})
    key = {"id": {"S": "a"}}

    conditions = []
    for text in CONDITIONS:
        client.put_item(TableName="items", Item=ITEM)
        request = {"TableName": "items", "Key": key, "ConditionExpression": text, **references(text)}
        conditions.append({"request": request, "answer": answer(client.delete_item, **request)})
    updates = []
    for text in UPDATES + RESERVED:
        client.put_item(TableName="items", Item=ITEM)
        request = {
            "TableName": "items", "Key": key, "UpdateExpression": text, "ReturnValues": "ALL_NEW", **references(text),
        }
        updates.append({"request": request, "answer": answer(client.update_item, **request)})
    returned = []
    for kind in ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]:
        client.put_item(TableName="items", Item=ITEM)
        text = "SET #t = :x, #m.v1 = :z, fresh = :one REMOVE price"
        request = {
            "TableName": "items", "Key": key, "UpdateExpression": text, "ReturnValues": kind, **references(text),
        }
        returned.append({"request": request, "answer": answer(client.update_item, **request)})
    client.put_item(TableName="items", Item=ITEM)
    projections = []
    for text in PROJECTIONS:
        request = {"TableName": "items", "Key": key, "ProjectionExpression": text, **references(text)}
        projections.append({"request": request, "answer": answer(client.get_item, **request)})
    queries = []
    values = {":p": {"S": "p"}, ":two": {"N": "2"}, ":four": {"N": "4"}, ":t": {"BOOL": True}}
    names = {"#at": "at"}
    for text in KEY_CONDITIONS:
        request = {"TableName": "rows", "KeyConditionExpression": text, **references(text, values, names)}
        queries.append({"request": request, "answer": answer(client.query, **request)})
    for more in [
        {"ScanIndexForward": False}, {"Limit": 2}, {"Limit": 2, "ExclusiveStartKey": {"id": {"S": "p"}, "at": {"N": "2"}}},
        {"Select": "COUNT"}, {"FilterExpression": "even = :t"}, {"FilterExpression": "even = :t", "Limit": 3},
        {"FilterExpression": "#at = :two"},
    ]:
        text = "id = :p " + more.get("FilterExpression", "")
        request = {"TableName": "rows", "KeyConditionExpression": "id = :p", **more, **references(text, values, names)}
        queries.append({"request": request, "answer": answer(client.query, **request)})
    client.put_item(TableName="items", Item=ITEM)
    transactions = []
    write = lambda name, more: {"Put": {"TableName": "items", "Item": {"id": {"S": name}}, **more}}
    for items in [
        [write("b", {}), write("c", {})],
        [write("d", {}), write("a", {"ConditionExpression": "attribute_not_exists(id)"})],
        [write("e", {}), write("e", {})],
        [{"ConditionCheck": {"TableName": "items", "Key": key, "ConditionExpression": "attribute_exists(id)"}}, write("f", {})],
    ]:
        request = {"TransactItems": items}
        transactions.append({"request": request, "answer": answer(client.transact_write_items, **request)})
    present = sorted(item["id"]["S"] for item in client.scan(TableName="items")["Items"])
    print(json.dumps({
        "source": "moto 5.2.5", "item": ITEM, "conditions": conditions, "updates": updates, "returned": returned,
        "projections": projections, "queries": queries, "transactions": transactions, "present": present,
    }))


main()
