import { App, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PermissionsBoundary, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { SystemLogLevel, Tracing } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ModelPipeline, type ModelPipelineProps, ReleaseStrategy, TrainingContainer } from '../../lib';
import { roleStatements } from './role-statements';
import { definitionOf } from './state-machine-definition';

const PROPS = {
  pipelineName: 'flights',
  training: { source: 'examples/flights/source' },
  data: { label: 'late' },
} satisfies ModelPipelineProps;

type Resource = { Properties: Record<string, unknown> };

function newStack(): Stack {
  return new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
}

function synthesize(props: (stack: Stack) => Partial<ModelPipelineProps>): Template {
  const stack = newStack();
  new ModelPipeline(stack, 'Model', { ...PROPS, ...props(stack) });
  return Template.fromStack(stack);
}

/** Resources of the pipeline of a type; CDK's own custom resources are not among them. */
function ofPipeline(template: Template, type: string): [string, Resource][] {
  const found = Object.entries(template.findResources(type)) as [string, Resource][];
  return found.filter(([id]) => id.startsWith('Model'));
}

/** Statements by action of the policies whose roles have an id that begins so. */
function actionsOf(template: Template, roleId: string): string[] {
  return [...roleStatements(template)]
    .filter(([id]) => id.startsWith(roleId))
    .flatMap(([, statements]) => statements)
    .flatMap(({ Action }) => Action);
}

describe('a pipeline in a VPC', () => {
  const template = synthesize((stack) => {
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
    const securityGroups = [new SecurityGroup(stack, 'Group', { vpc })];
    return { vpc, securityGroups, releaseStrategy: ReleaseStrategy.shadow(), serverlessInference: {} };
  });
  const VpcConfig = {
    SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^Group/), 'GroupId'] }],
    Subnets: [expect.objectContaining({ Ref: expect.stringMatching(/^VpcPrivate/) }), expect.anything()],
  };

  test('runs every function in it', () => {
    const functions = ofPipeline(template, 'AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(25);
    const outside = functions.filter(([, { Properties }]) => !Properties.VpcConfig);
    expect(outside.map(([id]) => id)).toEqual([]);
  });

  test.each([
    ['Retrains', 'Train'],
    ['Retrains', 'CreateChallengerModel'],
    ['Retrains', 'CreateChampionModel'],
    ['Releases', 'CreateModel'],
  ])('runs what it makes in it: %s, %s', (workflow, state) => {
    const { States } = definitionOf(template, workflow);
    expect(JSON.stringify(States[state]?.Arguments)).toContain('"VpcConfig":{"SecurityGroupIds":["');
  });

  test('recreates a deleted model in it', () => {
    const [[, repair] = []] = ofPipeline(template, 'AWS::Lambda::Function').filter(([id]) =>
      id.includes('RepairChampion'),
    );
    expect(JSON.stringify(repair)).toContain('vpcConfig');
  });

  test('lets jobs and endpoints have network interfaces', () => {
    for (const role of ['ModelExecutionRole', 'ModelRetrainingTrainingRole', 'ModelChallengerScoringRole']) {
      expect(actionsOf(template, role)).toContain('ec2:CreateNetworkInterfacePermission');
    }
  });

  test('uses the groups that it is given, in the private subnets', () => {
    const [, { Properties }] = ofPipeline(template, 'AWS::Lambda::Function')[0] as [string, Resource];
    expect(Properties.VpcConfig).toEqual({
      SecurityGroupIds: VpcConfig.SecurityGroupIds,
      SubnetIds: VpcConfig.Subnets,
    });
    expect(ofPipeline(template, 'AWS::EC2::SecurityGroup')).toEqual([]);
  });

  test('makes one group for all if it is given none, before the function that gives the pipeline its identity', () => {
    const template = synthesize((stack) => ({ vpc: new Vpc(stack, 'Vpc') }));
    expect(ofPipeline(template, 'AWS::EC2::SecurityGroup')).toHaveLength(1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { IpProtocol: '-1' });
  });

  test.each([
    [
      'more than 5 security groups',
      (stack: Stack) => {
        const vpc = new Vpc(stack, 'Vpc');
        const groups = Array.from(
          { length: 6 },
          (_, index) => new SecurityGroup(stack, `G${index}`, { vpc }),
        );
        return { vpc, securityGroups: groups };
      },
      'securityGroups must be 1 to 5 groups, which is what Lambda and SageMaker take; leave it out for a new one, got 6',
    ],
    [
      'subnets without a VPC',
      () => ({ vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } }),
      'Test/Model: vpcSubnets need a vpc: give the VPC that they belong to',
    ],
  ])('refuses %s', (_title, props, problem) => {
    expect(() => synthesize(props)).toThrow(problem);
  });
});

