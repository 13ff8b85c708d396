import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ModelPipeline, ReleaseStrategy, ServedBy } from 'cdk-model-pipeline';

const app = new App();
const stack = new Stack(app, 'LateFlights');

const pipeline = new ModelPipeline(stack, 'Model', {
  pipelineName: 'late-flights',
  training: { source: '../flights/source' },
  data: { label: 'late' },
  // No endpoint: a Lambda function answers, and its alias moves requests to a new version.
  servedBy: ServedBy.FUNCTION,
  serverlessInference: { memorySize: 1024 },
  releaseStrategy: ReleaseStrategy.linear({ steps: 4, stepDuration: Duration.minutes(10) }),
});

const client = new Role(stack, 'Client', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
pipeline.grants.invoke(client);
new CfnOutput(stack, 'ClientRole', { value: client.roleArn });
