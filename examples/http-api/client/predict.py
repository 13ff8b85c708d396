"""Asks the API for a prediction with the client that openapi-python-client generates."""

import json
import os

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session
from churn_client import Client
from churn_client.api.default import predict
from churn_client.models import PredictBodyType0, Row


class Signature(httpx.Auth):
    """Signature Version 4, with the keys of the environment."""

    requires_request_body = True

    def auth_flow(self, request):
        content_type = {"content-type": request.headers["content-type"]}
        signed = AWSRequest(request.method, str(request.url), data=request.content, headers=content_type)
        region = os.environ.get("AWS_REGION", "us-east-1")
        SigV4Auth(Session().get_credentials(), "execute-api", region).add_auth(signed)
        request.headers.update(dict(signed.headers))
        yield request


client = Client(base_url=os.environ["API_URL"], httpx_args={"auth": Signature()})
customer = Row(months=12, monthly_charge=79.5, support_calls=3)
answer = predict.sync(client=client, body=PredictBodyType0(rows=[customer]))
print(json.dumps({"predictions": answer.predictions, "modelVersion": answer.model_version}))