test('resources tell checkov which checks are skipped, and why', () => {
  const template = synthesize(() => ({}));
  const skipped = (type: string) =>
    Object.values(template.findResources(type)).map(({ Metadata }) =>
      (Metadata?.checkov?.skip ?? []).map(({ id, comment }: { id: string; comment: string }) => {
        expect(comment).toMatch(/\w+ \w+/);
        return id;
      }),
    );
  for (const ids of skipped('AWS::Lambda::Function')) {
    expect(ids).toEqual(['CKV_AWS_115', 'CKV_AWS_116']);
  }
  expect(skipped('AWS::S3::Bucket')).toEqual([['CKV_AWS_18']]);
});

describe('a pipeline with a key', () => {
  const template = synthesize((stack) => ({
    encryptionKey: new Key(stack, 'Key'),
    releaseStrategy: ReleaseStrategy.shadow(),
  }));
  const KEY = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };

  test.each([
    ['AWS::Logs::LogGroup', { KmsKeyId: KEY }],
    ['AWS::Lambda::Function', { KmsKeyArn: KEY }],
    ['AWS::StepFunctions::StateMachine', { EncryptionConfiguration: { KmsKeyId: KEY } }],
    ['AWS::SNS::Topic', { KmsMasterKeyId: KEY }],
    ['AWS::SQS::Queue', { KmsMasterKeyId: KEY }],
    [
      'AWS::S3::Bucket',
      {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: { KMSMasterKeyID: KEY, SSEAlgorithm: 'aws:kms' },
            },
          ],
        },
      },
    ],
  ])('encrypts each %s', (type, properties) => {
    template.allResourcesProperties(type, properties);
  });

  test.each([
    [
      'Retrains',
      'Train',
      ['"VolumeKmsKeyId":"', '"OutputDataConfig":{"S3OutputPath":"{% $version.outputUri %}","KmsKeyId":"'],
    ],
    ['Retrains', 'ScoreChallenger', ['"VolumeKmsKeyId":"', '"AssembleWith":"Line","KmsKeyId":"']],
    ['Releases', 'CreateEndpointConfig', ['/capture","KmsKeyId":"', '},"KmsKeyId":"']],
    ['Releases', 'CreateShadowConfig', ['/capture","KmsKeyId":"', '},"KmsKeyId":"']],
    ['Releases', 'CreateFinalConfig', ['/capture","KmsKeyId":"', '},"KmsKeyId":"']],
  ])('encrypts volumes, output and recorded requests: %s, %s', (workflow, state, expected) => {
    const text = JSON.stringify(definitionOf(template, workflow).States[state]?.Arguments);
    for (const part of expected) expect(text).toContain(part);
  });

  test('gives no key to an instance whose local storage takes none', () => {
    const template = synthesize((stack) => ({
      encryptionKey: new Key(stack, 'Key'),
      hosting: { instanceType: 'ml.g5.xlarge' },
      batchScoring: { instanceType: 'ml.g5.xlarge' },
      training: {
        ...PROPS.training,
        instanceType: 'ml.g5.xlarge',
        container: TrainingContainer.pytorch(),
      },
    }));
    const training = JSON.stringify(definitionOf(template, 'Retrains').States.Train?.Arguments);
    const config = JSON.stringify(definitionOf(template, 'Releases').States.CreateEndpointConfig?.Arguments);
    expect(training).not.toContain('VolumeKmsKeyId');
    expect(config).not.toContain('},"KmsKeyId"');
    expect(config).toContain('/capture","KmsKeyId":"');
  });

  test('lets every role of functions, workflows, jobs and endpoints use it', () => {
    const using = new Set(
      [...roleStatements(template)]
        .filter(([, statements]) => JSON.stringify(statements).includes('kms:Decrypt'))
        .map(([role]) => role),
    );
    const roles = ofPipeline(template, 'AWS::IAM::Role').map(([id]) => id);
    // Before the pipeline has data, its name is claimed.
    expect(roles.filter((id) => !using.has(id) && !id.startsWith('ModelIdentity'))).toEqual([]);
  });

  test.each(['logs.eu-central-1', 'cloudwatch', 'events'])('lets %s use it', (service) => {
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Principal: { Service: `${service}.amazonaws.com` }, Effect: 'Allow' }),
        ]),
      },
    });
  });

  test('of another stack gets no statements, and is used all the same', () => {
    const keyArn = 'arn:aws:kms:eu-central-1:111111111111:key/1234';
    const template = synthesize((stack) => ({ encryptionKey: Key.fromKeyArn(stack, 'Key', keyArn) }));
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: keyArn });
  });
});

