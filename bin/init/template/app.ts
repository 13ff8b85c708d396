import { App, Duration, Stack } from 'aws-cdk-lib';
import { DataSchema, ModelPipeline, ReleaseStrategy } from 'cdk-model-pipeline';

const app = new App();
const stack = new Stack(app, '__STACK__', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
});

new ModelPipeline(stack, 'Model', {
  pipelineName: '__NAME__',
  training: { source: 'model', metrics: { 'validation:auc': 'validation:auc=([0-9.]+);' } },
  data: { label: 'churned', schema: DataSchema.fromFile('data/schema.json') },
  // A new version gets 10 % of the traffic first, and all of it if it is no worse there.
  releaseStrategy: ReleaseStrategy.blueGreen({
    canary: [0.1],
    stepDuration: Duration.minutes(15),
    bakeTime: Duration.hours(1),
  }),
  // The alarm on drift starts a retraining; so does new data in the bucket with `onNewData: true`.
  retraining: { onDrift: true },
});
