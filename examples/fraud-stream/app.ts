import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  DataSchema,
  ModelPipeline,
  ReleaseStrategy,
  ServedBy,
  StreamOutput,
  StreamSource,
} from 'cdk-model-pipeline';

const app = new App();
const stack = new Stack(app, 'Fraud');

const pipeline = new ModelPipeline(stack, 'Model', {
  pipelineName: 'fraud',
  training: { source: 'model' },
  data: { label: 'fraud', schema: DataSchema.fromFile('data/schema.json') },
  servedBy: ServedBy.FUNCTION,
  releaseStrategy: ReleaseStrategy.blueGreen({
    canary: [0.1],
    stepDuration: Duration.minutes(15),
    bakeTime: Duration.hours(1),
  }),
});

const transactions = new Stream(stack, 'Transactions');
const stream = pipeline.addStreamInference('Transactions', {
  source: StreamSource.kinesis(transactions, { parallelizationFactor: 4 }),
  output: StreamOutput.eventBridge(EventBus.fromEventBusName(stack, 'Bus', 'default')),
  // All transactions of a card are scored by one version, also during a release.
  keyField: 'card',
  carriedFields: ['card', 'transaction'],
  maximumLag: Duration.minutes(1),
});

// A person reviews what is likely to be fraud; scores of other systems' interest take other rules.
const reviews = new Queue(stack, 'Reviews', { enforceSSL: true });
new Rule(stack, 'Suspicious', {
  eventPattern: {
    source: ['model-pipeline.stream'],
    detail: { stream: [stream.streamName], prediction: [{ numeric: ['>', 0.8] }] },
  },
  targets: [new SqsQueue(reviews)],
});

new CfnOutput(stack, 'TransactionsName', { value: transactions.streamName });
new CfnOutput(stack, 'ReviewsUrl', { value: reviews.queueUrl });
