import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateModelPackageCommand,
  type CreateModelPackageCommandInput,
  DescribeModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import type { RegisterArtifactSettings, RegistrationOrder } from '../../../contracts/functions/registering';
import { LedgerStore } from '../../../lambda/aws/ledger-store';
import type { Notice } from '../../../lambda/aws/notifier';
import { ArtifactStore } from '../../../lambda/aws/store';
import { formatSplit } from '../../../lambda/domain/data/split-document';
import { publishedDetail } from '../../../lambda/domain/records/events';
import { isPackageEvent, takePackage } from '../../../lambda/register-artifact/take-package';
import { BUCKET, IMAGE } from '../../local/services/sagemaker-fixture';
import { START } from '../../local/services/service-fixture';
import { modelArchive } from '../model-archive';
import { PIPELINE, PipelineFixture, productionRoute, registerPinned } from '../pipeline-fixture';

const ARCHIVE = `s3://${BUCKET}/uploads/1/model.tar.gz`;
const HOLDOUT = `s3://${BUCKET}/uploads/1/holdout.csv`;
const STATISTICS = `s3://${BUCKET}/uploads/1/evaluation.json`;
/**
 * As an evaluation step writes it:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/define-pipeline.html
 */
const EVALUATION = {
  version: 0,
  binary_classification_metrics: {
    accuracy: { value: 0.8, standard_deviation: 'NaN' },
    auc: { value: 0.5 },
    confusion_matrix: { '0': { '0': 4, '1': 1 }, '1': { '0': 1, '1': 4 } },
  },
};
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:registration:package-1';
const PIPELINE_EXECUTION =
  'arn:aws:sagemaker:us-east-1:000000000000:pipeline/train-churn/execution/4r83jejmhorv';
const FILES = { 'model.joblib': 'weights', 'code/inference.py': 'def model_fn(model_dir): pass' };
const SETTINGS: RegisterArtifactSettings = {
  image: IMAGE,
  inferenceScript: 'inference.py',
  files: [],
  contentTypes: ['text/csv'],
  servingEnvironment: { SAGEMAKER_PROGRAM: 'inference.py', THRESHOLD: '0.5' },
  instanceType: 'ml.m5.large',
  servesByFunction: false,
  hasSmokeTestRequests: false,
  ignoredColumns: [],
  problem: { type: 'binary' },
  judgedBy: [],
  registrationStateMachine: 'arn:registration',
  onModelPackage: 'release',
};

