import { App, Duration, Stack } from 'aws-cdk-lib';
import { InconclusiveAction, ModelPipeline, ReleaseStrategy } from 'cdk-model-pipeline';

const app = new App();

// The endpoint `churn-production` serves customers already: create-endpoint.ts is how its team created it.
new ModelPipeline(new Stack(app, 'Churn'), 'Model', {
  pipelineName: 'churn',
  adopt: { endpointName: 'churn-production' },
  // What the endpoint has.
  hosting: { instanceType: 'ml.m5.large', instanceCount: 1 },
  // Scripts that serve later versions.
  source: 'model/code',
  // The model must answer this before it gets traffic, the one that serves now as well as its successors.
  smokeTest: { requests: [{ body: '12,79.5,3' }] },
  // Minutes for an example; the defaults wait longer, and want enough requests to judge by.
  releaseStrategy: ReleaseStrategy.canary({
    share: 0.2,
    stepDuration: Duration.minutes(2),
    maximumStepDuration: Duration.minutes(3),
    bakeTime: Duration.minutes(1),
    onInconclusive: InconclusiveAction.PROMOTE,
  }),
});
