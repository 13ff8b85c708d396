import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { InconclusiveAction, ModelPipeline, ReleaseStrategy, ServingContainer } from 'cdk-model-pipeline';

const app = new App();

new ModelPipeline(new Stack(app, 'Churn'), 'Model', {
  pipelineName: 'churn',
  // `cdk deploy` builds the image.
  container: ServingContainer.fastApi(join(__dirname, 'container')),
  hosting: { instanceType: 'ml.m5.large', instanceCount: 1 },
  // Minutes for an example; the defaults wait longer, and want enough requests to judge by.
  releaseStrategy: ReleaseStrategy.canary({
    share: 0.2,
    stepDuration: Duration.minutes(2),
    maximumStepDuration: Duration.minutes(3),
    bakeTime: Duration.minutes(1),
    onInconclusive: InconclusiveAction.PROMOTE,
  }),
});
