"""What a training script might try with the rights of its job. Prints, for each attempt, whether AWS denied it."""

import datetime
import hashlib
import hmac
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request

BUCKET = re.search(r"s3://([^/]+)/models/", json.dumps(dict(os.environ))).group(1)


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def call(service, method, path, query="", body=b""):
    """A request with Signature Version 4; returns status and text."""
    endpoint = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
    region = os.environ["AWS_REGION"]
    time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    path = urllib.parse.quote(path, safe="/-_.~")
    headers = {
        "host": endpoint.netloc,
        "x-amz-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-amz-date": time,
        "x-amz-security-token": os.environ["AWS_SESSION_TOKEN"],
    }
    if service == "monitoring":
        headers["content-type"] = "application/x-amz-json-1.0"
        headers["x-amz-target"] = "GraniteServiceVersion20100801.PutMetricData"
    names = ";".join(sorted(headers))
    lines = "".join("{}:{}\n".format(name, headers[name]) for name in sorted(headers))
    request = "\n".join([method, path, query, lines, names, headers["x-amz-content-sha256"]])
    scope = "/".join([time[:8], region, service, "aws4_request"])
    text = "\n".join(["AWS4-HMAC-SHA256", time, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in [time[:8], region, service, "aws4_request"]:
        key = sign(key, part)
    headers["authorization"] = "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}".format(
        os.environ["AWS_ACCESS_KEY_ID"], scope, names, hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    )
    url = "{}://{}{}{}".format(endpoint.scheme, endpoint.netloc, path, "?" + query if query else "")
    try:
        answer = urllib.request.urlopen(
            urllib.request.Request(url, data=body if method != "GET" else None, headers=headers, method=method)
        )
        return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


def attempt(name, *request):
    _, text = call(*request)
    print("attempt " + json.dumps({"what": name, "denied": "AccessDenied" in text}), flush=True)


def keys():
    status, text = call("s3", "GET", "/" + BUCKET, "list-type=2")
    assert status == 200, text
    return re.findall(r"<Key>([^<]+)</Key>", text)


found = [key for key in keys() if not key.startswith(("checkpoints/", "training-output/"))]
for key in found:
    attempt("overwrite " + key, "s3", "PUT", "/{}/{}".format(BUCKET, key), "", b"attack")
    attempt("delete " + key, "s3", "DELETE", "/{}/{}".format(BUCKET, key))
    if not re.match(r"datasets/[^/]+/train/|models/[^/]+/sourcedir.tar.gz", key):
        attempt("read " + key, "s3", "GET", "/{}/{}".format(BUCKET, key))
for prefix in ["capture/x.jsonl", "ground-truth/x.jsonl", "models/9.9.9/model.tar.gz", "ledger/99999999.json"]:
    attempt("write " + prefix, "s3", "PUT", "/{}/{}".format(BUCKET, prefix), "", b"attack")
attempt("list assets", "s3", "GET", "/cdk-hnb659fds-assets-000000000000-us-east-1", "list-type=2")
metric = json.dumps({"Namespace": "ModelPipeline", "MetricData": [{"MetricName": "DriftedFeatures", "Value": 0}]})
attempt("publish metrics of the pipeline", "monitoring", "POST", "/", "", metric.encode())
