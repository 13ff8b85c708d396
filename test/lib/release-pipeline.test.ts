import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ModelPipeline, ProblemType, ReleasePipeline, type ReleasePipelineProps, ServedBy } from '../../lib';
import { allStatements, roleStatements } from './role-statements';
import { brokenTransitions, definitionOf } from './state-machine-definition';

const ENV = { account: '111111111111', region: 'eu-central-1' };

function synthesize(props: ReleasePipelineProps = {}): Template {
  const stack = new Stack(new App(), 'Test', { env: ENV });
  new ReleasePipeline(stack, 'Model', { pipelineName: 'flights', ...props });
  return Template.fromStack(stack);
}

describe('a release pipeline', () => {
  const template = synthesize();

  test('needs no props', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const { pipelineName } = new ReleasePipeline(stack, 'Model');
    expect(pipelineName).toMatch(/^test-model-[0-9a-f]{8}$/);
    Template.fromStack(stack).resourceCountIs('AWS::SageMaker::ModelPackageGroup', 1);
  });

  test('has the workflows of releases and rollbacks, and none of retrainings', () => {
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 2);
    for (const comment of ['Releases a version', 'Gives the champion']) {
      const definition = definitionOf(template, comment);
      expect(brokenTransitions(definition)).toEqual([]);
    }
    const calls = JSON.stringify(allStatements(template));
    for (const call of ['CreateTrainingJob', 'CreateTransformJob']) expect(calls.includes(call)).toBe(false);
  });

  test('publishes the parts that the CLI needs, and none of a retraining', () => {
    const [resource] = Object.values(
      template.findResources('AWS::SSM::Parameter', {
        Properties: { Name: '/model-pipeline/flights/resources' },
      }),
    );
    const text = JSON.stringify(resource?.Properties.Value);
    for (const member of [
      'ownerId',
      'bucket',
      'endpoint',
      'modelPackageGroup',
      'routingParameter',
      'releaseStateMachine',
      'restoreStateMachine',
      'rollbackFunction',
      'repairFunction',
      'driftAlarm',
      'dashboard',
    ]) {
      expect(text).toContain(`\\"${member}\\"`);
    }
  });

  test('reports failures of its workflows, and stops them before the stack goes', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Description: 'Reports workflows of flights that failed',
      EventPattern: { detail: { stateMachineArn: [Match.anyValue()] } },
    });
    const [lifecycle] = Object.keys(template.findResources('Custom::ModelPipelineLifecycle'));
    const [rule] = Object.values(
      template.findResources('AWS::Events::Rule', {
        Properties: { Description: 'Reports workflows of flights that failed' },
      }),
    );
    expect(rule?.DependsOn).toContain(lifecycle);
  });

  test('lets a function serve alone', () => {
    const alone = synthesize({ servedBy: ServedBy.FUNCTION });
    alone.hasOutput('*', { Description: Match.stringLikeRegexp('^Answers after the first release') });
    expect(JSON.stringify(alone.findOutputs('*'))).not.toContain('Exists after the first release');
  });

  test('refuses the name and the bucket of another pipeline of the app', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const bucket = new Bucket(stack, 'Bucket', { versioned: true });
    new ModelPipeline(stack, 'Trained', {
      pipelineName: 'flights',
      training: { source: 'examples/flights/source' },
      data: { label: 'late' },
      bucket,
    });
    expect(() => new ReleasePipeline(stack, 'Model', { pipelineName: 'flights', bucket })).toThrow(
      /^Test\/Model: pipelineName 'flights' is that of Test\/Trained already, .* give one of them another name; bucket is that of Test\/Trained already/,
    );
  });

  test('refuses several classes where a function serves', () => {
    expect(() => synthesize({ problem: ProblemType.multiClass(3), servedBy: ServedBy.FUNCTION })).toThrow(
      /serverlessInference answers each row with one number/,
    );
  });

  test('grants releases and reading without retrainings', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const role = new Role(stack, 'User', { assumedBy: new AccountPrincipal(ENV.account) });
    const { grants } = new ReleasePipeline(stack, 'Model', { pipelineName: 'flights' });
    grants.release(role);
    grants.read(role);
    const actions = [...roleStatements(Template.fromStack(stack))]
      .filter(([role]) => role.startsWith('User'))
      .flatMap(([, statements]) => statements)
      .flatMap(({ Action }) => Action);
    expect(actions).toEqual(expect.arrayContaining(['states:StartExecution', 'ssm:GetParameter']));
  });
});
