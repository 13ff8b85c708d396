import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { ModelPackageAction, ModelPipeline, type ModelPipelineProps } from '../../lib';
import { allStatements, roleStatements } from './role-statements';
import { brokenTransitions, definitionOf, unguardedTasks } from './state-machine-definition';

const ENV = { account: '111111111111', region: 'eu-central-1' };
const EVENT = { detailType: 'SageMaker Model Package State Change' };

function synthesize(props: ModelPipelineProps = {}): Template {
  const stack = new Stack(new App(), 'Test', { env: ENV });
  new ModelPipeline(stack, 'Model', { pipelineName: 'flights', ...props });
  return Template.fromStack(stack);
}

/** Rules for model packages. */
const rulesOf = (template: Template) =>
  Object.values(
    template.findResources('AWS::Events::Rule', {
      Properties: { EventPattern: { 'detail-type': [EVENT.detailType] } },
    }),
  );

/** What workflows of registrations are allowed to start. */
const startedBy = (template: Template) =>
  allStatements(template).filter(
    ({ Action, Resource }) =>
      [Action].flat().includes('states:StartExecution') &&
      JSON.stringify(Resource).includes('ReleaseWorkflow'),
  ).length;

describe('model packages that others put into the registry', () => {
  test('are left alone by default', () => {
    const template = synthesize();
    expect(rulesOf(template)).toEqual([]);
    expect(Object.keys(definitionOf(template, 'Compares versions').States)).not.toContain('StartRelease');
  });

  test("of the pipeline's group alone start its registration function, with a queue for what is lost", () => {
    const template = synthesize({ onModelPackage: ModelPackageAction.REGISTER });
    const [rule, ...others] = rulesOf(template);
    expect(others).toEqual([]);
    expect(rule?.Properties.EventPattern).toEqual({
      source: ['aws.sagemaker'],
      'detail-type': [EVENT.detailType],
      detail: {
        ModelPackageGroupName: ['flights'],
        ModelApprovalStatus: ['PendingManualApproval', 'Approved'],
        ModelPackageStatus: ['Completed'],
      },
    });
    expect(rule?.Properties.Targets).toEqual([
      {
        Id: 'Target0',
        Arn: { 'Fn::GetAtt': [expect.stringMatching(/RegisterArtifact/), 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/Failures/), 'Arn'] } },
      },
    ]);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('RegisterArtifact') },
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
    expect(Object.keys(definitionOf(template, 'Compares versions').States)).not.toContain('StartRelease');
  });

  test('are released once they are approved, if the pipeline says so', () => {
    const template = synthesize({ onModelPackage: ModelPackageAction.RELEASE });
    const definition = definitionOf(template, 'Compares versions');
    expect(brokenTransitions(definition)).toEqual([]);
    expect(unguardedTasks(definition)).not.toContain('StartRelease');
    expect(definition.States.RecordRegistration?.Next).toBe('IsToBeReleased');
    expect(startedBy(template)).toBe(startedBy(synthesize()) + 1);
  });

  test('can be put there by a role that can approve and release none', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const role = new Role(stack, 'Trainer', { assumedBy: new AccountPrincipal(ENV.account) });
    new ModelPipeline(stack, 'Model', { pipelineName: 'flights' }).grants.putModelPackages(role);
    const granted = [...roleStatements(Template.fromStack(stack))]
      .filter(([id]) => id.startsWith('Trainer'))
      .flatMap(([, statements]) => statements);
    expect(granted.map(({ Action }) => Action)).toEqual([
      'ssm:GetParameter',
      'ssm:GetParametersByPath',
      expect.arrayContaining(['s3:PutObject']),
      'sagemaker:CreateModelPackage',
      'sagemaker:ListModelPackageGroups',
      'sagemaker:DescribeModelPackage',
    ]);
    expect(granted[3]?.Condition).toEqual({
      StringEquals: { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' },
    });
    expect(JSON.stringify(granted[2]?.Resource)).toContain('/uploads/*');
  });
});
