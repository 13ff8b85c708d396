import { App, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ModelPipelineStack, ReleaseStrategy } from '../lib';

const app = new App();

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
      canary: [0.1, 0.5],
      stepDuration: Duration.minutes(10),
      bakeTime: Duration.minutes(20),
    }),
    serverlessInference: {},
    // An example that leaves nothing behind; keep the default in production.
    removalPolicy: RemovalPolicy.DESTROY,
  },
});
