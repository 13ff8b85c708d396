import { ECRClient } from '@aws-sdk/client-ecr';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { ModelSignature } from '../../../contracts/model-signature';
import type { VersionPlan } from '../../../contracts/version-plan';
import { ImageDigests } from '../../../lambda/aws/image-digests';
import { formatSplit } from '../../../lambda/domain/data/split-document';
import { splitKey } from '../../../lambda/domain/records/bucket-layout';
import { planVersion } from '../../../lambda/plan-version/plan-version';
import { BUCKET, IMAGE } from '../../local/services/sagemaker-fixture';
import { PipelineFixture } from '../pipeline-fixture';

/** Where a deploy puts the scripts. */
const SOURCE = { bucket: BUCKET, key: 'assets/c0de.gz' };
const PINNED =
  /^683313688378\.dkr\.ecr\.us-east-1\.amazonaws\.com\/sagemaker-scikit-learn@sha256:[0-9a-f]{64}$/;

describe('planVersion', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    await fixture.put(SOURCE.key, 'scripts');
  });
  afterEach(() => fixture.cloud.stop());

  interface Changes {
    readonly dataVersion?: string;
    readonly columns?: string[];
    readonly categories?: string[];
    readonly hyperparameters?: Record<string, string> | null;
    readonly image?: string;
    readonly trainingImage?: string;
    readonly codeVersion?: string;
    readonly tuning?: { names: string[]; version: string };
  }
  const plan = async (
    { image = IMAGE, trainingImage, codeVersion = 'c0de', tuning, ...changes }: Changes = {},
    ecr: object = fixture.config(),
  ) => {
    const { dataVersion = 'd1', columns = ['age', 'income'], categories, hyperparameters = {} } = changes;
    await fixture.put(
      splitKey(dataVersion),
      formatSplit({
        version: 1,
        label: 'late',
        columns,
        ...(categories && { categories }),
        holdoutFraction: 0.2,
        rows: { train: 4, holdout: 1 },
        trainFiles: ['1.csv'],
      }),
    );
    return planVersion(
      { dataVersion, hyperparameters },
      {
        store: fixture.store,
        registry: fixture.registry,
        images: new ImageDigests(new ECRClient(ecr)),
        settings: {
          image,
          ...(trainingImage !== undefined && { trainingImage }),
          codeVersion,
          source: SOURCE,
          hyperparameters: { depth: '3', rate: '0.1' },
          label: 'late',
          ...(tuning && { tuning }),
        },
      },
    );
  };

  /** Registers a planned version, as it would be after its training. */
  async function register({ modelVersion, lineage, image, modelDataUrl }: VersionPlan): Promise<void> {
    await fixture.advance(1_000);
    await fixture.registry.register(modelVersion, {
      ModelApprovalStatus: 'Rejected',
      InferenceSpecification: {
        Containers: [{ Image: image, ModelDataUrl: modelDataUrl }],
        SupportedContentTypes: ['text/csv'],
        SupportedResponseMIMETypes: ['text/csv'],
      },
      CustomerMetadataProperties: { ...lineage },
    });
  }

  test('gives the first version 1.0.0, without a parent', async () => {
    expect(await plan()).toEqual({
      modelVersion: '1.0.0',
      parentVersion: null,
      outputUri: 's3://model-data/training-output/1.0.0/',
      modelDataUrl: 's3://model-data/models/1.0.0/model.tar.gz',
      codeUrl: 's3://model-data/models/1.0.0/sourcedir.tar.gz',
      code: { versionId: expect.any(String), sha256: expect.stringMatching(/=$/) },
      hyperparameters: { depth: '3', rate: '0.1' },
      image: expect.stringMatching(PINNED),
      trainingImage: expect.stringMatching(PINNED),
      lineage: {
        dataVersion: 'd1',
        codeVersion: 'c0de',
        image: IMAGE,
        imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        configHash: expect.stringMatching(/^[0-9a-f]{16}$/),
        schemaHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    });
  });

  test('pins the image that trains, too, if it is another one', async () => {
    const trainingImage = IMAGE.replace('1.9-0', '1.2-1');
    const { image, trainingImage: pinned, lineage } = await plan({ trainingImage });
    expect(lineage).toMatchObject({ image: IMAGE, trainingImage });
    expect(pinned).toMatch(PINNED);
    expect(pinned.endsWith(lineage.trainingImageDigest as string)).toBe(true);
    expect(pinned).not.toBe(image);
  });

  test('keeps the scripts of a version, whatever becomes of the assets of a deploy', async () => {
    await plan();
    await fixture.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: SOURCE.key }));
    expect(await fixture.get('models/1.0.0/sourcedir.tar.gz')).toBe('scripts');
  });

  test.each<[string, Changes, string]>([
    ['new data', { dataVersion: 'd2' }, '1.1.0'],
    ['nothing else', {}, '1.1.0'],
    ['a hyperparameter of this run', { hyperparameters: { depth: '9' } }, '2.0.0'],
    ['a feature', { columns: ['age'] }, '2.0.0'],
    ['the image', { image: IMAGE.replace('1.9-0', '1.2-1') }, '2.0.0'],
    ['the training image', { trainingImage: IMAGE.replace('1.9-0', '1.2-1') }, '2.0.0'],
    ['the scripts', { codeVersion: 'c0da' }, '2.0.0'],
    ['the search for hyperparameters', { tuning: { names: ['rate'], version: 'v1' } }, '2.0.0'],
  ])(
    'counts on from the newest version when %s changed, even if that was rejected',
    async (_, changes, expected) => {
      await register(await plan());
      const next = await plan(changes);
      expect(next).toMatchObject({ modelVersion: expected, parentVersion: '1.0.0' });
    },
  );

  test.each<[string, Changes, string]>([
    ['new data', { dataVersion: 'd2' }, '1.1.0'],
    ['a feature', { columns: ['age'] }, '2.0.0'],
    ['the order of the features', { columns: ['income', 'age'] }, '2.0.0'],
    ['the type of a feature', { categories: ['age'] }, '2.0.0'],
  ])('goes by the signature of a version that has one, when %s changed', async (_, changes, expected) => {
    await register(await plan());
    const signature: ModelSignature = {
      version: 1,
      inputs: ['age', 'income'].map((name) => ({ name, type: 'integer', optional: false })),
      outputs: [{ name: 'late', type: 'probability' }],
    };
    await fixture.put('models/1.0.0/model-signature.json', JSON.stringify(signature));
    expect((await plan(changes)).modelVersion).toBe(expected);
  });

  test('never gives a number twice, even if its training failed or others ask at the same time', async () => {
    const plans = await Promise.all([plan(), plan(), plan()]);
    expect(plans.map(({ modelVersion }) => modelVersion).sort()).toEqual(['1.0.0', '1.1.0', '1.2.0']);
    expect((await plan()).modelVersion).toBe('1.3.0');
  });

  test('takes no number that is registered, though an older version was registered again since', async () => {
    const first = await plan();
    const second = await plan({ columns: ['age'] });
    expect(second.modelVersion).toBe('1.1.0');
    await register({ ...first, modelVersion: '2.0.0' });
    await register(first);
    expect((await plan({ columns: ['age'] })).modelVersion).toBe('2.1.0');
  });

  test('goes by the name of an image whose content it may not see, and not at all by one that is not there', async () => {
    const { image, lineage } = await plan({}, await fixture.roleConfig('blind', []));
    expect(image).toBe(IMAGE);
    expect(lineage).not.toHaveProperty('imageDigest');
    const missing = '000000000000.dkr.ecr.us-east-1.amazonaws.com/none:1';
    await expect(plan({ image: missing })).rejects.toMatchObject({ name: 'UnknownImage' });
    expect(await fixture.keys('models/')).toEqual([
      'models/1.0.0/plan.json',
      'models/1.0.0/sourcedir.tar.gz',
    ]);
  });

  test('does not take a hyperparameter that the retraining is to find', async () => {
    const tuning = { names: ['rate'], version: 'v1' };
    await expect(plan({ tuning, hyperparameters: { rate: '1' } })).rejects.toMatchObject({
      name: 'TunedHyperparameter',
      message: expect.stringContaining("'rate' cannot be set: training.tuning searches it"),
    });
    expect((await plan({ tuning, hyperparameters: { depth: '9' } })).hyperparameters.depth).toBe('9');
  });

  test('takes hyperparameters of the request in the place of the settings', async () => {
    expect((await plan({ hyperparameters: { depth: '9', seed: '1' } })).hyperparameters).toEqual({
      depth: '9',
      rate: '0.1',
      seed: '1',
    });
    expect((await plan({ hyperparameters: null })).hyperparameters).toEqual({ depth: '3', rate: '0.1' });
  });
});
