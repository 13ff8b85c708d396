import { planVersion, type VersionPlan } from '../../../lambda/plan-version/plan-version';
import { IMAGE } from '../../local/services/sagemaker-fixture';
import { PipelineFixture } from '../pipeline-fixture';

describe('planVersion', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
  });
  afterEach(() => fixture.cloud.stop());

  interface Changes {
    readonly dataVersion?: string;
    readonly columns?: string[];
    readonly hyperparameters?: Record<string, string> | null;
    readonly image?: string;
    readonly codeVersion?: string;
  }
  const plan = ({ image = IMAGE, codeVersion = 'c0de', ...changes }: Changes = {}) =>
    planVersion(
      { dataVersion: 'd1', columns: ['age', 'income'], hyperparameters: {}, ...changes },
      {
        store: fixture.store,
        registry: fixture.registry,
        settings: { image, codeVersion, hyperparameters: { depth: '3', rate: '0.1' }, label: 'late' },
      },
    );

  /** Registers a planned version, as it would be after its training. */
  async function register({ modelVersion, lineage, modelDataUrl }: VersionPlan): Promise<void> {
    await fixture.advance(1_000);
    const { image, ...properties } = lineage;
    await fixture.registry.register(modelVersion, {
      ModelApprovalStatus: 'Rejected',
      InferenceSpecification: {
        Containers: [{ Image: image, ModelDataUrl: modelDataUrl }],
        SupportedContentTypes: ['text/csv'],
        SupportedResponseMIMETypes: ['text/csv'],
      },
      CustomerMetadataProperties: properties,
    });
  }

  test('gives the first version 1.0.0, without a parent', async () => {
    expect(await plan()).toEqual({
      modelVersion: '1.0.0',
      parentVersion: null,
      outputUri: 's3://model-data/models/1.0.0/training',
      modelDataUrl: 's3://model-data/models/1.0.0/model.tar.gz',
      modelKey: 'models/1.0.0/model.tar.gz',
      hyperparameters: { depth: '3', rate: '0.1' },
      lineage: {
        dataVersion: 'd1',
        codeVersion: 'c0de',
        image: IMAGE,
        configHash: expect.stringMatching(/^[0-9a-f]{16}$/),
        schemaHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    });
  });

  test.each<[string, Changes, string]>([
    ['new data', { dataVersion: 'd2' }, '1.1.0'],
    ['nothing else', {}, '1.1.0'],
    ['a hyperparameter of this run', { hyperparameters: { depth: '9' } }, '2.0.0'],
    ['a feature', { columns: ['age'] }, '2.0.0'],
    ['the image', { image: IMAGE.replace('1.2-1', '1.4-2') }, '2.0.0'],
    ['the scripts', { codeVersion: 'c0da' }, '2.0.0'],
  ])(
    'counts on from the newest version when %s changed, even if that was rejected',
    async (_, changes, expected) => {
      await register(await plan());
      const next = await plan(changes);
      expect(next).toMatchObject({ modelVersion: expected, parentVersion: '1.0.0' });
    },
  );

  test('never gives a number twice, even if its training failed or others ask at the same time', async () => {
    const plans = await Promise.all([plan(), plan(), plan()]);
    expect(plans.map(({ modelVersion }) => modelVersion).sort()).toEqual(['1.0.0', '1.1.0', '1.2.0']);
    expect((await plan()).modelVersion).toBe('1.3.0');
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