describe('a pipeline with a bucket of its user', () => {
  test('makes none, keeps others from writing versions, and hears of new data if it retrains on them', () => {
    const template = synthesize((stack) => ({
      bucket: new Bucket(stack, 'Mine', { versioned: true }),
      retraining: { onNewData: true },
    }));
    template.resourceCountIs('AWS::S3::Bucket', 1);
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Sid: 'OnlyThePipelineWritesVersions' })]),
      },
    });
    template.hasResourceProperties('Custom::S3BucketNotifications', {
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    });
  });

  test('that is encrypted lets its roles use the key of the bucket', () => {
    const template = synthesize((stack) => ({
      bucket: new Bucket(stack, 'Mine', { versioned: true, encryptionKey: new Key(stack, 'Key') }),
    }));
    expect(actionsOf(template, 'ModelRetrainingTrainingRole')).toContain('kms:Decrypt');
  });

  test('refuses one that is not versioned', () => {
    expect(() => synthesize((stack) => ({ bucket: new Bucket(stack, 'Mine') }))).toThrow(
      'Test/Model: bucket Test/Mine/Resource must be versioned, since datasets, models and the ledger refer to versions of objects: set versioned to true',
    );
  });

  test('refuses a removal policy, which is not of that bucket', () => {
    expect(() =>
      synthesize((stack) => ({
        bucket: new Bucket(stack, 'Mine', { versioned: true }),
        removalPolicy: RemovalPolicy.DESTROY,
      })),
    ).toThrow('removalPolicy is of the bucket that the pipeline makes, and bucket is yours: leave one out');
  });

  test('refuses one that another pipeline has', () => {
    const stack = newStack();
    const bucket = new Bucket(stack, 'Mine', { versioned: true });
    new ModelPipeline(stack, 'Model', { ...PROPS, bucket });
    expect(() => new ModelPipeline(stack, 'Other', { ...PROPS, pipelineName: 'other', bucket })).toThrow(
      "Test/Other: bucket is that of Test/Model already, and two pipelines would overwrite each other's data: give each a bucket of its own",
    );
  });
});

describe('a pipeline with a topic of its user', () => {
  const template = synthesize((stack) => ({
    topic: new Topic(stack, 'Mine', { enforceSSL: true, masterKey: new Key(stack, 'TopicKey') }),
  }));

  test('lets alarms publish to it, for its own policy had replaced the default one', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
          }),
        ]),
      },
    });
  });

  test('lets alarms use its key, and its workflows too', () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          }),
        ]),
      },
    });
    expect(actionsOf(template, 'ModelRetrainingWorkflow')).toContain('kms:GenerateDataKey*');
  });
});

describe('a pipeline with resources of another stack of its app', () => {
  const assumedBy = new ServicePrincipal('sagemaker.amazonaws.com');
  const synthesizeTwo = (props: (owner: Stack, stack: Stack) => Partial<ModelPipelineProps>) => {
    const app = new App();
    const [owner, stack] = ['Owner', 'Test'].map((id) => new Stack(app, id)) as [Stack, Stack];
    new ModelPipeline(stack, 'Model', { ...PROPS, ...props(owner, stack) });
    return app.synth();
  };

  test('takes a VPC, a key and a topic, and roles, and an imported bucket', () => {
    const { stacks } = synthesizeTwo((owner, stack) => {
      const encryptionKey = new Key(owner, 'Key');
      const { bucketArn } = new Bucket(owner, 'Bucket', { versioned: true, encryptionKey });
      return {
        vpc: new Vpc(owner, 'Vpc'),
        encryptionKey,
        topic: new Topic(owner, 'Topic', { masterKey: encryptionKey }),
        bucket: Bucket.fromBucketAttributes(stack, 'Bucket', { bucketArn, encryptionKey }),
        trainingRole: new Role(owner, 'Training', { assumedBy }),
        servingRole: new Role(owner, 'Serving', { assumedBy }),
        scoringRole: new Role(owner, 'Scoring', { assumedBy }),
      };
    });
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['Owner', 'Test']);
  });

  test('refuses a bucket, whose policy would refer to both stacks', () => {
    expect(() =>
      synthesizeTwo((owner) => ({ bucket: new Bucket(owner, 'Data', { versioned: true }) })),
    ).toThrow(
      'Test/Model: bucket Owner/Data is of another stack, whose bucket policy would refer to this one',
    );
  });
});

