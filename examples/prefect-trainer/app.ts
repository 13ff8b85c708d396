import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { ModelPackageAction, ModelPipeline, ReleaseStrategy } from 'cdk-model-pipeline';

const app = new App();
const stack = new Stack(app, 'Churn');

const pipeline = new ModelPipeline(stack, 'Model', {
  pipelineName: 'churn',
  onModelPackage: ModelPackageAction.RELEASE,
  releaseStrategy: ReleaseStrategy.allAtOnce(),
  removalPolicy: RemovalPolicy.DESTROY,
});

// What the workers of the orchestrator assume.
const trainer = new Role(stack, 'Trainer', {
  roleName: 'churn-trainer',
  assumedBy: new AccountPrincipal(stack.account),
});
pipeline.grants.putModelPackages(trainer);
