import { App, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { DriftComparison, ModelPipelineStack, ReleaseStrategy } from '../lib';

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
      // The demo has no day's time; flights have a daily cycle, which the distance below leaves room for.
      driftComparisons: [DriftComparison.withTrainingData({ window: Duration.hours(1) })],
      // The rates of a day are the same for all its flights: an hour of traffic differs from months of it by
      // nature.
      ignoredFeatures: ['day_of_week', 'system_late_rate'],
      minimumDriftDistance: 0.15,
    },
    serverlessInference: {},
    // An example that leaves nothing behind; keep the default in production.
    removalPolicy: RemovalPolicy.DESTROY,
  },
});
