import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { type IModelRegistry, ModelPipeline, ModelRegistry } from '../../lib';

function synthesize(newRegistry: (stack: Stack) => IModelRegistry) {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  const registry = newRegistry(stack);
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  return { stack, registry, role };
}

describe('a registry without a pipeline', () => {
  test('is a model package group, whose name is generated unless it is given', () => {
    const { stack } = synthesize((scope) => new ModelRegistry(scope, 'Credit', { description: 'loans' }));
    new ModelRegistry(stack, 'Named', { modelPackageGroupName: 'credit' });
    const template = Template.fromStack(stack);
    for (const properties of [
      {
        ModelPackageGroupName: Match.stringLikeRegexp('^Test-Credit-'),
        ModelPackageGroupDescription: 'loans',
      },
      { ModelPackageGroupName: 'credit', Tags: Match.absent() },
    ]) {
      template.hasResourceProperties('AWS::SageMaker::ModelPackageGroup', properties);
    }
  });

  test.each(['my_group', '-', 'x'.repeat(64)])('has no name %j', (modelPackageGroupName) => {
    expect(() => synthesize((scope) => new ModelRegistry(scope, 'R', { modelPackageGroupName }))).toThrow(
      /Test\/R: modelPackageGroupName must be 1 to 63 letters, digits and inner hyphens, got/,
    );
  });

  test('lets roles read, register and approve versions of this group only', () => {
    const { stack, registry, role } = synthesize((scope) =>
      ModelRegistry.fromModelPackageGroupName(scope, 'Registry', 'credit'),
    );
    registry.grantRead(role);
    registry.grantRegister(role);
    registry.grantApprove(role);
    const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const group = 'arn:<AWS::Partition>:sagemaker:eu-central-1:111111111111:model-package-group/credit';
    const versions = 'arn:<AWS::Partition>:sagemaker:eu-central-1:111111111111:model-package/credit/*';
    const statements = policy?.Properties.PolicyDocument.Statement as {
      Action: unknown;
      Resource: unknown;
    }[];
    expect(statements.map(({ Action, Resource }) => [Action, [Resource].flat().map(text)])).toEqual([
      ['sagemaker:ListModelPackages', ['*']],
      ['sagemaker:DescribeModelPackageGroup', [group]],
      ['sagemaker:DescribeModelPackage', [versions]],
      ['sagemaker:CreateModelPackage', [group, versions]],
      ['sagemaker:UpdateModelPackage', [versions]],
    ]);
  });

  test('has a rule for versions that are approved', () => {
    const { stack, registry } = synthesize((scope) =>
      ModelRegistry.fromModelPackageGroupName(scope, 'Registry', 'credit'),
    );
    registry.onApproved('Approved', { target: new SqsQueue(new Queue(stack, 'Queue')) });
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.sagemaker'],
        'detail-type': ['SageMaker Model Package State Change'],
        detail: { ModelPackageGroupName: ['credit'], ModelApprovalStatus: ['Approved'] },
      },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Queue'), 'Arn'] } })],
    });
  });
});

test("a pipeline's registry has the pipeline's name and tags", () => {
  const stack = new Stack(new App(), 'Test');
  const { registry } = new ModelPipeline(stack, 'Model', {
    pipelineName: 'churn',
    training: { source: 'examples/flights/source' },
    data: { label: 'churned' },
  });
  expect(stack.resolve(registry.modelPackageGroupName)).toEqual('churn');
  Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::ModelPackageGroup', {
    ModelPackageGroupName: 'churn',
    Tags: Match.arrayWith([{ Key: 'model-pipeline', Value: 'churn' }]),
  });
});

/** A reference as `<name>`. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  return join ? join[1].map(text).join('') : `<${Ref}>`;
}
