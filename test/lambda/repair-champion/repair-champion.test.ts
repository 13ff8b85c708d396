import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DeleteModelPackageCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListTagsCommand,
} from '@aws-sdk/client-sagemaker';
import type { RepairChampionSettings } from '../../../contracts/functions/release';
import { scalableTarget } from '../../../lambda/aws/scaling-targets';
import { tagsOf } from '../../../lambda/domain/release/ownership';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { repairChampion } from '../../../lambda/repair-champion/repair-champion';
import { ADDER, archive, BUCKET, IMAGE, ROLE } from '../../local/services/sagemaker-fixture';
import {
  OWNER,
  PIPELINE,
  PipelineFixture,
  productionRoute,
  registerPinned,
  SigningFixture,
} from '../pipeline-fixture';

const SETTINGS: RepairChampionSettings = {
  networkIsolation: false,
  servingEnvironment: { WORKERS: '2' },
  hosting: { kind: 'realTime' as const, instanceType: 'ml.m5.large', initialInstanceCount: 2 },
  executionRoleArn: ROLE,
  dataCapture: {
    EnableCapture: true,
    InitialSamplingPercentage: 100,
    DestinationS3Uri: `s3://${BUCKET}/capture`,
    CaptureOptions: [{ CaptureMode: 'Input' as const }],
  },
  tags: [{ Key: 'cost-center', Value: '4711' }, ...tagsOf(OWNER)],
};

const PRODUCTION = productionRoute();
const { modelName: ModelName, endpointConfigName: EndpointConfigName } = PRODUCTION;