describe('a model package that somebody else puts into the registry', () => {
  let fixture: PipelineFixture;
  let compared: { readonly order: RegistrationOrder; readonly name: string }[];
  let notices: Notice[];
  const ledger = () => new LedgerStore(fixture.store);

  beforeEach(async () => {
    fixture = new PipelineFixture();
    [compared, notices] = [[], []];
    await fixture.start();
    await fixture.routing.write({ version: 1, endpointName: PIPELINE });
    await put(ARCHIVE, await modelArchive(FILES));
    await put(HOLDOUT, 'age,late\n31,0\n44,1\n29,0\n');
  });
  afterEach(() => fixture.cloud.stop());

  async function put(uri: string, Body: string | Uint8Array): Promise<void> {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) as unknown as [string, string, string];
    await fixture.s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(Body) }));
  }

  type Container = NonNullable<
    NonNullable<CreateModelPackageCommandInput['InferenceSpecification']>['Containers']
  >[number];

  /** Puts a package into the group, as a step of another orchestrator does; returns its ARN. */
  async function create(
    changes: Partial<CreateModelPackageCommandInput> = {},
    containers: Container[] = [{ Image: IMAGE, ModelDataUrl: ARCHIVE }],
  ): Promise<string> {
    const { ModelPackageArn } = await fixture.sagemaker.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: PIPELINE,
        ModelApprovalStatus: 'PendingManualApproval',
        InferenceSpecification: {
          Containers: containers,
          SupportedContentTypes: ['text/csv'],
          SupportedResponseMIMETypes: ['text/csv'],
        },
        CustomerMetadataProperties: { holdout: HOLDOUT, label: 'late' },
        ...changes,
      }),
    );
    return ModelPackageArn as string;
  }

  /** What the function does about the package. */
  function take(
    ModelPackageArn: string,
    {
      requestId = 'request-1',
      settings = {},
    }: { requestId?: string; settings?: Partial<typeof SETTINGS> } = {},
  ) {
    const event = { 'detail-type': 'SageMaker Model Package State Change', detail: { ModelPackageArn } };
    expect(isPackageEvent(event)).toBe(true);
    return takePackage(event, {
      pipelineName: PIPELINE,
      store: fixture.store,
      bucketOf: (name) => new ArtifactStore(fixture.s3, name),
      registry: fixture.registry,
      routing: fixture.routing,
      images: { find: async () => undefined },
      ledger: ledger(),
      settings: { ...SETTINGS, ...settings },
      notifier: {
        tell: async (notice) => {
          publishedDetail(notice.event, PIPELINE);
          notices.push(notice);
        },
      },
      now: () => START,
      requestId,
      compare: async (order, name) => {
        if (compared.some((each) => each.name === name))
          throw Object.assign(new Error(name), { name: 'ExecutionAlreadyExists' });
        compared.push({ order, name });
        return EXECUTION;
      },
    });
  }

  /** That a package was refused, once, by name, and nothing else was done about it. */
  async function expectRefused(arn: string, problem: RegExp): Promise<void> {
    const before = await describedPackage(arn);
    expect(await take(arn)).toBeUndefined();
    expect(compared).toEqual([]);
    const entries = (await ledger().newest(10)).map(({ entry }) => entry);
    expect(entries).toEqual([
      expect.objectContaining({
        kind: 'refusal',
        reasons: [expect.stringMatching(problem)],
        modelPackageArn: arn,
      }),
    ]);
    expect(notices).toEqual([
      expect.objectContaining({
        subject: 'churn: model package 1 was refused',
        text: expect.stringMatching(problem),
        event: {
          type: 'RegistrationFailed',
          detail: expect.objectContaining({ modelVersion: null, modelPackageArn: arn, ledgerSequence: 1 }),
        },
      }),
    ]);
    expect(await describedPackage(arn)).toEqual(before);
  }
  const describedPackage = async (ModelPackageName: string) => {
    const { $metadata, ...found } = await fixture.sagemaker.send(
      new DescribeModelPackageCommand({ ModelPackageName }),
    );
    return found;
  };

  test('becomes a version that is compared with production, and released if it is approved', async () => {
    await put(STATISTICS, JSON.stringify(EVALUATION));
    const arn = await create({
      ModelMetrics: {
        ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: STATISTICS } },
      },
      MetadataProperties: {
        GeneratedBy: PIPELINE_EXECUTION,
        CommitId: 'f00dcafe',
        Repository: 'https://git.example.com/churn',
      },
      CustomerMetadataProperties: { holdout: HOLDOUT, label: 'late', 'metric:auc': '0.91' },
    });
    expect(await take(arn)).toEqual({
      modelVersion: '1.0.0',
      origin: PIPELINE_EXECUTION,
      execution: EXECUTION,
    });
    expect(compared).toEqual([
      {
        name: `package-1-${START.getTime()}`,
        order: expect.objectContaining({
          modelVersion: '1.0.0',
          release: true,
          modelDataUrl: `s3://${BUCKET}/models/1.0.0/model.tar.gz`,
          artifacts: { model: expect.objectContaining({ sha256: expect.any(String) }) },
          metrics: { accuracy: 0.8, auc: 0.91 },
          lineage: expect.objectContaining({
            origin: PIPELINE_EXECUTION,
            sourcePackage: arn,
            generatedBy: PIPELINE_EXECUTION,
            createdBy: 'arn:aws:iam::000000000000:root',
            commit: 'f00dcafe',
            repository: 'https://git.example.com/churn',
          }),
        }),
      },
    ]);
    expect(await fixture.store.readBytes('models/1.0.0/model.tar.gz')).toEqual(
      new Uint8Array(await modelArchive(FILES)),
    );
    expect(notices).toEqual([]);
  });

  test('is taken as the SageMaker Python SDK writes it', async () => {
    // What SKLearnModel.register() of sagemaker 2.257.7 sends, of an archive with its script in code/.
    const arn = await create(
      {
        MetadataProperties: { CommitId: 'f00dcafe', GeneratedBy: PIPELINE_EXECUTION },
        CertifyForMarketplace: false,
        SkipModelValidation: 'None',
      },
      [
        {
          Image: IMAGE,
          Environment: {
            SAGEMAKER_PROGRAM: 'inference.py',
            SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
            SAGEMAKER_CONTAINER_LOG_LEVEL: '20',
            SAGEMAKER_REGION: 'us-east-1',
          },
          ModelDataUrl: ARCHIVE,
          Framework: 'SKLEARN',
        },
      ],
    );
    expect(await take(arn)).toMatchObject({ modelVersion: '1.0.0', origin: PIPELINE_EXECUTION });
  });

  test('becomes a version that people release, if the pipeline says so', async () => {
    await take(await create(), { settings: { onModelPackage: 'register' } });
    expect(compared[0]?.order.release).toBe(false);
  });

  test('stays as its owner made it', async () => {
    const arn = await create();
    const before = await describedPackage(arn);
    await take(arn);
    expect(await describedPackage(arn)).toEqual(before);
  });

  test('is judged on the holdout of the version in production if it brings none', async () => {
    await fixture.put(
      'datasets/0123456789abcdef/split.json',
      formatSplit({
        version: 1,
        label: 'late',
        columns: ['age'],
        holdoutFraction: 0.2,
        rows: { train: 8, holdout: 2 },
        trainFiles: ['datasets/0123456789abcdef/train/1.csv'],
      }),
    );
    const profile = { kind: 'numeric', edges: [1, 2], counts: [3], missing: 0 } as const;
    await fixture.put('models/1.0.0/baseline.json', JSON.stringify({ rows: 3, features: { age: profile } }));
    await fixture.register('1.0.0');
    const production = productionRoute({ modelVersion: '1.0.0' });
    await fixture.routing.write({ version: 1, endpointName: PIPELINE, production });
    await fixture.cloud.clock.advance(60_000);
    expect(await take(await create({ CustomerMetadataProperties: undefined }))).toMatchObject({
      modelVersion: '2.0.0',
    });
    expect(compared[0]?.order).toMatchObject({
      dataVersion: '0123456789abcdef',
      holdoutUri: `s3://${BUCKET}/datasets/0123456789abcdef/holdout/features.csv`,
      lineage: { dataVersion: '0123456789abcdef' },
    });
  });

  test('is registered once, however many events tell of it', async () => {
    const arn = await create();
    await take(arn);
    expect(await take(arn, { requestId: 'request-2' })).toBeUndefined();
    expect(compared).toHaveLength(1);
  });

  test('is registered by a retry if the attempt before failed, and once if that only lost the answer', async () => {
    const arn = await create();
    await fixture.put(`datasets/registered/packages/1-${START.getTime()}.json`, '{"requestId":"request-1"}');
    expect(await take(arn)).toMatchObject({ modelVersion: '1.0.0' });
    expect(await take(arn)).toBeUndefined();
    expect(compared).toHaveLength(1);
  });

  test("is left alone if it is one of the pipeline's own versions", async () => {
    await registerPinned(fixture, '1.0.0');
    const own = await fixture.registry.get('1.0.0');
    expect(await take(own.modelPackageArn)).toBeUndefined();
    const artifacts = JSON.parse(await fixture.get('models/1.0.0/artifacts.json'));
    const waiting = await create({ CustomerMetadataProperties: { ...own.properties } }, [
      { Image: IMAGE, ModelDataUrl: own.container.modelDataUrl },
    ]);
    expect(artifacts.model.versionId).toBe(own.properties.modelObjectVersion);
    expect(await take(waiting)).toBeUndefined();
    expect(compared).toEqual([]);
    expect(notices).toEqual([]);
  });

  describe('is refused by name, with a ledger entry and an alert,', () => {
    test.each<[string, Partial<CreateModelPackageCommandInput>, Container[] | undefined, RegExp]>([
      [
        'without a holdout while nothing is in production',
        { CustomerMetadataProperties: { label: 'late' } },
        undefined,
        /comes without a holdout, and nothing is in production whose holdout could judge it: give labeled rows/,
      ],
      [
        'with a sample and no holdout of its own',
        { CustomerMetadataProperties: { sample: HOLDOUT } },
        undefined,
        /the sample s3:.*holdout.csv needs a holdout of its own/,
      ],
      [
        'without a label that anybody named',
        { CustomerMetadataProperties: { holdout: HOLDOUT } },
        undefined,
        /which column of the holdout s3:.* is the label is not known/,
      ],
      [
        'with statistics that are not there',
        {
          ModelMetrics: {
            ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: STATISTICS } },
          },
        },
        undefined,
        /the model quality statistics .*evaluation.json does not exist, or the pipeline may not read it/,
      ],
      [
        'with a metric that is no number',
        { CustomerMetadataProperties: { holdout: HOLDOUT, label: 'late', 'metric:auc': 'good' } },
        undefined,
        /its property metric:auc is 'good', and no number/,
      ],
      [
        'as approved by who puts it there',
        { ModelApprovalStatus: 'Approved' },
        undefined,
        /its approval status is Approved, and only the promotion policy, and a person .*PendingManualApproval/,
      ],
      [
        'that says it is a version of the pipeline',
        { CustomerMetadataProperties: { holdout: HOLDOUT, label: 'late', modelVersion: '9.9.9' } },
        undefined,
        /it says that it is version 9.9.9, by its property modelVersion, and this pipeline did not register it/,
      ],
      [
        'of several containers',
        {},
        [
          { Image: IMAGE, ModelDataUrl: ARCHIVE },
          { Image: IMAGE, ModelDataUrl: ARCHIVE },
        ],
        /it has 2 containers, and a version is served by one/,
      ],
      [
        'for another image',
        {},
        [
          {
            Image: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1',
            ModelDataUrl: ARCHIVE,
          },
        ],
        /has the image .*sagemaker-xgboost:1.7-1, and this pipeline serves with .*: register it with that image, or/,
      ],
      [
        'with variables that the pipeline does not set',
        {},
        [
          {
            Image: IMAGE,
            ModelDataUrl: ARCHIVE,
            Environment: { THRESHOLD: '0.9', SAGEMAKER_REGION: 'us-east-1' },
          },
        ],
        /variables that this pipeline does not set: THRESHOLD=0.9; set them by hosting.environment/,
      ],
      [
        'with scripts outside of its archive',
        {},
        [
          {
            Image: IMAGE,
            ModelDataUrl: ARCHIVE,
            Environment: { SAGEMAKER_SUBMIT_DIRECTORY: 's3://sdk/sourcedir.tar.gz' },
          },
        ],
        /its scripts are in s3:\/\/sdk\/sourcedir.tar.gz and not in code\/ of its archive/,
      ],
      [
        'without a model',
        {},
        [{ Image: IMAGE }],
        /it names no model: give its container the URI of a model.tar.gz as ModelDataUrl/,
      ],
      [
        'with a model that is no archive',
        {},
        [
          {
            Image: IMAGE,
            ModelDataSource: {
              S3DataSource: { S3Uri: 's3://models/7/', S3DataType: 'S3Prefix', CompressionType: 'None' },
            },
          },
        ],
        /its model s3:\/\/models\/7\/ is not an archive: pack it/,
      ],
    ])('%s', async (_title, changes, containers, problem) => {
      await expectRefused(await create(changes, containers), problem);
    });

    test('with an archive that no container could serve', async () => {
      await put(ARCHIVE, 'weights');
      await expectRefused(await create(), /model.tar.gz cannot be read as a .tar.gz/);
    });

    test('and is not read again', async () => {
      const arn = await create({ ModelApprovalStatus: 'Approved' });
      await take(arn);
      await take(arn, { requestId: 'request-2' });
      expect(notices).toHaveLength(1);
    });
  });

  test('with an image that is pinned by its content is taken', async () => {
    const [repository] = IMAGE.split(':');
    const Image = `${repository}@sha256:${'c0ffee11'.repeat(8)}`;
    expect(await take(await create({}, [{ Image, ModelDataUrl: ARCHIVE }]))).toMatchObject({
      modelVersion: '1.0.0',
    });
  });
});
