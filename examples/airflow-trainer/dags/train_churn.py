"""Trains a model of customers who leave, and puts it into the registry of the pipeline, which takes over from there."""

import csv
import io
import json
import math
import os
import pathlib
import tarfile

import boto3
from airflow.sdk import Param, dag, get_current_context, task

PIPELINE = "churn"
LABEL = "churned"


@dag(schedule=None, params={"data": Param("data/customers.csv", type="string"), "iterations": Param(300, type="integer")})
def train_churn():
    @task
    def train(params=None):
        """Fits a logistic regression by gradient descent; every fifth row is kept for the pipeline to judge it on."""
        with open(params["data"]) as file:
            rows = list(csv.DictReader(file))
        names = [name for name in rows[0] if name != LABEL]
        examples = [([float(row[name]) for name in names], int(row[LABEL])) for row in rows]
        holdout, training = examples[::5], [one for index, one in enumerate(examples) if index % 5]
        model = fit(names, training, params["iterations"])
        right = sum((score(model, features) > 0) == bool(label) for features, label in holdout)
        lines = [[LABEL, *names]] + [[label, *features] for features, label in holdout]
        return {"model": model, "holdout": lines, "accuracy": right / len(holdout)}

    @task
    def put_model_package(trained):
        """Uploads the archive and the holdout, and puts a package that names them into the registry."""
        run_id = get_current_context()["run_id"].replace("+", "_")
        parts = json.loads(boto3.client("ssm").get_parameter(Name=f"/model-pipeline/{PIPELINE}/resources")["Parameter"]["Value"])
        folder = f"uploads/airflow/{run_id}"
        for name, content in {"model.tar.gz": archive(trained["model"]), "holdout.csv": text(trained["holdout"])}.items():
            boto3.client("s3").put_object(Bucket=parts["bucket"], Key=f"{folder}/{name}", Body=content)
        package = boto3.client("sagemaker").create_model_package(
            ModelPackageGroupName=parts["modelPackageGroup"],
            ModelApprovalStatus="PendingManualApproval",
            InferenceSpecification={
                "Containers": [
                    {"Image": parts["servingImage"], "ModelDataUrl": f"s3://{parts['bucket']}/{folder}/model.tar.gz"}
                ],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
            MetadataProperties={"GeneratedBy": f"airflow train_churn {run_id}"},
            CustomerMetadataProperties={
                "holdout": f"s3://{parts['bucket']}/{folder}/holdout.csv",
                "label": LABEL,
                "metric:accuracy": f"{trained['accuracy']:.4f}",
            },
        )
        return package["ModelPackageArn"]

    put_model_package(train())


def fit(names, examples, iterations):
    """Returns the coefficients of the features as they are; the descent itself sees them standardized."""
    columns = list(zip(*(features for features, _ in examples)))
    means = [sum(column) / len(column) for column in columns]
    deviations = [math.sqrt(sum((x - m) ** 2 for x in column) / len(column)) or 1 for column, m in zip(columns, means)]
    scaled = [([(x - m) / d for x, m, d in zip(row, means, deviations)], label) for row, label in examples]
    intercept, weights = 0.0, [0.0] * len(names)
    for _ in range(iterations):
        errors = [(1 / (1 + math.exp(-intercept - dot(weights, row))) - label, row) for row, label in scaled]
        intercept -= sum(error for error, _ in errors) / len(scaled)
        gradient = [sum(error * row[index] for error, row in errors) / len(scaled) for index in range(len(names))]
        weights = [weight - slope for weight, slope in zip(weights, gradient)]
    weights = [weight / deviation for weight, deviation in zip(weights, deviations)]
    return {"intercept": intercept - dot(weights, means), "weights": dict(zip(names, weights))}


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def score(model, features):
    return model["intercept"] + dot(model["weights"].values(), features)


def archive(model):
    """The model, and the script that serves it in code/, as a model.tar.gz."""
    script = pathlib.Path(__file__).with_name("inference.py").read_bytes()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archived:
        for name, content in {"model.json": json.dumps(model).encode(), "code/inference.py": script}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archived.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def text(lines):
    return "".join(",".join(str(cell) for cell in line) + "\n" for line in lines).encode()


churn = train_churn()

if __name__ == "__main__":
    run = churn.test(run_conf={"data": os.environ["DATA"]} if "DATA" in os.environ else None)
    print(f"the run ended as {run.state}")
