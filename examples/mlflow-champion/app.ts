import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { FederatedPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { ReleasePipeline, ReleaseStrategy } from 'cdk-model-pipeline';

const app = new App();
const stack = new Stack(app, 'Churn');

const pipeline = new ReleasePipeline(stack, 'Model', {
  pipelineName: 'churn',
  hosting: { instanceType: 'ml.m5.large' },
  releaseStrategy: ReleaseStrategy.canary({ share: 0.1, stepDuration: Duration.minutes(30) }),
});

// The job that follows the alias: it may register and release versions, and read what is in production.
const job = new Role(stack, 'FollowsMlflow', {
  assumedBy: new FederatedPrincipal(
    stack.formatArn({
      service: 'iam',
      region: '',
      resource: 'oidc-provider',
      resourceName: 'token.actions.githubusercontent.com',
    }),
    {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:example/churn:ref:refs/heads/main',
      },
    },
    'sts:AssumeRoleWithWebIdentity',
  ),
});
pipeline.grants.registerModels(job);
pipeline.grants.release(job);
pipeline.grants.read(job);
new CfnOutput(stack, 'JobRole', { value: job.roleArn });
