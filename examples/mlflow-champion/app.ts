import { App, Duration, Stack } from 'aws-cdk-lib';
import { ModelPipeline, ReleaseStrategy } from 'cdk-model-pipeline';

const app = new App();
const stack = new Stack(app, 'Churn');

new ModelPipeline(stack, 'Model', {
  pipelineName: 'churn',
  hosting: { instanceType: 'ml.m5.large' },
  releaseStrategy: ReleaseStrategy.canary({ share: 0.1, stepDuration: Duration.minutes(30) }),
});
