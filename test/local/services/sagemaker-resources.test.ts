import type { ResourceProvider } from '../../../local/gateway/service';
import { BUCKET, IMAGE, ROLE, SageMakerFixture } from './sagemaker-fixture';

const PREFIX = 'arn:aws:sagemaker:us-east-1:000000000000';

describe('CloudFormation resources of SageMaker', () => {
  let fixture: SageMakerFixture;
  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    // Puts the model's data in place.
    await fixture.model('good', 100);
    await fixture.model('broken', 1, { script: 'def model_fn(d): raise OSError("no such model")' });
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  const resource = (type: string) =>
    fixture.cloud.services.get('sagemaker')?.resources?.[`AWS::SageMaker::${type}`] as ResourceProvider;
  const create = (type: string, properties: object) =>
    resource(type).create(properties, fixture.resourceContext(type));

  const model = (data: string) =>
    create('Model', {
      ExecutionRoleArn: ROLE,
      PrimaryContainer: { Image: IMAGE, ModelDataUrl: `s3://${BUCKET}/models/${data}/model.tar.gz` },
    });
  const config = (name: string, modelName: unknown) =>
    create('EndpointConfig', {
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: 'blue',
          ModelName: modelName,
          InstanceType: 'ml.m5.large',
          InitialInstanceCount: 1,
          InitialVariantWeight: 1,
        },
      ],
    });

  test('model, config and endpoint come up, change and go', async () => {
    const created = await model('good');
    expect(created).toEqual({
      physicalId: `${PREFIX}:model/stack-model-1`,
      attributes: { ModelName: 'stack-Model-1', Id: `${PREFIX}:model/stack-model-1` },
    });
    const first = await config('First', created.attributes?.ModelName);
    expect(first.attributes).toMatchObject({ EndpointConfigName: 'First' });
    const endpoint = await create('Endpoint', { EndpointConfigName: 'First', EndpointName: 'Flights' });
    expect(endpoint).toEqual({
      physicalId: `${PREFIX}:endpoint/flights`,
      attributes: { EndpointName: 'Flights', Id: `${PREFIX}:endpoint/flights` },
    });
    expect((await fixture.invoke('Flights', '1')).text).toBe('101\n');

    await config('Second', 'good');
    const updated = await resource('Endpoint').update(
      endpoint.physicalId,
      { EndpointConfigName: 'Second', EndpointName: 'Flights', Tags: [{ Key: 'a', Value: 'b' }] },
      { EndpointConfigName: 'First', EndpointName: 'Flights' },
      fixture.resourceContext('Endpoint'),
    );
    expect(updated).toEqual(endpoint);
    expect((await fixture.describe('Flights')).EndpointConfigName).toBe('Second');

    const context = fixture.resourceContext();
    for (let twice = 0; twice < 2; twice++) {
      await resource('Endpoint').delete(endpoint.physicalId, {}, context);
      await resource('EndpointConfig').delete(first.physicalId, {}, context);
      await resource('Model').delete(created.physicalId, {}, context);
    }
    await expect(fixture.describe('Flights')).rejects.toThrow(/Could not find endpoint/);
  });

  test('an endpoint that does not come up fails, and so does an update that is rolled back', async () => {
    await config('bad', 'broken');
    await config('fine', 'good');
    await expect(create('Endpoint', { EndpointConfigName: 'bad', EndpointName: 'first' })).rejects.toThrow(
      /did not pass the ping health check/,
    );
    const endpoint = await create('Endpoint', { EndpointConfigName: 'fine', EndpointName: 'second' });
    await expect(
      resource('Endpoint').update(
        endpoint.physicalId,
        { EndpointConfigName: 'bad', EndpointName: 'second' },
        { EndpointConfigName: 'fine', EndpointName: 'second' },
        fixture.resourceContext('Endpoint'),
      ),
    ).rejects.toThrow(/did not pass the ping health check/);
    expect((await fixture.invoke('second', '1')).text).toBe('101\n');
  });

  test('a model package group has its ARN as reference', async () => {
    const group = await create('ModelPackageGroup', { ModelPackageGroupName: 'flights' });
    expect(group).toEqual({
      physicalId: `${PREFIX}:model-package-group/flights`,
      attributes: {
        ModelPackageGroupArn: `${PREFIX}:model-package-group/flights`,
        CreationTime: '2026-11-24T10:00:00.000Z',
        ModelPackageGroupStatus: 'Completed',
      },
    });
    const context = fixture.resourceContext();
    await resource('ModelPackageGroup').delete(group.physicalId, {}, context);
    await resource('ModelPackageGroup').delete(group.physicalId, {}, context);
  });
});
