"""Trains, tunes, deploys, scores and registers a model by the SageMaker Python SDK; prints what came of it."""

import json
import os
import sys
import tempfile

import boto3
import numpy as np
import sagemaker
from sagemaker.sklearn import SKLearn
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

source, role = sys.argv[1:]
session = sagemaker.Session(default_bucket="sagemaker-us-east-1-000000000000")
random = np.random.default_rng(0)
features = random.normal(size=(400, 4))
labels = (features[:, 0] + features[:, 1] > 0).astype(int)

folder = tempfile.mkdtemp()
train, batch = os.path.join(folder, "train.csv"), os.path.join(folder, "batch.csv")
np.savetxt(train, np.column_stack([labels, features]), delimiter=",")
np.savetxt(batch, features[:20], delimiter=",")
channels = {"train": session.upload_data(train, key_prefix="data/train")}
METRICS = [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+);"}]


def new_estimator():
    """With the SDK's own defaults, among them the settings of Debugger and its profiler."""
    return SKLearn(
        entry_point="train.py",
        source_dir=source,
        framework_version="1.2-1",
        role=role,
        instance_type="ml.m5.large",
        hyperparameters={"regularisation": 0.5},
        metric_definitions=METRICS,
        sagemaker_session=session,
    )


estimator = new_estimator()
estimator.fit(channels)
predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m5.large")
predicted = predictor.predict(features[:100])

transformer = estimator.transformer(instance_count=1, instance_type="ml.m5.large", assemble_with="Line", accept="text/csv")
transformer.transform(session.upload_data(batch, key_prefix="data/batch"), content_type="text/csv", split_type="Line")
scored = session.read_s3_file("sagemaker-us-east-1-000000000000", transformer.latest_transform_job.name + "/batch.csv.out")

package = estimator.register(
    content_types=["text/csv"],
    response_types=["text/csv"],
    inference_instances=["ml.m5.large"],
    transform_instances=["ml.m5.large"],
    model_package_group_name="sdk",
    approval_status="Approved",
)

tuner = HyperparameterTuner(
    new_estimator(), "accuracy", {"regularisation": ContinuousParameter(0.1, 2)}, METRICS, max_jobs=2, strategy="Random"
)
tuner.fit(channels)
predictor.delete_model()
predictor.delete_endpoint()

client = boto3.client("sagemaker")
client.get_waiter("endpoint_deleted").wait(EndpointName=predictor.endpoint_name, WaiterConfig={"Delay": 1})
print(
    "result: "
    + json.dumps(
        {
            "status": estimator.latest_training_job.describe()["TrainingJobStatus"],
            "right": int(np.sum(predicted == labels[:100])),
            "scored": len(scored.split()),
            "package": package.model_package_arn,
            "tuned": client.describe_training_job(TrainingJobName=tuner.best_training_job())["TrainingJobStatus"],
            "endpoints": len(client.list_endpoints()["Endpoints"]),
            "versions": len(client.list_model_packages(ModelPackageGroupName="sdk")["ModelPackageSummaryList"]),
        }
    )
)