describe('a pipeline with roles of its user', () => {
  const assumedBy = new ServicePrincipal('sagemaker.amazonaws.com');

  test('runs jobs and endpoints with them, and gives each what it needs', () => {
    const template = synthesize((stack) => ({
      trainingRole: new Role(stack, 'Training', { assumedBy }),
      servingRole: new Role(stack, 'Serving', { assumedBy }),
      scoringRole: new Role(stack, 'Scoring', { assumedBy }),
    }));
    const own = ofPipeline(template, 'AWS::IAM::Role').filter(([, { Properties }]) =>
      JSON.stringify(Properties.AssumeRolePolicyDocument).includes('sagemaker.amazonaws.com'),
    );
    expect(own).toEqual([]);
    const train = JSON.stringify(definitionOf(template, 'Retrains').States.Train?.Arguments);
    expect(train).toMatch(/"RoleArn":"[^"]*Training/);
    for (const id of ['Training', 'Serving', 'Scoring']) {
      expect(actionsOf(template, id)).toContain('s3:GetObject');
    }
    // The pipeline explains its policies to whoever checks them.
    expect(ofPipeline(template, 'AWS::IAM::Policy').length).toBe(
      Object.keys(template.findResources('AWS::IAM::Policy')).length,
    );
  });

  test('refuses one role for two purposes', () => {
    expect(() =>
      synthesize((stack) => {
        const trainingRole = new Role(stack, 'Role', { assumedBy });
        return { trainingRole, servingRole: trainingRole };
      }),
    ).toThrow(
      'servingRole is also trainingRole, so that your scripts could change what judges or serves them: give them roles of their own',
    );
  });

  test('takes a role of another stack whose policies may not change', () => {
    const arn = 'arn:aws:iam::111111111111:role/training';
    const template = synthesize((stack) => ({
      trainingRole: Role.fromRoleArn(stack, 'Training', arn, { mutable: false }),
    }));
    const train = JSON.stringify(definitionOf(template, 'Retrains').States.Train?.Arguments);
    expect(train).toContain(`"RoleArn":"${arn}"`);
    expect(actionsOf(template, 'Training')).toEqual([]);
  });
});

describe('what an app says of all its resources', () => {
  test('a permissions boundary is on every role', () => {
    const stack = newStack();
    const boundary = ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary');
    PermissionsBoundary.of(stack.node.root).apply(boundary);
    new ModelPipeline(stack, 'Model', { ...PROPS, removalPolicy: RemovalPolicy.DESTROY });
    const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    expect(roles.length).toBeGreaterThan(20);
    for (const { Properties } of roles) {
      expect(JSON.stringify(Properties.PermissionsBoundary)).toContain(':policy/boundary');
    }
  });

  describe('tags', () => {
    const stack = newStack();
    const parent = new Construct(stack, 'Parent');
    new ModelPipeline(parent, 'Model', PROPS);
    Tags.of(parent).add('cost-center', '4711');
    const template = Template.fromStack(stack);

    test.each([
      ['Retrains', 'Train'],
      ['Retrains', 'CreateChallengerModel'],
      ['Retrains', 'ScoreChallenger'],
      ['Releases', 'CreateModel'],
      ['Releases', 'CreateEndpointConfig'],
      ['Releases', 'CreateEndpoint'],
    ])('are on what the workflows make, beside those of the pipeline: %s, %s', (workflow, name) => {
      const state = definitionOf(template, workflow).States[name];
      const pipelineTags = [
        { Key: 'model-pipeline', Value: 'flights' },
        { Key: 'model-pipeline-id', Value: expect.anything() },
      ];
      expect(state?.Arguments).toMatchObject({
        Tags: [{ Key: 'cost-center', Value: '4711' }, ...pipelineTags],
      });
    });
  });
});

test('logs are kept, and traces sent, as the platform says', () => {
  const template = synthesize(() => ({
    logRetention: RetentionDays.ONE_YEAR,
    systemLogLevel: SystemLogLevel.WARN,
    tracing: Tracing.ACTIVE,
  }));
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  template.allResourcesProperties('AWS::StepFunctions::StateMachine', {
    TracingConfiguration: { Enabled: true },
  });
  for (const [, { Properties }] of ofPipeline(template, 'AWS::Lambda::Function')) {
    expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
    expect(Properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON', SystemLogLevel: 'WARN' });
  }
});
