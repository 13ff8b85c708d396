"""The model of late flights as a Python CDK app: `pip install cdk-model-pipeline`, then `cdk deploy`."""

from aws_cdk import App, Duration, Stack
from cdk_model_pipeline import ModelPipeline, PromotionRule, ReleaseStrategy

app = App()
stack = Stack(app, "LateFlights")
ModelPipeline(
    stack,
    "Model",
    pipeline_name="late-flights",
    training={"source": "../flights/source", "hyperparameters": {"max-iter": "200"}},
    data={"label": "late"},
    promotion={"rules": [PromotionRule.superior(), PromotionRule.at_least(0.7)]},
    release_strategy=ReleaseStrategy.blue_green(
        canary=[0.05, 0.25], step_duration=Duration.minutes(15), bake_time=Duration.hours(1)
    ),
    retraining={"on_drift": True, "on_new_data": True},
)
app.synth()
