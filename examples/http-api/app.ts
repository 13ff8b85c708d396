import { join } from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { InferenceApi, ModelPipeline, ReleaseStrategy, ServingContainer } from 'cdk-model-pipeline';

const app = new App();
const stack = new Stack(app, 'Churn');

const pipeline = new ModelPipeline(stack, 'Model', {
  pipelineName: 'churn',
  container: ServingContainer.fastApi(join(__dirname, '..', 'fastapi', 'container')),
  hosting: { instanceType: 'ml.m5.large', instanceCount: 1 },
  releaseStrategy: ReleaseStrategy.allAtOnce(),
});

// Callers sign their requests, and a policy lets them invoke the API.
const api = new InferenceApi(stack, 'Api', { pipeline, throttle: { rateLimit: 50, burstLimit: 100 } });
const shop = new Role(stack, 'Shop', { roleName: 'shop', assumedBy: new AccountPrincipal(stack.account) });
api.grantInvoke(shop);

new CfnOutput(stack, 'ApiUrl', { value: api.url });
