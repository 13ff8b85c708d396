import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateEndpointCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  ListEndpointsCommand,
  type ProductionVariant,
  SageMakerClient,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import type { EndpointConfig } from '../../../local/services/sagemaker/store';
import { archive, BUCKET, IMAGE, ROLE, SageMakerFixture, variant } from './sagemaker-fixture';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/flights';

describe('SageMaker endpoints', () => {
  let fixture: SageMakerFixture;
  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    await fixture.model('one', 100);
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  test('an endpoint comes up and answers with its model', async () => {
    await fixture.endpointConfig('config', [variant('blue', 'one')]);
    const create = new CreateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: 'config' });
    expect(await fixture.sagemaker.send(create)).toMatchObject({ EndpointArn: ARN });
    expect((await fixture.describe('flights')).EndpointStatus).toBe('Creating');
    await expect(fixture.invoke('flights', '1')).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Endpoint flights of account 000000000000 not found.',
    });
    await fixture.settle();
    expect(await fixture.describe('flights')).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'config',
      ProductionVariants: [
        {
          VariantName: 'blue',
          CurrentWeight: 1,
          DesiredWeight: 1,
          CurrentInstanceCount: 1,
          DesiredInstanceCount: 1,
          DeployedImages: [{ SpecifiedImage: IMAGE, ResolvedImage: IMAGE }],
        },
      ],
    });
    expect(await fixture.invoke('flights', '1,2\n3,4\n')).toMatchObject({
      text: '103\n107\n',
      ContentType: 'text/csv; charset=utf-8',
      InvokedProductionVariant: 'blue',
    });
    await expect(fixture.sagemaker.send(create)).rejects.toThrow(
      `Cannot create already existing endpoint "${ARN}".`,
    );
  });

  test('an update answers every request, first by the old model, then by the new one', async () => {
    await fixture.model('two', 200);
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    await fixture.endpointConfig('next', [variant('blue', 'two')]);
    const answers: string[] = [];
    let isDone = false;
    const traffic = Array.from({ length: 4 }, async () => {
      while (!isDone) answers.push((await fixture.invoke('flights', '1')).text);
      answers.push((await fixture.invoke('flights', '1')).text);
    });
    await fixture.sagemaker.send(
      new UpdateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: 'next' }),
    );
    const during = await fixture.describe('flights');
    await fixture.settle();
    isDone = true;
    await Promise.all(traffic);
    expect([during.EndpointStatus, during.EndpointConfigName]).toEqual(['Updating', 'flights-config']);
    expect(await fixture.describe('flights')).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'next',
    });
    expect(new Set(answers)).toEqual(new Set(['101\n', '201\n']));
    expect(answers.slice(-4)).toEqual(Array(4).fill('201\n'));
    expect(answers.lastIndexOf('101\n')).toBeGreaterThan(answers.length / 10);
  });

  test('an update that cannot come up is rolled back', async () => {
    await fixture.model('broken', 1, { script: 'def model_fn(d): raise OSError("no such model")' });
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    await fixture.endpointConfig('next', [variant('blue', 'one'), variant('green', 'broken', 0)]);
    await fixture.sagemaker.send(
      new UpdateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: 'next' }),
    );
    await fixture.settle();
    expect(await fixture.describe('flights')).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'flights-config',
      FailureReason:
        'The primary container for production variant green did not pass the ping health check. Please check CloudWatch logs for this endpoint.',
      ProductionVariants: [{ VariantName: 'blue' }],
    });
    expect((await fixture.invoke('flights', '1')).text).toBe('101\n');
  });

  test('a container that never answers its health check is ended', async () => {
    await fixture.model('hung', 1, { script: 'import time\ndef model_fn(d): time.sleep(3600)' });
    await fixture.endpointConfig('hung-config', [variant('blue', 'hung')]);
    // AWS takes no less than 60 seconds, which are seconds of real time here.
    const configs = fixture.cloud.table<EndpointConfig>('sagemaker/endpoint-configs');
    const [hung] = configs.get('hung-config')?.ProductionVariants ?? [];
    Object.assign(hung as object, { ContainerStartupHealthCheckTimeoutInSeconds: 1 });
    await fixture.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: 'hung-config' }),
    );
    await fixture.settle();
    expect(await fixture.describe('flights')).toMatchObject({
      EndpointStatus: 'Failed',
      FailureReason: expect.stringContaining('did not pass the ping health check'),
    });
  });

  test('a creation that cannot come up fails, and can only be deleted', async () => {
    await fixture.put('gone/model.tar.gz', archive({ value: '1' }));
    await fixture.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'gone',
        ExecutionRoleArn: ROLE,
        PrimaryContainer: { Image: IMAGE, ModelDataUrl: `s3://${BUCKET}/gone/model.tar.gz` },
      }),
    );
    await fixture.put('gone/model.tar.gz', 'this is no archive');
    await fixture.endpoint('flights', [variant('blue', 'gone')]);
    expect(await fixture.describe('flights')).toMatchObject({
      EndpointStatus: 'Failed',
      FailureReason: expect.stringContaining(
        'Failed to download model data for container "container_1" from URL: "s3://model-data/gone/model.tar.gz".',
      ),
    });
    const update = new UpdateEndpointCommand({
      EndpointName: 'flights',
      EndpointConfigName: 'flights-config',
    });
    const rescale = new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: 'flights',
      DesiredWeightsAndCapacities: [{ VariantName: 'blue', DesiredWeight: 1 }],
    });
    for (const change of [() => fixture.sagemaker.send(update), () => fixture.sagemaker.send(rescale)]) {
      await expect(change()).rejects.toThrow(/Cannot update failed endpoint/);
    }
    await fixture.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'flights' }));
    await fixture.settle();
    await expect(fixture.describe('flights')).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Could not find endpoint "${ARN}".`,
    });
  });

  test('a change must wait until the one before is done', async () => {
    await fixture.model('two', 200);
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    await fixture.endpointConfig('next', [variant('blue', 'two')]);
    const update = new UpdateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: 'next' });
    await fixture.sagemaker.send(update);
    const inProgress = {
      name: 'ValidationException',
      message: `Cannot update in-progress endpoint "${ARN}".`,
    };
    await expect(fixture.sagemaker.send(update)).rejects.toMatchObject(inProgress);
    await expect(
      fixture.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'flights' })),
    ).rejects.toMatchObject(inProgress);
    await fixture.settle();
    await fixture.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'flights' }));
    await fixture.settle();
    expect(
      (await fixture.sagemaker.send(new ListEndpointsCommand({ NameContains: 'fli' }))).Endpoints,
    ).toEqual([]);
  });

  test('weights divide the traffic, and a variant without weight is reached by name', async () => {
    await fixture.model('two', 200);
    await fixture.endpoint('flights', [variant('blue', 'one'), variant('green', 'two', 0)]);
    const variants = async (count: number) => {
      const answers = await Promise.all(Array.from({ length: count }, () => fixture.invoke('flights', '1')));
      return answers.filter(({ InvokedProductionVariant }) => InvokedProductionVariant === 'green').length;
    };
    expect(await variants(40)).toBe(0);
    expect(await fixture.invoke('flights', '1', { TargetVariant: 'green' })).toMatchObject({ text: '201\n' });
    await expect(fixture.invoke('flights', '1', { TargetVariant: 'red' })).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await fixture.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: 'flights',
        DesiredWeightsAndCapacities: [
          { VariantName: 'green', DesiredWeight: 1 },
          { VariantName: 'blue', DesiredWeight: 3 },
        ],
      }),
    );
    await fixture.settle();
    expect((await fixture.describe('flights')).ProductionVariants).toMatchObject([
      { VariantName: 'blue', CurrentWeight: 3 },
      { VariantName: 'green', CurrentWeight: 1 },
    ]);
    // A quarter of 400; five standard deviations are 43.
    const green = await variants(400);
    expect(Math.abs(green - 100)).toBeLessThan(43);
    await expect(
      fixture.sagemaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName: 'flights',
          DesiredWeightsAndCapacities: [{ VariantName: 'red', DesiredWeight: 1 }],
        }),
      ),
    ).rejects.toThrow(/variant name\(s\) "red"/);
  });

  test('variants that an update leaves as they are keep their container', async () => {
    // GIVEN a model that counts its requests
    const script = `
