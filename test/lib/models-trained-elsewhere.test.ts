import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { archiveFiles } from '../../bin/cli/archive-files';
import { ModelPipeline, type ModelPipelineProps, ProblemType, ServedBy, ServingContainer } from '../../lib';
import { packedSource } from './packed-source';
import { allStatements, roleStatements } from './role-statements';
import { brokenTransitions, definitionOf } from './state-machine-definition';

const ENV = { account: '111111111111', region: 'eu-central-1' };

function synthesize(props: ModelPipelineProps = {}): Template {
  const stack = new Stack(new App(), 'Test', { env: ENV });
  new ModelPipeline(stack, 'Model', { pipelineName: 'flights', ...props });
  return Template.fromStack(stack);
}

describe('a pipeline without training', () => {
  const template = synthesize();

  test('needs no props', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const { pipelineName } = new ModelPipeline(stack, 'Model');
    expect(pipelineName).toMatch(/^test-model-[0-9a-f]{8}$/);
    Template.fromStack(stack).resourceCountIs('AWS::SageMaker::ModelPackageGroup', 1);
  });

  test('has the workflows of releases, rollbacks and registrations, and none of retrainings', () => {
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 3);
    for (const comment of ['Releases a version', 'Gives the champion', 'Compares versions of flights']) {
      const definition = definitionOf(template, comment);
      expect(brokenTransitions(definition)).toEqual([]);
    }
    expect(JSON.stringify(allStatements(template))).not.toContain('CreateTrainingJob');
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
      EventPattern: { detail: { stateMachineArn: [Match.anyValue(), Match.anyValue()] } },
    });
    const [lifecycle] = Object.keys(template.findResources('Custom::ModelPipelineLifecycle'));
    const [rule] = Object.values(
      template.findResources('AWS::Events::Rule', {
        Properties: { Description: 'Reports workflows of flights that failed' },
      }),
    );
    expect(rule?.DependsOn).toContain(lifecycle);
  });

  test('has no retrainings, and refuses to grant or measure them', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const pipeline = new ModelPipeline(stack, 'Model');
    const role = new Role(stack, 'User', { assumedBy: new AccountPrincipal(ENV.account) });
    expect(pipeline.retrainingFunction).toBeUndefined();
    expect(pipeline.retrainingStateMachine).toBeUndefined();
    for (const [name, use] of [
      ['grants.retrain()', () => pipeline.grants.retrain(role)],
      ['grants.writeTrainingData()', () => pipeline.grants.writeTrainingData(role)],
      ['metricRetrainings()', () => pipeline.metricRetrainings()],
    ] as const)
      expect(use).toThrow(`Test/Model: ${name} is of a pipeline that trains, and this one registers`);
  });

  test.each<[string, ModelPipelineProps]>([
    ['data', { data: { label: 'late' } }],
    ['retraining', { retraining: { onNewData: true } }],
  ])('refuses %s, which only a training uses', (name, props) => {
    expect(() => synthesize(props)).toThrow(
      `Test/Model: ${name} is of a pipeline that trains, and this one registers models that are trained elsewhere: add training, or leave out ${name}`,
    );
  });

  test('refuses a role of trainings', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const trainingRole = Role.fromRoleName(stack, 'Role', 'trainings');
    expect(() => new ModelPipeline(stack, 'Model', { trainingRole })).toThrow('leave out trainingRole');
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
    expect(() => new ModelPipeline(stack, 'Model', { pipelineName: 'flights', bucket })).toThrow(
      /^Test\/Model: pipelineName 'flights' is that of Test\/Trained already, .* give one of them another name; bucket is that of Test\/Trained already/,
    );
  });

  test('lets a function serve several classes', () => {
    const template = synthesize({ problem: ProblemType.multiClass(3), servedBy: ServedBy.FUNCTION });
    template.hasResourceProperties('AWS::Lambda::Alias', { Name: 'live' });
  });

  test('grants releases and reading without retrainings', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const role = new Role(stack, 'User', { assumedBy: new AccountPrincipal(ENV.account) });
    const { grants } = new ModelPipeline(stack, 'Model', { pipelineName: 'flights' });
    grants.release(role);
    grants.read(role);
    const actions = [...roleStatements(Template.fromStack(stack))]
      .filter(([role]) => role.startsWith('User'))
      .flatMap(([, statements]) => statements)
      .flatMap(({ Action }) => Action);
    expect(actions).toEqual(expect.arrayContaining(['states:StartExecution', 'ssm:GetParameter']));
  });

  describe('registers versions by a function', () => {
    const settingsOf = (of: Template) => {
      const [found] = Object.values(
        of.findResources('AWS::Lambda::Function', {
          Properties: {
            Description: Match.stringLikeRegexp('^Registers a model that was trained elsewhere'),
          },
        }),
      );
      return JSON.stringify(found?.Properties.Environment.Variables.SETTINGS).replaceAll('\\"', '"');
    };
    /** Scripts that serve, and others if they are given. */
    const folder = (files: Record<string, string> = {}) => {
      const path = mkdtempSync(join(tmpdir(), 'serving-'));
      folders.push(path);
      for (const [name, text] of Object.entries({ 'inference.py': '', ...files }))
        writeFileSync(join(path, name), text);
      return path;
    };
    const folders: string[] = [];
    afterAll(() => {
      for (const path of folders) rmSync(path, { recursive: true });
    });

    test('which alone, with those that plan releases and judge challengers, writes versions', () => {
      template.hasResourceProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Sid: 'OnlyThePipelineWritesVersions',
              Condition: {
                ArnNotEquals: {
                  'aws:PrincipalArn': [
                    { 'Fn::GetAtt': [Match.stringLikeRegexp('PlanReleaseRole'), 'Arn'] },
                    { 'Fn::GetAtt': [Match.stringLikeRegexp('ChallengerVersionsRole'), 'Arn'] },
                    { 'Fn::GetAtt': [Match.stringLikeRegexp('RegisterArtifactRole'), 'Arn'] },
                  ],
                },
              },
            }),
          ]),
        },
      });
    });

    test('which knows what serves, and whether the pipeline has requests of its own', () => {
      expect(settingsOf(template)).toMatch(/"servesByFunction":false,"hasSmokeTestRequests":false/);
      const other = synthesize({ serverlessInference: {}, smokeTest: { requests: [{ body: '1,2' }] } });
      expect(settingsOf(other)).toMatch(/"servesByFunction":true,"hasSmokeTestRequests":true/);
    });

    test('which knows label and ignored columns of a pipeline that trains', () => {
      const stack = new Stack(new App(), 'Test', { env: ENV });
      new ModelPipeline(stack, 'Model', {
        training: { source: 'examples/flights/source' },
        data: { label: 'late', ignoredColumns: ['id'] },
      });
      expect(settingsOf(Template.fromStack(stack))).toMatch(/"label":"late","ignoredColumns":\["id"\]/);
    });

    test('which may read the buckets that are listed, and no others', () => {
      const stack = new Stack(new App(), 'Test', { env: ENV });
      const other = Bucket.fromBucketName(stack, 'Other', 'models-of-others');
      new ModelPipeline(stack, 'Model', { pipelineName: 'flights', artifactSources: [other] });
      const ofRegistration = (of: Template) =>
        JSON.stringify([...roleStatements(of)].filter(([role]) => role.includes('RegisterArtifactRole')));
      expect(ofRegistration(Template.fromStack(stack))).toContain(':s3:::models-of-others/*.gz');
      expect(ofRegistration(template)).toContain('uploads/*');
      expect(ofRegistration(template)).not.toContain(':s3:::models-of-others');
    });

    test('which gets the scripts of the pipeline, packed so that a container installs them without a network', async () => {
      const path = folder({ 'setup.cfg': '[metadata]' });
      const archive = packedSource(folder(), { path, required: ['inference.py'] });
      expect([...(await archiveFiles(readFileSync(archive))).keys()].sort()).toEqual([
        'inference.py',
        'model_pipeline/serving_build.py',
        'pyproject.toml',
      ]);
      expect(settingsOf(synthesize({ source: path }))).toMatch(/"source":{"location":{"bucket":/);
    });

    test('beside the scripts of trainings, in a pipeline that trains', () => {
      const template = synthesize({
        source: folder(),
        training: { source: 'examples/flights/source' },
        data: { label: 'late' },
      });
      const ofRegistration = /"source":{"location":{"bucket":".*?","key":"(.*?)"/.exec(
        settingsOf(template),
      )?.[1];
      expect(ofRegistration).toMatch(/^[0-9a-f]{64}\.gz$/);
      const [planVersion] = Object.values(
        template.findResources('AWS::Lambda::Function', {
          Properties: { Description: 'Assigns the semantic version of the challenger' },
        }),
      );
      expect(JSON.stringify(planVersion)).not.toContain(ofRegistration);
    });

    test('and refuses scripts that would need a network when a container starts', () => {
      expect(() => synthesize({ source: folder(), hosting: { networkIsolation: true } })).toThrow(
        /^Test\/Model: source is fetched from S3 when a container starts, which hosting.networkIsolation denies/,
      );
      expect(() => synthesize({ source: folder(), container: ServingContainer.pytorch() })).toThrow(
        /^Test\/Model: source is fetched from S3 when a container starts, which ServingContainer.pytorch does not do: put/,
      );
      expect(() => synthesize({ source: folder({ 'requirements.txt': 'lightgbm' }) })).toThrow(
        /has requirements.txt, which a container would install whenever it starts/,
      );
    });

    test('and lets a job register without releasing', () => {
      const stack = new Stack(new App(), 'Test', { env: ENV });
      const role = new Role(stack, 'User', { assumedBy: new AccountPrincipal(ENV.account) });
      new ModelPipeline(stack, 'Model', { pipelineName: 'flights' }).grants.registerModels(role);
      const granted = [...roleStatements(Template.fromStack(stack))].filter(([id]) => id.startsWith('User'));
      expect(granted.flatMap(([, statements]) => statements.map(({ Action }) => Action))).toEqual([
        'ssm:GetParameter',
        'ssm:GetParametersByPath',
        expect.arrayContaining(['s3:PutObject']),
        'lambda:InvokeFunction',
        ['states:DescribeExecution', 'states:GetExecutionHistory'],
      ]);
    });
  });
});