describe('repairChampion', () => {
  let fixture: PipelineFixture;
  let modelPackageArn: string;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: PRODUCTION });
    await fixture.put('models/1.0.0/model.tar.gz', archive({ value: '100', 'code/inference.py': ADDER }));
    modelPackageArn = await fixture.register('1.0.0');
  });
  afterEach(() => fixture.cloud.stop());

  const autoScaling = () => new ApplicationAutoScalingClient(fixture.config());
  const repair = async (settings = SETTINGS, signing?: SigningFixture) => {
    const repaired = await repairChampion({
      ...OWNER,
      endpointName: PIPELINE,
      recovery: fixture.recovery(settings.hosting !== undefined),
      registry: fixture.registry,
      store: fixture.store,
      signatures: signing?.signatures,
      sageMaker: fixture.sagemaker,
      autoScaling: autoScaling(),
      settings,
    });
    await fixture.settle();
    return repaired;
  };

  test('makes no model of another archive than was registered', async () => {
    await registerPinned(fixture, '1.0.0');
    await fixture.put('models/1.0.0/model.tar.gz', archive({ value: '666', 'code/inference.py': ADDER }));
    await expect(repair()).rejects.toMatchObject({
      name: 'ArtifactReplaced',
      message: expect.stringMatching(
        /somebody replaced it. Put it back with "aws s3api copy-object .*versionId=/,
      ),
    });
    await expect(fixture.sagemaker.send(new DescribeModelCommand({ ModelName }))).rejects.toThrow(
      'Could not find model',
    );
  });

  test('makes no model of a version that the key has not signed', async () => {
    const signing = await SigningFixture.create(fixture);
    await registerPinned(fixture, '1.0.0');
    await expect(repair(SETTINGS, signing)).rejects.toMatchObject({ name: 'VersionNotSigned' });
    await signing.sign('1.0.0');
    expect((await repair(SETTINGS, signing)).done).toContain(
      `recreated the model ${ModelName} of version 1.0.0`,
    );
  });

  test('makes model, config and endpoint anew, as the version was registered, and again nothing', async () => {
    expect(await repair()).toEqual({
      isUp: false,
      production: '1.0.0',
      candidate: null,
      done: [
        `recreated the model ${ModelName} of version 1.0.0`,
        `recreated the endpoint config ${EndpointConfigName}`,
        'began to recreate the endpoint churn',
      ],
    });
    expect((await fixture.invoke(PIPELINE, '1')).text).toBe('101\n');
    const model = await fixture.sagemaker.send(new DescribeModelCommand({ ModelName }));
    expect(model.PrimaryContainer).toMatchObject({
      Image: IMAGE,
      ModelDataUrl: `s3://${BUCKET}/models/1.0.0/model.tar.gz`,
      Environment: { SAGEMAKER_PROGRAM: 'inference.py', WORKERS: '2' },
    });
    const config = await fixture.sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    expect(config.ProductionVariants).toMatchObject([
      { VariantName: 'blue', ModelName, InitialInstanceCount: 2, InitialVariantWeight: 1 },
    ]);
    expect(config.DataCaptureConfig?.EnableCapture).toBe(true);
    const endpoint = await fixture.describe(PIPELINE);
    expect(endpoint).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName });
    for (const ResourceArn of [model.ModelArn, config.EndpointConfigArn, endpoint.EndpointArn]) {
      const { Tags } = await fixture.sagemaker.send(new ListTagsCommand({ ResourceArn }));
      expect(Tags).toEqual(SETTINGS.tags);
    }
    expect(await repair()).toEqual({ isUp: true, production: '1.0.0', candidate: null, done: [] });
    expect(await fixture.describe(PIPELINE)).toEqual({ ...endpoint, $metadata: expect.anything() });
  });

  test('leaves an endpoint that answers as it is while it makes the rest anew', async () => {
    await repair();
    await fixture.sagemaker.send(new DeleteModelCommand({ ModelName }));
    await fixture.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName }));
    const { LastModifiedTime } = await fixture.describe(PIPELINE);
    expect(await repair()).toMatchObject({ isUp: true });
    await fixture.sagemaker.send(new DescribeModelCommand({ ModelName }));
    await fixture.sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    expect((await fixture.describe(PIPELINE)).LastModifiedTime).toEqual(LastModifiedTime);
  });

  test('keeps the endpoint from scaling once its config is made anew, perhaps with other instances', async () => {
    await repair();
    const target = { ...scalableTarget(PIPELINE, 'blue'), MinCapacity: 1, MaxCapacity: 3 };
    await autoScaling().send(new RegisterScalableTargetCommand(target));
    const targets = async () => {
      const { ScalableTargets } = await autoScaling().send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }),
      );
      return ScalableTargets ?? [];
    };
    await repair();
    expect(await targets()).toHaveLength(1);
    await fixture.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName }));
    await repair();
    expect(await targets()).toEqual([]);
  });

  test('makes the model alone anew where a function serves', async () => {
    const { hosting, dataCapture, ...ofFunction } = SETTINGS;
    expect(await repair(ofFunction)).toMatchObject({ isUp: true });
    await fixture.sagemaker.send(new DescribeModelCommand({ ModelName }));
    await expect(
      fixture.sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName })),
    ).rejects.toThrow('Could not find');
    await expect(fixture.describe(PIPELINE)).rejects.toThrow('Could not find endpoint');
    await fixture.sagemaker.send(new DeleteModelCommand({ ModelName }));
    await fixture.sagemaker.send(new DeleteModelPackageCommand({ ModelPackageName: modelPackageArn }));
    // It serves on without.
    expect(await repair(ofFunction)).toMatchObject({ isUp: true });
  });

  test('deletes an endpoint that has failed, and makes it anew', async () => {
    await fixture.model('broken', 1, { script: 'def model_fn(d): raise OSError("no such model")' });
    await fixture.endpoint(PIPELINE, [
      { VariantName: 'blue', ModelName: 'broken', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
    ]);
    expect((await fixture.describe(PIPELINE)).EndpointStatus).toBe('Failed');
    // Whatever state it is in: who did not make it leaves it.
    await expect(repair()).rejects.toMatchObject({ name: 'EndpointNotOurs' });
    await fixture.tag(`endpoint/${PIPELINE}`);
    expect(await repair()).toMatchObject({ isUp: false });
    await expect(fixture.describe(PIPELINE)).rejects.toThrow('Could not find endpoint');
    await repair();
    expect(await repair()).toMatchObject({ isUp: true });
    expect((await fixture.describe(PIPELINE)).EndpointConfigName).toBe(EndpointConfigName);
  });

  test('refuses to go on with a version that nothing knows any more while it answers; later there is nothing to repair', async () => {
    await repair();
    await fixture.sagemaker.send(new DeleteModelCommand({ ModelName }));
    await fixture.sagemaker.send(new DeleteModelPackageCommand({ ModelPackageName: modelPackageArn }));
    await expect(repair()).rejects.toMatchObject({
      name: 'ChampionLost',
      message: `the model ${ModelName} of version 1.0.0 in production was deleted, and so was the version in the registry, so no challenger can be added to its endpoint: register it again; or delete the endpoint churn, and the next release creates a new one`,
    });
    await fixture.sagemaker.send(new DeleteEndpointCommand({ EndpointName: PIPELINE }));
    await fixture.settle();
    expect(await repair()).toMatchObject({ isUp: false });
    await expect(fixture.describe(PIPELINE)).rejects.toThrow('Could not find endpoint');
  });
});
