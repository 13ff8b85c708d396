import { App, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { ModelPipeline } from 'cdk-model-pipeline';

const app = new App();

// A stack that has a network, a key, a bucket, roles, a topic and a queue gets a pipeline, which uses them.
const stack = new Stack(app, 'Churn');
const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
const bucket = new Bucket(stack, 'Data', { versioned: true, encryptionKey, enforceSSL: true });
const topic = new Topic(stack, 'Alarms', { masterKey: encryptionKey, enforceSSL: true });
const queue = new Queue(stack, 'Events', { encryptionMasterKey: encryptionKey, enforceSSL: true });
const sagemakerRole = (id: string) =>
  new Role(stack, id, { assumedBy: new ServicePrincipal('sagemaker.amazonaws.com') });

const pipeline = new ModelPipeline(stack, 'Model', {
  pipelineName: 'churn',
  training: { source: '../minimal/model' },
  data: { label: 'churned' },
  vpc,
  encryptionKey,
  bucket,
  topic,
  trainingRole: sagemakerRole('TrainingRole'),
  scoringRole: sagemakerRole('ScoringRole'),
  servingRole: sagemakerRole('ServingRole'),
});
pipeline.onEvent('ToQueue', { target: new SqsQueue(queue) });

// What cdk-nag says of the resources of the stack; the pipeline explains its own.
Validations.of(vpc).acknowledge({ id: 'AwsSolutions-VPC7', reason: 'flow logs cost money: an example' });
Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'CloudTrail logs access to objects' });
Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'nothing takes messages: an example' });

// The stack of another team, which knows the pipeline by its name.
const shop = new Stack(app, 'Shop');
shop.addStackDependency(stack);
const checkout = new Role(shop, 'Checkout', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
ModelPipeline.fromPipelineName(shop, 'Model', 'churn').grants.invoke(checkout);
new CfnOutput(shop, 'CheckoutRole', { value: checkout.roleArn });
