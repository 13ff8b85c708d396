import { App, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ModelPipelineStack, ReleaseStrategy } from '../lib';

export const app = new App();

new ModelPipelineStack(app, 'FlightsModel', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  pipeline: {
    pipelineName: 'flights',
    training: {
      source: 'examples/flights/source',
      metrics: { 'validation:auc': 'validation:auc=([0-9.]+);' },
    },
    data: { label: 'late' },
    releaseStrategy: ReleaseStrategy.blueGreen({
      canary: [0.2],
      stepDuration: Duration.minutes(10),
      bakeTime: Duration.minutes(20),
    }),
    monitoring: {
      // The same for all flights of a day: a day of traffic differs from months of it by nature.
      ignoredFeatures: ['day_of_week', 'system_late_rate'],
    },
    serverlessInference: {},
    // An example that leaves nothing behind; keep the default in production.
    removalPolicy: RemovalPolicy.DESTROY,
  },
});
