import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { AddTagsCommand, ListTagsCommand } from '@aws-sdk/client-sagemaker';
import { type Owner, tagsOf } from '../../../lambda/domain/release/ownership';
import {
  type IdentityRequest,
  identify,
  identityOf,
  physicalIdOf,
} from '../../../lambda/pipeline-identity/identify';
import { SageMakerFixture, variant } from '../../local/services/sagemaker-fixture';

const NAME = 'churn';
/** Any type that a stack can have here. */
const LIFECYCLE = 'AWS::SNS::Topic';

describe('the identity of a pipeline', () => {
  let fixture: SageMakerFixture;
  let cloudFormation: CloudFormationClient;
  let stackId: string;

  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    cloudFormation = new CloudFormationClient(fixture.config());
  });
  afterEach(() => fixture.cloud.stop());

  /** A stack with a model package group, or with something else. */
  async function stack(logicalId: string, type = 'AWS::SageMaker::ModelPackageGroup'): Promise<void> {
    const Properties = type.endsWith('Group') ? { ModelPackageGroupName: NAME } : {};
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: 'Churn',
        TemplateBody: JSON.stringify({ Resources: { [logicalId]: { Type: type, Properties } } }),
      }),
    );
    await fixture.settle();
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'Churn' }));
    expect(Stacks).toMatchObject([{ StackStatus: 'CREATE_COMPLETE' }]);
    stackId = Stacks?.[0]?.StackId as string;
  }

  const request = (changes: Partial<IdentityRequest> = {}, name = NAME): IdentityRequest => ({
    RequestType: 'Create',
    ResponseURL: 'http://127.0.0.1/answer',
    StackId: stackId,
    RequestId: 'request-1',
    LogicalResourceId: 'Identity',
    ResourceProperties: {
      PipelineName: name,
      HasEndpoint: 'true',
      RegistryLogicalId: 'Registry',
      ConstructPath: 'Churn/Pipeline',
      LifecycleType: LIFECYCLE,
      LifecycleLogicalIds: ['Lifecycle'],
    },
    ...changes,
  });
  const serve = (...args: Parameters<typeof request>) =>
    identify(request(...args), { sageMaker: fixture.sagemaker, cloudFormation });

  async function endpoint(tags: Partial<Record<string, string>>): Promise<void> {
    await fixture.model('churn-1-0-0', 1);
    await fixture.endpoint(NAME, [variant('blue', 'churn-1-0-0')]);
    const ResourceArn = (await fixture.describe(NAME)).EndpointArn;
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await fixture.sagemaker.send(new AddTagsCommand({ ResourceArn, Tags }));
  }
  const tagsOfEndpoint = async () => {
    const ResourceArn = (await fixture.describe(NAME)).EndpointArn;
    return (await fixture.sagemaker.send(new ListTagsCommand({ ResourceArn }))).Tags;
  };

  test('is new with each creation, and kept by what CloudFormation keeps', async () => {
    await stack('Other', 'AWS::SQS::Queue');
    const first = await serve();
    expect(first).toEqual({
      pipelineName: NAME,
      ownerId: expect.stringMatching(/^[0-9a-f-]{36}\/[0-9a-f]{8}$/),
    });
    expect(stackId).toContain(first.ownerId.split('/')[0]);
    expect(await serve()).toEqual(first);
    expect(await serve({ RequestId: 'request-2' })).not.toEqual(first);
    const PhysicalResourceId = physicalIdOf(first);
    for (const RequestType of ['Update', 'Delete'] as const) {
      expect(await serve({ RequestType, RequestId: 'request-3', PhysicalResourceId })).toEqual(first);
    }
  });

  test('refuses a name whose registry or endpoint somebody else has, and says how to go on', async () => {
    await stack('Other', 'AWS::SQS::Queue');
    await endpoint({ 'model-pipeline': NAME });
    await expect(serve()).rejects.toMatchObject({
      name: 'NameTaken',
      message: expect.stringContaining(
        "the name 'churn' is taken: there is an endpoint of that name already, which this pipeline did not create (its tags say model-pipeline=churn, model-pipeline-id=(none))",
      ),
    });
    expect(
      await serve({ ResourceProperties: { ...request().ResourceProperties, HasEndpoint: 'false' } }),
    ).toBeDefined();
    expect(await tagsOfEndpoint()).toEqual([{ Key: 'model-pipeline', Value: NAME }]);
  });

  test('refuses a construct that was moved in its stack, whose registry is there under another logical id', async () => {
    await stack('RegistryBefore');
    await expect(serve()).rejects.toThrow(
      /model package group of that name already, which Churn\/Pipeline did not create.*cdk refactor/,
    );
  });

  test('refuses a pipeline in whose deployment another leaves the stack, as one does whose construct was moved', async () => {
    await stack('LifecycleBefore', LIFECYCLE);
    await expect(serve()).rejects.toMatchObject({
      name: 'PipelineReplaced',
      message: expect.stringMatching(/removes another from the stack \(LifecycleBefore\).*cdk refactor/),
    });
    const LifecycleLogicalIds = ['Lifecycle', 'LifecycleBefore'];
    expect(
      await serve({ ResourceProperties: { ...request().ResourceProperties, LifecycleLogicalIds } }),
    ).toBeDefined();
  });

  test('takes over what an earlier version of the package made for this construct, and nothing else', async () => {
    await stack('Registry');
    await endpoint({ 'model-pipeline': NAME });
    await fixture.model('churn-eu-1-0-0', 1);
    const owner = await serve();
    expect(await tagsOfEndpoint()).toEqual(tagsOf(owner));
    // After a deployment that was rolled back, the next one gives another id.
    const again = await serve({ RequestId: 'request-2' });
    expect(again).not.toEqual(owner);
    expect(await tagsOfEndpoint()).toEqual(tagsOf(again));
    const arn = 'arn:aws:sagemaker:us-east-1:000000000000:model/churn-eu-1-0-0';
    const { Tags } = await fixture.sagemaker.send(new ListTagsCommand({ ResourceArn: arn }));
    expect(Tags).toEqual([]);
  });

  test("leaves an endpoint that is another stack's, though this construct was deployed before", async () => {
    await stack('Registry');
    const others: Owner = { pipelineName: NAME, ownerId: 'another-stack/1' };
    await endpoint(Object.fromEntries(tagsOf(others).map(({ Key, Value }) => [Key, Value])));
    await expect(serve()).rejects.toThrow('model-pipeline-id=another-stack/1');
    expect(await tagsOfEndpoint()).toEqual(tagsOf(others));
  });

  test('refuses another name, and takes the former one back when that is rolled back', async () => {
    await stack('Registry');
    const PhysicalResourceId = physicalIdOf(await serve());
    const update = { RequestType: 'Update', PhysicalResourceId } as const;
    await expect(serve(update, 'churn-eu')).rejects.toThrow(
      "the pipeline 'churn' cannot become 'churn-eu', since its endpoint, models and registry keep their name; nothing of it was changed. Give it pipelineName: 'churn'",
    );
    expect(await serve(update, NAME)).toEqual(identityOf(request(update)));
  });

  test('refuses to adopt another endpoint, or none any more, or only later, and says how to leave', async () => {
    await stack('Registry');
    const PhysicalResourceId = physicalIdOf(await serve());
    const properties = (AdoptedEndpoint?: string) => ({ ...request().ResourceProperties, AdoptedEndpoint });
    const update = (before?: string, after?: string) =>
      serve({
        RequestType: 'Update',
        PhysicalResourceId,
        ResourceProperties: properties(after),
        OldResourceProperties: properties(before),
      });
    const kept = "has adopted the endpoint 'theirs', which stays its endpoint; nothing was changed";
    await expect(update('theirs', undefined)).rejects.toThrow(kept);
    await expect(update('theirs', 'another')).rejects.toThrow("add a second pipeline for 'another'");
    await expect(update(undefined, 'theirs')).rejects.toThrow('only a new one can adopt');
    expect(await update('theirs', 'theirs')).toMatchObject({ pipelineName: NAME });
  });

  test('lets a new pipeline adopt an endpoint of its own name', async () => {
    await stack('Other', 'AWS::SQS::Queue');
    await endpoint({});
    await expect(serve()).rejects.toThrow(
      "or take that endpoint over as it serves (adopt: { endpointName: 'churn' }",
    );
    const ResourceProperties = { ...request().ResourceProperties, AdoptedEndpoint: NAME };
    expect(await serve({ ResourceProperties })).toMatchObject({ pipelineName: NAME });
    expect(await tagsOfEndpoint()).toEqual([]);
  });

  test('refuses an endpoint of the name once the pipeline is to have one', async () => {
    await stack('Registry');
    const PhysicalResourceId = physicalIdOf(await serve());
    await endpoint({});
    const update = { RequestType: 'Update', PhysicalResourceId } as const;
    const functionAlone = { ...request().ResourceProperties, HasEndpoint: 'false' } as const;
    await expect(serve({ ...update, OldResourceProperties: functionAlone })).rejects.toThrow(
      'it has no tag of a pipeline',
    );
    // As in the rollback of any other update, which must not fail.
    const { ResourceProperties: OldResourceProperties } = request();
    expect(await serve({ ...update, OldResourceProperties })).toBeDefined();
  });
});
