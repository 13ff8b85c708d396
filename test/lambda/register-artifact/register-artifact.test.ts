import { createHash } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import type {
  RegisterArtifactRequest,
  RegisterArtifactSettings,
  RegistrationOrder,
} from '../../../contracts/functions/registering';
import { checkRegistered } from '../../../lambda/aws/check-artifacts';
import { LedgerStore } from '../../../lambda/aws/ledger-store';
import { ArtifactStore } from '../../../lambda/aws/store';
import { ModelInProduction } from '../../../lambda/aws/watched-models/model-in-production';
import { parseSplit } from '../../../lambda/domain/data/split-document';
import { parseModelSignature } from '../../../lambda/domain/model-signature/model-signature';
import { pinnedIn } from '../../../lambda/domain/release/pinned-artifacts';
import { monitor } from '../../../lambda/monitor-model/monitor';
import {
  type RegistrationProps,
  registerArtifact,
} from '../../../lambda/register-artifact/register-artifact';
import { BUCKET, IMAGE } from '../../local/services/sagemaker-fixture';
import { START } from '../../local/services/service-fixture';
import graphs from '../../reference/onnx-graphs.json';
import { planOfHours } from '../drift-plan-fixture';
import { modelArchive } from '../model-archive';
import { PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

const DIGEST = `sha256:${'c0ffee11'.repeat(8)}`;
const ARCHIVE = `s3://${BUCKET}/uploads/1/model.tar.gz`;
const SAMPLE = `s3://${BUCKET}/uploads/1/rows.csv`;
const HOLDOUT = `s3://${BUCKET}/uploads/1/holdout.csv`;
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:registration:register-1-0-0';
const ROWS = 'age,carrier,late\n31,AA,0\n44,"B,B",1\n,AA,0\n';
const LFS_POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
const FILES = { 'model.joblib': 'weights', 'code/inference.py': 'def model_fn(model_dir): pass' };
const SETTINGS: RegisterArtifactSettings = {
  image: IMAGE,
  inferenceScript: 'inference.py',
  files: [],
  contentTypes: ['text/csv', 'application/json', 'application/x-npy'],
  servingEnvironment: {
    SAGEMAKER_PROGRAM: 'inference.py',
    SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
    PYTHONPATH: '/opt/ml/model/code',
    PIP_NO_INDEX: '1',
  },
  instanceType: 'ml.m5.large',
  servesByFunction: false,
  hasSmokeTestRequests: false,
  ignoredColumns: [],
  problem: { type: 'binary' },
  judgedBy: [],
  registrationStateMachine: 'arn:registration',
};

const ENCODERS = graphs.served['a pipeline with encoders and imputers, an input for each column'];

describe('registerArtifact', () => {
  let fixture: PipelineFixture;
  let orders: RegistrationOrder[];

  beforeEach(async () => {
    fixture = new PipelineFixture();
    orders = [];
    await fixture.start();
    await put(ARCHIVE, await modelArchive(FILES));
    await put(SAMPLE, ROWS);
  });
  afterEach(() => fixture.cloud.stop());

  async function put(uri: string, Body: string | Uint8Array): Promise<void> {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) as unknown as [string, string, string];
    await fixture.s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(Body) }));
  }
  const register = (
    changes: Partial<RegisterArtifactRequest> = {},
    settings: Partial<RegisterArtifactSettings> = {},
    signer?: RegistrationProps['signer'],
  ) =>
    registerArtifact(
      { artifact: ARCHIVE, sample: SAMPLE, label: 'late', ...changes },
      {
        pipelineName: PIPELINE,
        store: fixture.store,
        bucketOf: (name) => new ArtifactStore(fixture.s3, name),
        registry: fixture.registry,
        routing: fixture.routing,
        images: { find: async () => DIGEST },
        ledger: new LedgerStore(fixture.store),
        settings: { ...SETTINGS, ...settings },
        signer,
        now: () => START,
        compare: async (order) => {
          orders.push(order);
          return EXECUTION;
        },
      },
    );
  const described = async (arn = '') =>
    fixture.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
  const monitored = (publish: jest.Mock, plan = planOfHours()) =>
    monitor(
      { time: '2026-11-24T10:05:00Z' },
      {
        pipelineName: PIPELINE,
        store: fixture.store,
        source: new ModelInProduction(fixture.routing, fixture.store, 1),
        metrics: { publish } as never,
        requests: { count: async () => 0 },
        plan,
        sinks: { tell: async () => {} },
        groups: {
          storeOf: () => fixture.store,
          start: () => Promise.reject(new Error('there are no groups')),
        },
      },
    );
  /** What a refused registration must not leave. */
  async function expectNothingRegistered(): Promise<void> {
    expect(await fixture.registry.newest()).toBeUndefined();
    expect(await fixture.keys('models/')).toEqual([]);
    expect(await fixture.keys('ledger/')).toEqual([]);
  }

  test('registers the archive as version 1.0.0, approved, with where it comes from', async () => {
    const { modelVersion, modelPackageArn } = await register({
      metrics: { auc: 0.91 },
      origin: 'run 7',
    });
    expect(modelVersion).toBe('1.0.0');
    const registered = await described(modelPackageArn);
    expect(registered.ModelApprovalStatus).toBe('Approved');
    expect(registered.InferenceSpecification?.Containers?.[0]).toMatchObject({
      Image: `${IMAGE.split(':')[0]}@${DIGEST}`,
      ModelDataUrl: `s3://${BUCKET}/models/1.0.0/model.tar.gz`,
      Environment: SETTINGS.servingEnvironment,
    });
    expect(registered.CustomerMetadataProperties).toMatchObject({
      origin: 'run 7',
      'metric:auc': '0.91',
    });
    expect(await fixture.get('models/1.0.0/model-card.md')).toContain('Trained elsewhere: run 7.');
  });

  test('copies the archive to where only the pipeline writes, and pins it to the bit', async () => {
    const { modelPackageArn } = await register();
    const copy = await fixture.store.readBytes('models/1.0.0/model.tar.gz');
    expect(copy).toEqual(new Uint8Array(await modelArchive(FILES)));
    expect((await described(modelPackageArn)).CustomerMetadataProperties).toMatchObject({
      modelSha256: createHash('sha256').update(copy).digest('base64'),
    });
    const version = await fixture.registry.get('1.0.0');
    await checkRegistered(version, fixture.store);
    await put(`s3://${BUCKET}/models/1.0.0/model.tar.gz`, 'another');
    await expect(checkRegistered(version, fixture.store)).rejects.toMatchObject({ name: 'ArtifactReplaced' });
  });

  test('signs what identifies the version, if the pipeline has a key', async () => {
    const signature = { keyArn: 'arn:aws:kms:::key/1', algorithm: 'ECDSA_SHA_256', signature: 'c2ln' };
    const sign = jest.fn().mockResolvedValue(signature);
    await register({}, {}, { sign });
    const version = await fixture.registry.get('1.0.0');
    expect(sign).toHaveBeenCalledWith({
      pipelineName: PIPELINE,
      modelVersion: '1.0.0',
      artifacts: pinnedIn(version.properties),
      container: version.container,
    });
    expect(JSON.parse(await fixture.get('models/1.0.0/signature.json'))).toEqual(signature);
    expect(version.properties.signingKey).toBe(signature.keyArn);
  });

  test('keeps the first rows of the sample for the smoke test, and the profile of all, without the label', async () => {
    await register();
    const { properties } = await fixture.registry.get('1.0.0');
    expect(await fixture.get(`datasets/${properties.dataVersion}/samples.csv`)).toBe(
      '31,AA\n44,"B,B"\n,AA\n',
    );
    expect(JSON.parse(await fixture.get('models/1.0.0/baseline.json'))).toMatchObject({
      rows: 3,
      features: {
        age: { kind: 'numeric', missing: 1 },
        carrier: { kind: 'categorical', categories: ['AA', 'B,B'], counts: [2, 1] },
      },
    });
    expect(JSON.parse(await fixture.get('models/1.0.0/plan.json'))).toMatchObject({
      label: 'late',
      columns: ['age', 'carrier'],
    });
  });

  test('keeps the signature of a model with texts that a function serves, and counts MAJOR when it changes', async () => {
    const onnx = Buffer.from(ENCODERS.onnx, 'base64');
    await put(ARCHIVE, await modelArchive({ ...FILES, 'model.onnx': onnx }));
    const rows = (cells: string) => `age,country,plan,visits\n${cells}\n,FR,pro,4\n`;
    await put(SAMPLE, rows('31,DE,basic,2'));
    // For the container of the endpoint alone `visits` may have fractions.
    expect(await register()).toMatchObject({ modelVersion: '1.0.0' });
    expect(await register({}, { servesByFunction: true })).toMatchObject({ modelVersion: '2.0.0' });
    const { inputs, outputs } = parseModelSignature(await fixture.get('models/2.0.0/model-signature.json'));
    expect(inputs).toEqual([
      { name: 'age', type: 'number', optional: true, range: { minimum: 31, maximum: 31 } },
      { name: 'country', type: 'category', optional: false, categories: ['DE', 'FR'] },
      { name: 'plan', type: 'category', optional: false, categories: ['basic', 'pro'] },
      { name: 'visits', type: 'integer', optional: false, range: { minimum: 2, maximum: 4 } },
    ]);
    expect(outputs).toEqual([{ name: 'late', type: 'probability' }]);
    await put(SAMPLE, rows('35,IT,basic,3'));
    expect(await register({}, { servesByFunction: true })).toMatchObject({ modelVersion: '2.1.0' });
    expect(await register()).toMatchObject({ modelVersion: '2.2.0' });
  });

  test('writes to the ledger that it was registered, and from where', async () => {
    const { modelPackageArn } = await register();
    const [record] = await new LedgerStore(fixture.store).newest(10);
    expect(record?.entry).toMatchObject({
      kind: 'registration',
      modelVersion: '1.0.0',
      reasons: [`trained elsewhere: ${ARCHIVE}`, 'compared with nothing: it came without a holdout'],
      modelPackageArn,
    });
  });

  test.each([
    ['other weights', { 'model.joblib': 'others' }, ROWS, '1.1.0'],
    ['other scripts', { 'code/inference.py': 'others' }, ROWS, '2.0.0'],
    ['other features', {}, 'age,late\n31,0\n', '2.0.0'],
  ])('of %s gets the next version', async (_title, files, rows, expected) => {
    await register();
    await put(ARCHIVE, await modelArchive({ ...FILES, ...files }));
    await put(SAMPLE, rows);
    expect(await register()).toMatchObject({ modelVersion: expected });
  });

  test('gets the version that is asked for, if it comes after the newest', async () => {
    expect(await register({ version: '3.1.4' })).toMatchObject({ modelVersion: '3.1.4' });
    await expect(register({ version: '3.1.4' })).rejects.toThrow(
      'version 3.1.4 does not come after 3.1.4, which is registered already: choose a later one',
    );
    await fixture.put('models/4.0.0/plan.json', '{}');
    await expect(register({ version: '4.0.0' })).rejects.toThrow('the number 4.0.0 is taken by');
  });

  test('gets no number of a version that somebody else registered, whose archive stays', async () => {
    await fixture.put('models/2.0.0/model.tar.gz', 'of somebody else');
    await fixture.register('2.0.0');
    await fixture.cloud.clock.advance(60_000);
    await fixture.register('1.0.0');
    await expect(register({ version: '2.0.0' })).rejects.toThrow('the number 2.0.0 is taken by a version');
    // Another image and other features than that of 1.0.0, whose lineage nobody knows.
    expect(await register()).toMatchObject({ modelVersion: '2.1.0' });
    expect(await fixture.get('models/2.0.0/model.tar.gz')).toBe('of somebody else');
  });

  test('uses scripts of the pipeline if the archive has none, and keeps them with the version', async () => {
    await put(ARCHIVE, await modelArchive({ 'model.joblib': 'weights' }));
    await fixture.put('assets/source.tar.gz', 'scripts');
    const source = { location: { bucket: BUCKET, key: 'assets/source.tar.gz' }, codeVersion: 'c0de' };
    const { modelPackageArn } = await register({}, { source });
    expect(await fixture.get('models/1.0.0/sourcedir.tar.gz')).toBe('scripts');
    expect(
      (await described(modelPackageArn)).InferenceSpecification?.Containers?.[0]?.Environment,
    ).toMatchObject({
      SAGEMAKER_SUBMIT_DIRECTORY: `s3://${BUCKET}/models/1.0.0/sourcedir.tar.gz`,
      PYTHONPATH: '/opt/ml/code',
    });
    await checkRegistered(await fixture.registry.get('1.0.0'), fixture.store);
  });

  test('needs no sample if the pipeline has requests of its own, and then measures no drift', async () => {
    const { modelPackageArn } = await register({ sample: undefined }, { hasSmokeTestRequests: true });
    expect((await described(modelPackageArn)).CustomerMetadataProperties).not.toHaveProperty('dataVersion');
    await fixture.routing.write({
      version: 1,
      endpointName: PIPELINE,
      production: productionRoute({ modelVersion: '1.0.0' }),
    });
    const publish = jest.fn();
    expect(await monitored(publish)).toEqual({ until: '2026-11-24T10:00:00.000Z', modelVersion: '1.0.0' });
    expect(publish).not.toHaveBeenCalled();
  });

  describe('with requests instead of rows', () => {
    const REQUESTS = `s3://${BUCKET}/uploads/1/requests.jsonl`;
    const WITH_REQUESTS = { sample: undefined, label: undefined, requests: REQUESTS };
    const OF_TENSORS: Partial<RegisterArtifactSettings> = { contentTypes: ['application/json'] };
    /** A request of the Open Inference Protocol with two images of 2 x 2 pixels. */
    const request = (brightness: number, more: object = {}) => ({
      inputs: [
        {
          name: 'image',
          shape: [2, 2, 2],
          datatype: 'FP32',
          data: [0, 1, 2, 3, 4, 5, 6, 7].map((pixel) => pixel + brightness),
          ...more,
        },
      ],
    });
    const lines = (requests: readonly unknown[]) =>
      requests.map((each) => `${JSON.stringify(each)}\n`).join('');
    const many = (brightness: number) =>
      Array.from({ length: 100 }, (_, index) => request(brightness + (index % 50) / 10));

    test('keeps the first of them for the smoke test, summaries of all, and the signature', async () => {
      await put(REQUESTS, lines(many(0)));
      const { modelVersion } = await register(WITH_REQUESTS, OF_TENSORS);
      const { properties } = await fixture.registry.get(modelVersion);
      expect(await fixture.get(`datasets/${properties.dataVersion}/samples.jsonl`)).toBe(
        lines(many(0).slice(0, 20)),
      );
      const baseline = JSON.parse(await fixture.get('models/1.0.0/baseline.json'));
      expect(baseline).toMatchObject({
        rows: 200,
        inputs: [{ name: 'image', rank: 2 }],
        features: { 'image.elements': { kind: 'numeric', counts: [0, 200, 0], missing: 0 } },
      });
      const { inputs } = parseModelSignature(await fixture.get('models/1.0.0/model-signature.json'));
      expect(inputs).toEqual([{ name: 'image', type: 'tensor', optional: false, shape: [2, 2] }]);
    });

    test('measures the drift of tensors in traffic against them, and names what has moved', async () => {
      await put(REQUESTS, lines(many(0)));
      await register(WITH_REQUESTS, OF_TENSORS);
      const production = productionRoute({ modelVersion: '1.0.0', since: '2026-11-23T09:00:00Z' });
      await fixture.routing.write({ version: 1, endpointName: PIPELINE, production });
      const recorded = many(20).map((each, index) => ({
        captureData: {
          endpointInput: {
            observedContentType: 'application/json',
            data: JSON.stringify(each),
            encoding: 'JSON',
          },
          endpointOutput: {
            observedContentType: 'application/json',
            data: JSON.stringify({
              outputs: [{ name: 'y', shape: [2, 1], datatype: 'FP32', data: [0.1, 0.2] }],
            }),
            encoding: 'JSON',
          },
        },
        eventMetadata: { eventId: `${index}`, inferenceTime: '2026-11-24T09:30:00Z' },
        eventVersion: '0',
      }));
      const hour = `${PIPELINE}/${production.variant}/2026/11/24/09`;
      await put(`s3://${BUCKET}/capture/${hour}/30-00.jsonl`, lines(recorded));
      expect(await monitored(jest.fn())).toMatchObject({
        metrics: { MonitoredRows: 200, UnreadableRecords: 0, DriftedFeatures: 2 },
      });
      const reports = await fixture.keys('profiles/');
      const report = JSON.parse(
        await fixture.get(reports.find((key) => key.endsWith('drift.json')) as string),
      );
      expect(report.drifted.sort()).toEqual(['image.mean', 'image.norm']);
      const ignoring = { ...planOfHours(), ignoredFeatures: ['image'] };
      expect(await monitored(jest.fn(), ignoring)).not.toHaveProperty('metrics.DriftedFeatures');
      const policy = { features: { image: { importance: 0 }, 'image.norm': { importance: 1 } } };
      expect(await monitored(jest.fn(), { ...planOfHours(), policy })).toMatchObject({
        metrics: { DriftedFeatures: 1 },
      });
    });

    test('takes the inputs of a model that a function serves from its graph', async () => {
      const onnx = Buffer.from(graphs.served['an image'].onnx, 'base64');
      await put(ARCHIVE, await modelArchive({ ...FILES, 'model.onnx': onnx }));
      await put(REQUESTS, lines(graphs.served['an image'].rows.map((row) => ({ instances: [row] }))));
      await register(WITH_REQUESTS, { servesByFunction: true });
      const { inputs } = parseModelSignature(await fixture.get('models/1.0.0/model-signature.json'));
      expect(inputs).toEqual([{ name: 'image', type: 'tensor', optional: false, shape: [1, 2, 2] }]);
      const baseline = JSON.parse(await fixture.get('models/1.0.0/baseline.json'));
      expect(baseline.inputs).toEqual([{ name: 'image', rank: 3 }]);
      expect(baseline.features['image.mean']).toMatchObject({ missing: 0 });
    });

    test('compares columns as those of a table if no input is a tensor', async () => {
      await put(
        REQUESTS,
        lines([{ instances: [{ text: 'good', stars: 5 }] }, { instances: [{ text: 'bad', stars: 1 }] }]),
      );
      await register(WITH_REQUESTS, OF_TENSORS);
      const baseline = JSON.parse(await fixture.get('models/1.0.0/baseline.json'));
      expect(baseline).not.toHaveProperty('inputs');
      expect(baseline.features).toMatchObject({
        text: { kind: 'categorical', categories: ['bad', 'good'] },
        stars: { kind: 'numeric', missing: 0 },
      });
    });

    test.each<[string, string, Partial<RegisterArtifactRequest>, RegExp]>([
      [
        'beside a sample',
        lines([request(0)]),
        { sample: SAMPLE },
        /and so is the sample .*: give one of them/,
      ],
      ['that are empty', '\n', {}, /requests.jsonl have no rows/],
      ['that are no JSON', '1,2\n{', {}, /the requests .*requests.jsonl: .*line 1/],
      [
        'of which one has another shape than elements',
        lines([request(0), request(0, { shape: [9] })]),
        {},
        /requests.jsonl: line 2: the tensor 'image' has the shape 9 and 8 elements/,
      ],
      [
        'of which one has other inputs',
        lines([request(0), request(0, { name: 'photo' })]),
        {},
        /requests.jsonl: line 2: .* has the columns 'photo', of which the model has none/,
      ],
      ['in another file', '', { requests: `s3://${BUCKET}/uploads/1/rows.csv` }, /do not end in .jsonl/],
    ])('refuses requests %s', async (_, content, changes, problem) => {
      await put(REQUESTS, content);
      const settings = { ...OF_TENSORS, contentTypes: ['text/csv', 'application/json'] };
      await expect(register({ ...WITH_REQUESTS, ...changes }, settings)).rejects.toThrow(problem);
      await expectNothingRegistered();
    });
  });

  test('takes an archive with a pointer of DVC beside its file', async () => {
    await put(ARCHIVE, await modelArchive({ ...FILES, 'model.joblib.dvc': 'outs:\n- path: model.joblib\n' }));
    expect(await register()).toMatchObject({ modelVersion: '1.0.0' });
  });

  test('takes archives of other buckets, of their newest version', async () => {
    await fixture.s3.send(new CreateBucketCommand({ Bucket: 'models-of-others' }));
    await put('s3://models-of-others/a b.tar.gz', await modelArchive(FILES));
    expect(await register({ artifact: 's3://models-of-others/a b.tar.gz' })).toMatchObject({
      origin: 's3://models-of-others/a b.tar.gz',
    });
    expect((await fixture.registry.get('1.0.0')).properties.origin).toBe('s3://models-of-others/a b.tar.gz');
  });

  describe('with a holdout', () => {
    const withHoldout = (
      changes: Partial<RegisterArtifactRequest> = {},
      settings: Partial<RegisterArtifactSettings> = {},
    ) => register({ sample: undefined, holdout: HOLDOUT, ...changes }, settings);
    beforeEach(() => put(HOLDOUT, ROWS));

    test('hands the version to the workflow that compares it, and registers nothing itself', async () => {
      expect(await withHoldout({ metrics: { auc: 0.91 }, origin: 'run 7' })).toEqual({
        modelVersion: '1.0.0',
        origin: 'run 7',
        execution: EXECUTION,
      });
      const { dataVersion } = orders[0] as RegistrationOrder;
      expect(orders).toEqual([
        expect.objectContaining({
          modelVersion: '1.0.0',
          parentVersion: null,
          modelDataUrl: `s3://${BUCKET}/models/1.0.0/model.tar.gz`,
          image: `${IMAGE.split(':')[0]}@${DIGEST}`,
          environment: SETTINGS.servingEnvironment,
          artifacts: { model: expect.objectContaining({ sha256: expect.any(String) }) },
          metrics: { auc: 0.91 },
          holdoutUri: `s3://${BUCKET}/datasets/${dataVersion}/holdout/features.csv`,
          lineage: expect.objectContaining({ dataVersion, origin: 'run 7' }),
        }),
      ]);
      expect(await fixture.registry.newest()).toBeUndefined();
      expect(await fixture.keys('ledger/')).toEqual([]);
    });

    test('keeps labels apart from the features that versions score', async () => {
      await withHoldout();
      const folder = `datasets/${orders[0]?.dataVersion}`;
      expect(await fixture.get(`${folder}/holdout/features.csv`)).toBe('31,AA\n44,"B,B"\n,AA\n');
      expect(await fixture.get(`${folder}/holdout/labels.csv`)).toBe('0\n1\n0\n');
      expect(await fixture.get(`${folder}/samples.csv`)).toBe('31,AA\n44,"B,B"\n,AA\n');
      const split = parseSplit(await fixture.get(`${folder}/split.json`));
      expect(split).toMatchObject({
        label: 'late',
        columns: ['age', 'carrier'],
        categories: ['carrier'],
        rows: { train: 3, holdout: 3 },
      });
      expect(await fixture.get(split.trainFiles[0] as string)).toBe(
        'age,carrier,late\n31,AA,0\n44,"B,B",1\n,AA,0\n',
      );
    });

    test('that came before is the same data version, by which evaluations on it are counted', async () => {
      await withHoldout();
      await put(`s3://${BUCKET}/uploads/2/again.csv`, ROWS);
      await put(ARCHIVE, await modelArchive({ ...FILES, 'model.joblib': 'others' }));
      await withHoldout({ holdout: `s3://${BUCKET}/uploads/2/again.csv` });
      expect(orders[1]?.dataVersion).toBe(orders[0]?.dataVersion);
    });

    test("and a sample, compares traffic with the sample, whose order of columns is the model's", async () => {
      await put(SAMPLE, 'carrier,age\nAA,20\nBB,50\n');
      await withHoldout({ sample: SAMPLE });
      const folder = `datasets/${orders[0]?.dataVersion}`;
      expect(await fixture.get(`${folder}/holdout/features.csv`)).toBe('AA,31\n"B,B",44\nAA,\n');
      const { trainFiles } = parseSplit(await fixture.get(`${folder}/split.json`));
      expect(await fixture.get(trainFiles[0] as string)).toBe('carrier,age\nAA,20\nBB,50\n');
    });

    test('keeps the columns that the promotion policy reads', async () => {
      await put(HOLDOUT, 'age,region,late\n31,n,0\n44,s,1\n');
      await withHoldout({}, { judgedBy: ['region'], ignoredColumns: ['region'] });
      const folder = `datasets/${orders[0]?.dataVersion}`;
      expect(await fixture.get(`${folder}/holdout/columns.csv`)).toBe('region\nn\ns\n');
      expect(await fixture.get(`${folder}/holdout/features.csv`)).toBe('31\n44\n');
    });

    test.each<[string, string, Partial<RegisterArtifactRequest>, Partial<RegisterArtifactSettings>, RegExp]>([
      [
        'without its label column',
        'age,carrier\n1,AA\n',
        {},
        {},
        /the holdout s3:.*holdout.csv has no column 'late', the label, only age, carrier: add it/,
      ],
      [
        'whose label nobody named',
        ROWS,
        { label: undefined },
        {},
        /which column of the holdout s3:.* is the label is not known: name it .*--label/,
      ],
      ['without rows', 'age,carrier,late\n', {}, {}, /the holdout s3:.* has no rows: give it labeled rows/],
      ['that is empty', '', {}, {}, /the holdout s3:.* has no column 'late', the label, only nothing/],
      [
        'of one class',
        'age,carrier,late\n1,AA,1\n2,AA,1\n',
        {},
        {},
        /no version can be judged on the holdout s3:.*: label 'late' is 0 in 0 rows and 1 in 2: both are needed/,
      ],
      [
        'with labels of another problem',
        'age,carrier,late\n1,AA,0\n2,AA,1\n2,AA,yes\n',
        {},
        {},
        /label 'late' is neither 0 nor 1 in 1 rows/,
      ],
      [
        'with other columns than the sample',
        'age,airline,late\n1,AA,0\n2,BB,1\n',
        { sample: SAMPLE },
        {},
        /the holdout s3:.* has other columns than the sample: it lacks carrier, and also has airline; give both/,
      ],
      [
        'without a column that the promotion policy reads',
        ROWS,
        {},
        { judgedBy: ['region'] },
        /has no column region, which the promotion policy reads: add it/,
      ],
      [
        'with two columns of one name',
        'age,age,late\n1,2,0\n',
        {},
        {},
        /the holdout s3:.* has several columns 'age': rename/,
      ],
      [
        'with a short row',
        'age,carrier,late\n1,AA,0\n2\n',
        {},
        {},
        /line 3 of it has 1 cells, but its header has 3/,
      ],
      [
        'with text, where a function serves',
        ROWS,
        {},
        { servesByFunction: true, inferenceScript: 'inference.py' },
        /has no model.onnx/,
      ],
    ])('%s is refused, and nothing is registered', async (_title, rows, changes, settings, problem) => {
      await put(HOLDOUT, rows);
      await expect(withHoldout(changes, settings)).rejects.toMatchObject({
        name: 'RegistrationRefused',
        message: expect.stringMatching(problem),
      });
      await expectNothingRegistered();
      expect(orders).toEqual([]);
    });
  });

  describe('refuses, and registers nothing,', () => {
    test.each<[string, Partial<RegisterArtifactRequest>, RegExp]>([
      [
        'no URI',
        { artifact: 'model.tar.gz' },
        /the artifact 'model.tar.gz' is not the s3:\/\/ URI of an object/,
      ],
      [
        'an archive that is not there',
        { artifact: `s3://${BUCKET}/uploads/2/model.tar.gz` },
        /uploads\/2\/model.tar.gz does not exist, or the pipeline may not read it: put it below s3:\/\/model-data\/uploads\/, or list its bucket in artifactSources/,
      ],
      [
        'a sample that is not there',
        { sample: `s3://${BUCKET}/uploads/2/rows.csv` },
        /the sample s3:.*rows.csv does not exist/,
      ],
      [
        'nothing to ask the version',
        { sample: undefined },
        /nothing to ask the version .*: give a holdout or a sample/,
      ],
      ['a version of another form', { version: '1.0' }, /version: expected a match of .*, got "1.0"/],
      [
        'a metric that is no number',
        { metrics: { auc: 'good' as never } },
        /metrics.auc: expected number, got "good"/,
      ],
      [
        'more metrics than the registry keeps',
        { metrics: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`m${index}`, index])) },
        /the model has 21 metrics, and the registry keeps 20/,
      ],
    ])('%s', async (_title, changes, problem) => {
      await expect(register(changes)).rejects.toThrow(problem);
      await expectNothingRegistered();
    });

    test.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp]>([
      [
        'an archive that is none',
        () => Buffer.from('weights'),
        /cannot be read as a .tar.gz \(incorrect header check\): pack it again/,
      ],
      ['an empty object', () => Buffer.alloc(0), /cannot be read as a .tar.gz \(unexpected end of file\)/],
      [
        'half an archive',
        async () => (await modelArchive({ ...FILES, big: Buffer.alloc(100_000, 'x') })).subarray(0, 150),
        /cannot be read as a .tar.gz \(/,
      ],
      [
        'an archive without the script',
        () => modelArchive({ 'model.joblib': 'weights' }),
        /has no code\/inference.py, only model.joblib: add the script .*, or give the pipeline a source folder/,
      ],
      [
        'a pointer of Git LFS instead of an archive',
        () => Buffer.from(LFS_POINTER),
        /is a pointer of Git LFS and not the file that it points to: run "git lfs pull"/,
      ],
      [
        'an archive with a pointer of Git LFS instead of the model',
        () => modelArchive({ ...FILES, 'model.joblib': LFS_POINTER }),
        /has model.joblib, which is a pointer of Git LFS .*: run "git lfs pull" in the folder, and pack it again/,
      ],
      [
        'an archive with a pointer of DVC without its file',
        () =>
          modelArchive({
            'code/inference.py': '',
            'model.joblib.dvc': 'outs:\n- md5: 1\n  path: model.joblib\n',
          }),
        /has model.joblib.dvc, which is a pointer of DVC .*: run "dvc pull"/,
      ],
      [
        'an archive with a module that is built for macOS',
        () => modelArchive({ ...FILES, 'code/fast.cpython-311-darwin.so': 'x' }),
        /has code\/fast.cpython-311-darwin.so, which is built for Python 3.11 on macOS, and the container has/,
      ],
      [
        'an archive of the folder instead of its content',
        () => modelArchive(FILES, 'model'),
        /has model\/code\/inference.py instead of code\/inference.py: pack the content of the folder/,
      ],
    ])('%s', async (_title, archive, problem) => {
      await put(ARCHIVE, await archive());
      await expect(register()).rejects.toMatchObject({
        name: 'RegistrationRefused',
        message: expect.stringMatching(problem),
      });
      await expectNothingRegistered();
    });

    test('an archive without the files that the container loads, or packed as a folder', async () => {
      const files = [
        { pattern: '^(.+/)?\\d+/saved_model\\.pb$', description: 'a SavedModel, such as 1/saved_model.pb' },
      ];
      const settings = { inferenceScript: undefined, files };
      await put(ARCHIVE, await modelArchive({ 'model.joblib': 'weights' }));
      await expect(register({}, settings)).rejects.toThrow(
        `${ARCHIVE} has no file that the container of this pipeline loads, only model.joblib: it needs a SavedModel, such as 1/saved_model.pb`,
      );
      await expectNothingRegistered();
      await put(ARCHIVE, await modelArchive({ '1/saved_model.pb': 'graph' }));
      expect(await register({}, settings)).toMatchObject({ modelVersion: '1.0.0' });
    });

    test('a sample for a container that takes no rows', async () => {
      const settings = { contentTypes: ['application/json'], hasSmokeTestRequests: true };
      await expect(register({}, settings)).rejects.toThrow(
        `the rows of ${SAMPLE} are sent as text/csv, and the container takes application/json: register the model with requests in JSON instead`,
      );
      await expectNothingRegistered();
      const { modelPackageArn } = await register({ sample: undefined }, settings);
      expect((await described(modelPackageArn)).InferenceSpecification).toMatchObject({
        SupportedContentTypes: ['application/json'],
        SupportedResponseMIMETypes: ['application/json'],
      });
    });

    test('an archive without a model in ONNX, where a function serves', async () => {
      await expect(register({}, { servesByFunction: true })).rejects.toThrow(
        /has no model.onnx, only model.joblib: export the model to ONNX/,
      );
      await expectNothingRegistered();
    });

    test.each([
      ['is no model', Buffer.from('graph'), /could not be served by the function: this is no model in ONNX/],
      [
        'takes four rows at a time',
        Buffer.from(graphs.refused['a batch of four'], 'base64'),
        /takes 4 rows at a time in its input 'X', no more and no fewer/,
      ],
      [
        'takes other columns than the sample has',
        Buffer.from(ENCODERS.onnx, 'base64'),
        /takes 4 columns, but there are 2 features \(age, carrier\)/,
      ],
    ])('a model in ONNX that %s, where a function serves', async (_title, onnx, problem) => {
      await put(ARCHIVE, await modelArchive({ ...FILES, 'model.onnx': onnx }));
      await expect(register({}, { servesByFunction: true })).rejects.toMatchObject({
        name: 'RegistrationRefused',
        message: expect.stringMatching(problem),
      });
      await expectNothingRegistered();
    });

    test.each([
      ['rows.csv', '', /the sample .* has no features/],
      ['rows.csv', 'age,carrier,late\n', /the sample .* has no rows/],
      ['rows.csv', 'age,carrier,late\n1,AA,0\n2\n', /line 3 of it has 1 cells, but its header has 3/],
      ['rows.csv', 'late\n1\n', /has no features, only late/],
      ['rows.csv', ',age\n0,1\n', /column 1 of the sample .* has no name: write it with index=False/],
      ['rows.xlsx', 'PK', /does not end in .csv/],
      ['rows.parquet', 'PK', /rows.parquet: it cannot be read/],
    ])('a sample %s of %j', async (name, rows, problem) => {
      const sample = `s3://${BUCKET}/uploads/1/${name}`;
      await put(sample, rows);
      await expect(register({ sample })).rejects.toMatchObject({
        name: 'RegistrationRefused',
        message: expect.stringMatching(problem),
      });
      await expectNothingRegistered();
    });
  });
});
