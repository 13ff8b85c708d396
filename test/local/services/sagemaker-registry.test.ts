import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  AddTagsCommand,
  CreateModelCommand,
  CreateModelPackageCommand,
  type CreateModelPackageCommandInput,
  CreateModelPackageGroupCommand,
  DeleteModelPackageCommand,
  DeleteModelPackageGroupCommand,
  DeleteTagsCommand,
  DescribeModelCommand,
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
  ListModelPackageGroupsCommand,
  ListModelPackagesCommand,
  type ListModelPackagesCommandInput,
  ListTagsCommand,
  type ModelApprovalStatus,
  SageMakerClient,
  SearchCommand,
  type SearchCommandInput,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { archive, BUCKET, IMAGE, ROLE, SageMakerFixture, variant } from './sagemaker-fixture';
import { START } from './service-fixture';

const PREFIX = 'arn:aws:sagemaker:us-east-1:000000000000';
const FIRST = `${PREFIX}:model-package/flights/1`;

describe('the model registry of SageMaker', () => {
  let fixture: SageMakerFixture;
  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    await fixture.sagemaker.send(
      new CreateModelPackageGroupCommand({
        ModelPackageGroupName: 'Flights',
        ModelPackageGroupDescription: 'late flights',
      }),
    );
  });
  afterEach(() => fixture.cloud.stop());

  const register = (more: Partial<CreateModelPackageCommandInput> = {}) =>
    fixture.sagemaker.send(new CreateModelPackageCommand({ ModelPackageGroupName: 'Flights', ...more }));
  const describePackage = (ModelPackageName = FIRST) =>
    fixture.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }));
  const list = async (query: ListModelPackagesCommandInput) => {
    const { ModelPackageSummaryList } = await fixture.sagemaker.send(new ListModelPackagesCommand(query));
    return ModelPackageSummaryList?.map(({ ModelPackageVersion }) => ModelPackageVersion);
  };

  test('a package keeps what it was registered with', async () => {
    const InferenceSpecification = {
      Containers: [{ Image: IMAGE, ModelDataUrl: 's3://b/model.tar.gz', Environment: { A: 'b' } }],
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    };
    const ModelMetrics = {
      ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: 's3://b/evaluation.json' } },
    };
    const given = {
      InferenceSpecification,
      ModelMetrics,
      ModelPackageDescription: 'the first',
      MetadataProperties: { CommitId: 'abc' },
      CustomerMetadataProperties: { modelVersion: '1.0.0' },
      ModelApprovalStatus: 'Approved' as const,
    };
    expect(await register(given)).toMatchObject({ ModelPackageArn: FIRST });
    expect(await describePackage()).toMatchObject({
      ...given,
      ModelPackageGroupName: 'Flights',
      ModelPackageVersion: 1,
      ModelPackageArn: FIRST,
      ModelPackageStatus: 'Completed',
      CreationTime: START,
    });
  });

  test('versions are counted and never given twice', async () => {
    await register();
    await register();
    await fixture.sagemaker.send(
      new DeleteModelPackageCommand({ ModelPackageName: `${PREFIX}:model-package/flights/2` }),
    );
    expect(await register()).toMatchObject({ ModelPackageArn: `${PREFIX}:model-package/flights/3` });
    await expect(describePackage(`${PREFIX}:model-package/flights/2`)).rejects.toMatchObject({
      name: 'ValidationException',
      message: `ModelPackage ${PREFIX}:model-package/flights/2 does not exist.`,
    });
  });

  test('approval and metadata can change', async () => {
    await register({ CustomerMetadataProperties: { a: '1', b: '2' } });
    expect((await describePackage()).ModelApprovalStatus).toBe('PendingManualApproval');
    await fixture.sagemaker.send(
      new UpdateModelPackageCommand({
        ModelPackageArn: FIRST,
        ModelApprovalStatus: 'Approved',
        ApprovalDescription: 'looks good',
        CustomerMetadataProperties: { b: '3', c: '4' },
        CustomerMetadataPropertiesToRemove: ['a'],
      }),
    );
    expect(await describePackage()).toMatchObject({
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: 'looks good',
      CustomerMetadataProperties: { b: '3', c: '4' },
    });
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`key-${i}`, 'x']));
    await expect(
      fixture.sagemaker.send(
        new UpdateModelPackageCommand({ ModelPackageArn: FIRST, CustomerMetadataProperties: many }),
      ),
    ).rejects.toThrow(/at most 50/);
    expect((await describePackage()).CustomerMetadataProperties).toEqual({ b: '3', c: '4' });
  });

  test('packages are listed by group, approval and time, page by page', async () => {
    await fixture.sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'other' }));
    await register({ ModelPackageGroupName: 'other' });
    for (const ModelApprovalStatus of ['Approved', 'Rejected', 'Approved'] as const) {
      await register({ ModelApprovalStatus });
      await fixture.advance(1000);
    }
    const ModelPackageGroupName = 'Flights';
    expect(await list({ ModelPackageGroupName, SortBy: 'CreationTime', SortOrder: 'Descending' })).toEqual([
      3, 2, 1,
    ]);
    expect(await list({ ModelPackageGroupName, ModelApprovalStatus: 'Approved' })).toEqual([1, 3]);
    expect(
      await list({ ModelPackageGroupName: `${PREFIX}:model-package-group/flights`, MaxResults: 2 }),
    ).toEqual([1, 2]);
    expect(await list({ ModelPackageType: 'Versioned' })).toEqual([1, 1, 2, 3]);
    expect(await list({})).toEqual([]);
    await expect(list({ ModelPackageGroupName: 'gone' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: `ModelPackageGroup ${PREFIX}:model-package-group/gone does not exist.`,
    });
  });

  test('groups and packages are found by their properties, the newest first', async () => {
    await fixture.sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'other' }));
    for (const ModelApprovalStatus of ['Approved', 'Rejected', 'Approved'] as const) {
      await fixture.advance(1000);
      await register({ ModelApprovalStatus });
    }
    const search = async (query: SearchCommandInput) =>
      (await fixture.sagemaker.send(new SearchCommand(query))).Results ?? [];
    const versions = async (SearchExpression: SearchCommandInput['SearchExpression'], more = {}) =>
      (await search({ Resource: 'ModelPackage', SearchExpression, ...more })).map(
        ({ ModelPackage }) => ModelPackage?.ModelPackageVersion,
      );
    const Name = 'ModelApprovalStatus';
    expect(await versions({ Filters: [{ Name, Operator: 'Equals', Value: 'Approved' }] })).toEqual([3, 1]);
    expect(await versions({ Filters: [{ Name, Operator: 'NotEquals', Value: 'Approved' }] })).toEqual([2]);
    expect(
      await versions({ Filters: [{ Name: 'ModelPackageVersion', Value: '2' }] }, { SortOrder: 'Ascending' }),
    ).toEqual([2]);
    expect(
      await versions(
        {
          Operator: 'Or',
          Filters: [
            { Name: 'ModelPackageVersion', Value: '1' },
            { Name, Operator: 'Contains', Value: 'jected' },
          ],
        },
        { SortBy: 'ModelPackageVersion', SortOrder: 'Ascending' },
      ),
    ).toEqual([1, 2]);
    const groups = await search({
      Resource: 'ModelPackageGroup',
      SearchExpression: { Filters: [{ Name: 'ModelPackageGroupName', Value: 'Flights' }] },
    });
    expect(groups.map(({ ModelPackageGroup }) => ModelPackageGroup?.ModelPackageGroupDescription)).toEqual([
      'late flights',
    ]);
    await expect(search({ Resource: 'Pipeline' })).rejects.toThrow('Search for Pipeline');
  });

  test('a group is deleted only when it is empty', async () => {
    await register();
    const remove = new DeleteModelPackageGroupCommand({ ModelPackageGroupName: 'Flights' });
    await expect(fixture.sagemaker.send(remove)).rejects.toMatchObject({ name: 'ConflictException' });
    await fixture.sagemaker.send(new DeleteModelPackageCommand({ ModelPackageName: FIRST }));
    await fixture.sagemaker.send(remove);
    await expect(
      fixture.sagemaker.send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: 'Flights' })),
    ).rejects.toThrow(/does not exist/);
    const { ModelPackageGroupSummaryList } = await fixture.sagemaker.send(
      new ListModelPackageGroupsCommand({}),
    );
    expect(ModelPackageGroupSummaryList).toEqual([]);
  });

  test('an approval is told as an event', async () => {
    const queue = await fixture.queueFor('approvals', 'events.amazonaws.com');
    const events = new EventBridgeClient(fixture.config());
    const pattern = {
      source: ['aws.sagemaker'],
      'detail-type': ['SageMaker Model Package State Change'],
      detail: { ModelPackageGroupName: ['Flights'], ModelApprovalStatus: ['Approved'] },
    };
    await events.send(new PutRuleCommand({ Name: 'approvals', EventPattern: JSON.stringify(pattern) }));
    await events.send(
      new PutTargetsCommand({ Rule: 'approvals', Targets: [{ Id: 'queue', Arn: queue.arn }] }),
    );
    await register();
    await fixture.sagemaker.send(
      new UpdateModelPackageCommand({ ModelPackageArn: FIRST, ModelApprovalStatus: 'Approved' }),
    );
    await fixture.settle();
    expect(await fixture.receiveJson(queue.url)).toMatchObject([
      {
        resources: [FIRST],
        detail: { ModelPackageVersion: 1, ModelPackageArn: FIRST, CreationTime: START.toISOString() },
      },
    ]);
  });

  test('an approved package becomes a model', async () => {
    await fixture.put('model.tar.gz', archive({ value: '1' }));
    await register({
      InferenceSpecification: {
        Containers: [{ Image: IMAGE, ModelDataUrl: `s3://${BUCKET}/model.tar.gz` }],
        SupportedContentTypes: ['text/csv'],
        SupportedResponseMIMETypes: ['text/csv'],
      },
    });
    const create = new CreateModelCommand({
      ModelName: 'registered',
      ExecutionRoleArn: ROLE,
      PrimaryContainer: { ModelPackageName: FIRST },
    });
    await expect(fixture.sagemaker.send(create)).rejects.toThrow(/PendingManualApproval/);
    await fixture.sagemaker.send(
      new UpdateModelPackageCommand({ ModelPackageArn: FIRST, ModelApprovalStatus: 'Approved' }),
    );
    await fixture.sagemaker.send(create);
    const model = await fixture.sagemaker.send(new DescribeModelCommand({ ModelName: 'registered' }));
    expect(model.PrimaryContainer).toEqual({ ModelPackageName: FIRST });
  });

  test('tags can be added, replaced and removed', async () => {
    const ResourceArn = `${PREFIX}:model-package-group/flights`;
    const tag = (Key: string, Value: string) => ({ Key, Value });
    await fixture.sagemaker.send(new AddTagsCommand({ ResourceArn, Tags: [tag('a', '1'), tag('b', '2')] }));
    await fixture.sagemaker.send(new AddTagsCommand({ ResourceArn, Tags: [tag('b', '3')] }));
    await fixture.sagemaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ['a'] }));
    expect((await fixture.sagemaker.send(new ListTagsCommand({ ResourceArn }))).Tags).toEqual([
      tag('b', '3'),
    ]);
  });

  test('a role reaches what its tags and names allow', async () => {
    await register();
    const config = await fixture.roleConfig('caller', [
      {
        Effect: 'Allow',
        Action: 'sagemaker:CreateModelPackage',
        Resource: [`${PREFIX}:model-package-group/flights`, `${PREFIX}:model-package/flights/*`],
      },
      {
        Effect: 'Allow',
        Action: 'sagemaker:DescribeModelPackageGroup',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/team': 'ml' } },
      },
    ]);
    const client = new SageMakerClient(config);
    await client.send(new CreateModelPackageCommand({ ModelPackageGroupName: 'Flights' }));
    await expect(
      client.send(new DescribeModelPackageCommand({ ModelPackageName: FIRST })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const describe = new DescribeModelPackageGroupCommand({ ModelPackageGroupName: 'Flights' });
    await expect(client.send(describe)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await fixture.sagemaker.send(
      new AddTagsCommand({
        ResourceArn: `${PREFIX}:model-package-group/flights`,
        Tags: [{ Key: 'team', Value: 'ml' }],
      }),
    );
    expect(await client.send(describe)).toMatchObject({ ModelPackageGroupDescription: 'late flights' });
  });

  test('a role registers only packages with the approval status that it may name', async () => {
    const Condition = { StringEquals: { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' } };
    const config = await fixture.roleConfig('trainer', [
      { Effect: 'Allow', Action: 'sagemaker:CreateModelPackage', Resource: '*', Condition },
    ]);
    const create = (ModelApprovalStatus?: ModelApprovalStatus) =>
      new SageMakerClient(config).send(
        new CreateModelPackageCommand({ ModelPackageGroupName: 'Flights', ModelApprovalStatus }),
      );
    await expect(create('Approved')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(create()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await create('PendingManualApproval')).toEqual(
      expect.objectContaining({ ModelPackageArn: FIRST }),
    );
  });

  test('a role makes only what it tags as it must', async () => {
    const Condition = { StringEquals: { 'aws:RequestTag/team': 'ml' } };
    const Action = ['sagemaker:CreateModelPackageGroup', 'sagemaker:AddTags'];
    const config = await fixture.roleConfig('caller', [
      { Effect: 'Allow', Action, Resource: '*', Condition },
    ]);
    const create = (Value: string) =>
      new SageMakerClient(config).send(
        new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'new', Tags: [{ Key: 'team', Value }] }),
      );
    await expect(create('sales')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await create('ml')).toMatchObject({ ModelPackageGroupArn: `${PREFIX}:model-package-group/new` });
  });

  test.each<[string, object, RegExp]>([
    ['tags of a version', { Tags: [{ Key: 'a', Value: 'b' }] }, /Tags are not supported for versioned/],
    [
      'a package without a group',
      { ModelPackageGroupName: undefined, ModelPackageName: 'x' },
      /ModelPackageName of/,
    ],
  ])('%s is refused', async (_what, more, message) => {
    await expect(register(more)).rejects.toThrow(message);
  });
});

test('models and endpoint configs are described, listed and deleted', async () => {
  const fixture = new SageMakerFixture();
  await fixture.start();
  try {
    await fixture.model('One', 1);
    await fixture.endpointConfig('Config', [variant('blue', 'One')]);
    const call = (operation: string, input: object) =>
      fixture.cloud.call('sagemaker', operation, input, fixture.cloud.administrator);
    expect(await call('DescribeModel', { ModelName: 'one' })).toMatchObject({
      ModelName: 'One',
      ModelArn: `${PREFIX}:model/one`,
      ExecutionRoleArn: ROLE,
    });
    expect(await call('ListModels', { NameContains: 'ON' })).toMatchObject({
      Models: [{ ModelName: 'One' }],
    });
    expect(await call('DescribeEndpointConfig', { EndpointConfigName: 'Config' })).toMatchObject({
      EndpointConfigArn: `${PREFIX}:endpoint-config/config`,
      ProductionVariants: [variant('blue', 'One')],
    });
    expect(await call('ListEndpointConfigs', {})).toMatchObject({
      EndpointConfigs: [{ EndpointConfigName: 'Config' }],
    });
    await call('DeleteEndpointConfig', { EndpointConfigName: 'Config' });
    await call('DeleteModel', { ModelName: 'One' });
    await expect(call('DeleteModel', { ModelName: 'One' })).rejects.toThrow(
      `Could not find model "${PREFIX}:model/one".`,
    );
    await expect(call('DescribeEndpointConfig', { EndpointConfigName: 'Config' })).rejects.toThrow(
      `Could not find endpoint configuration "${PREFIX}:endpoint-config/config".`,
    );
  } finally {
    await fixture.cloud.stop();
  }
});

describe('what CreateModel and CreateEndpointConfig refuse', () => {
  const fixture = new SageMakerFixture();
  beforeAll(async () => {
    await fixture.start();
    await fixture.model('one', 1);
    await fixture.executionRole('logger', [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }]);
  });
  afterAll(() => fixture.cloud.stop());

  test.each([
    ['model data that is not there', ROLE, 'nothing.tar.gz', /Could not find model data at/],
    [
      'model data that the role may not read',
      'arn:aws:iam::000000000000:role/logger',
      'models/one/model.tar.gz',
      /Could not access model data at .*role "arn:aws:iam::000000000000:role\/logger"/,
    ],
  ])('%s', async (_what, role, key, message) => {
    const create = new CreateModelCommand({
      ModelName: 'two',
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: IMAGE, ModelDataUrl: `s3://${BUCKET}/${key}` },
    });
    await expect(fixture.sagemaker.send(create)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  const ok = variant('blue', 'one');
  test.each<[string, object, RegExp]>([
    ['a name of 64 characters', { EndpointConfigName: 'n'.repeat(64) }, /less than or equal to 63/],
    ['an unknown model', { ProductionVariants: [variant('blue', 'two')] }, /Could not find model/],
    ['no variant', { ProductionVariants: [] }, /greater than or equal to 1/],
    [
      'eleven variants',
      { ProductionVariants: Array.from({ length: 11 }, (_, i) => variant(`v${i}`, 'one')) },
      /less than or equal to 10/,
    ],
    ['two variants of one name', { ProductionVariants: [ok, ok] }, /"blue" is not unique/],
    ['a negative weight', { ProductionVariants: [variant('blue', 'one', -1)] }, /initialVariantWeight/],
    [
      'a shadow of two variants',
      {
        ProductionVariants: [ok, variant('green', 'one')],
        ShadowProductionVariants: [variant('shadow', 'one')],
      },
      /Only one ProductionVariant/,
    ],
    [
      'explanations, which are not given here',
      {
        ExplainerConfig: {
          ClarifyExplainerConfig: { ShapConfig: { ShapBaselineConfig: { ShapBaseline: '1' } } },
        },
      },
      /ExplainerConfig of CreateEndpointConfig/,
    ],
  ])('%s', async (_what, more, message) => {
    await expect(fixture.endpointConfig('config', [ok], more)).rejects.toThrow(message);
  });
});
