import { App, CfnOutput, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  BatchInput,
  BatchOutput,
  BatchSink,
  ModelPipeline,
  ReleaseStrategy,
  ServedBy,
} from 'cdk-model-pipeline';

const app = new App();
const stack = new Stack(app, 'ChurnBatch');

const pipeline = new ModelPipeline(stack, 'Model', {
  pipelineName: 'churn-batch',
  training: { source: 'model' },
  data: { label: 'churned' },
  // A batch scores with ONNX, which versions have where a function serves.
  servedBy: ServedBy.FUNCTION,
  releaseStrategy: ReleaseStrategy.allAtOnce(),
});

// Where the customers arrive each evening. A batch reads the versions of objects, so the bucket has them.
const customers = new Bucket(stack, 'Customers', {
  versioned: true,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
});

// The database is there already, and is not of this stack.
const cluster = new CfnParameter(stack, 'Cluster', {
  default: 'customers',
  description: 'Identifier of a cluster of Aurora PostgreSQL with the Data API enabled',
});
const user = new CfnParameter(stack, 'UserSecretArn', {
  default: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:churn-writer-AbCdEf',
  description: 'ARN of the secret with the name and the password of the user who writes',
});

const nightly = pipeline.addBatchInference('Nightly', {
  input: BatchInput.fromBucket(customers, 'daily/'),
  output: BatchOutput.csv({ columns: ['customer'] }),
  sinks: [
    BatchSink.auroraDataApi(
      DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Database', {
        clusterIdentifier: cluster.valueAsString,
      }),
      {
        secret: Secret.fromSecretCompleteArn(stack, 'User', user.valueAsString),
        database: 'crm',
        table: 'churn_scores',
        keyColumn: 'customer',
      },
    ),
  ],
  schedule: Schedule.cron({ hour: '2', minute: '0' }),
  maximumTimeBetweenRuns: Duration.hours(26),
});

new CfnOutput(stack, 'CustomersBucket', { value: customers.bucketName });
new CfnOutput(stack, 'NightlyStateMachine', { value: nightly.stateMachine.stateMachineArn });