def model_fn(model_dir): return []
def transform_fn(model, body, content_type, accept):
    model.append(body)
    return '%d' % len(model), 'text/csv'`;
    await fixture.model('counter', 0, { script });
    await fixture.endpoint('flights', [variant('blue', 'counter')]);
    await fixture.invoke('flights', '1');
    // WHEN it gets a neighbour and another weight
    await fixture.endpointConfig('next', [variant('blue', 'counter', 5), variant('green', 'one')]);
    await fixture.sagemaker.send(
      new UpdateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: 'next' }),
    );
    await fixture.settle();
    // THEN it goes on counting
    expect((await fixture.invoke('flights', '1', { TargetVariant: 'blue' })).text).toBe('2');
  });

  test('an update can keep the weights that are set', async () => {
    await fixture.endpoint('flights', [variant('blue', 'one', 7)]);
    await fixture.endpointConfig('next', [variant('blue', 'one', 1)]);
    await fixture.sagemaker.send(
      new UpdateEndpointCommand({
        EndpointName: 'flights',
        EndpointConfigName: 'next',
        RetainAllVariantProperties: true,
      }),
    );
    await fixture.settle();
    expect((await fixture.describe('flights')).ProductionVariants?.[0]?.CurrentWeight).toBe(7);
  });

  describe('with a variant that scales', () => {
    const target = {
      ServiceNamespace: 'sagemaker',
      ResourceId: 'endpoint/flights/variant/blue',
      ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
    } as const;
    let autoScaling: ApplicationAutoScalingClient;

    beforeEach(async () => {
      autoScaling = new ApplicationAutoScalingClient(fixture.config());
      await fixture.endpoint('flights', [variant('blue', 'one')]);
      await autoScaling.send(
        new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 4 }),
      );
    });

    test('refuses updates that remove it or change its type of instance, and takes another model', async () => {
      const update = async (name: string, variants: ProductionVariant[]) => {
        await fixture.endpointConfig(name, variants);
        await fixture.sagemaker.send(
          new UpdateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: name }),
        );
        await fixture.settle();
      };
      await expect(update('green', [variant('green', 'one')])).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining('scalable target exists for the variant blue, and it is removed'),
      });
      const larger = { ...variant('blue', 'one'), InstanceType: 'ml.m5.xlarge' as const };
      await expect(update('larger', [larger])).rejects.toThrow('from ml.m5.large to ml.m5.xlarge');
      await update('both', [variant('blue', 'one'), variant('green', 'one')]);
      await autoScaling.send(new DeregisterScalableTargetCommand(target));
      await update('alone', [variant('green', 'one')]);
      expect((await fixture.describe('flights')).EndpointConfigName).toBe('alone');
    });

    test('is deleted by those who may deregister it, and only by them', async () => {
      const sageMakerOf = async (name: string, actions: string[]) =>
        new SageMakerClient(
          await fixture.roleConfig(name, [{ Effect: 'Allow', Action: actions, Resource: '*' }]),
        );
      const remove = new DeleteEndpointCommand({ EndpointName: 'flights' });
      const weak = await sageMakerOf('weak', ['sagemaker:*']);
      await expect(weak.send(remove)).rejects.toThrow(
        'does not have application-autoscaling:DeregisterScalableTarget permission',
      );
      const strong = await sageMakerOf('strong', [
        'sagemaker:*',
        'application-autoscaling:DeregisterScalableTarget',
      ]);
      await strong.send(remove);
      await fixture.settle();
      const left = await autoScaling.send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }),
      );
      expect(left.ScalableTargets).toEqual([]);
    });
  });

  test('an endpoint survives its model and config', async () => {
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    await fixture.cloud.call('sagemaker', 'DeleteModel', { ModelName: 'one' }, fixture.cloud.administrator);
    await fixture.cloud.call(
      'sagemaker',
      'DeleteEndpointConfig',
      { EndpointConfigName: 'flights-config' },
      fixture.cloud.administrator,
    );
    expect((await fixture.invoke('flights', '1')).text).toBe('101\n');
  });

  test('a container that ends by itself is started again', async () => {
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    await expect(fixture.invoke('flights', 'crash')).rejects.toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 0,
    });
    await fixture.advance(10_000);
    expect((await fixture.invoke('flights', '1')).text).toBe('101\n');
  });

  test('an unknown endpoint is not found', async () => {
    await expect(
      fixture.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'Flights' })),
    ).rejects.toThrow(`Could not find endpoint "${ARN}".`);
  });
});
