import { CreateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { UnknownModelVersionError } from '../../../lambda/aws/model-registry';
import { IMAGE } from '../../local/services/sagemaker-fixture';
import { collect } from '../collect';
import { PIPELINE, PipelineFixture } from '../pipeline-fixture';

describe('ModelRegistry', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
  });
  afterEach(() => fixture.cloud.stop());

  async function register(modelVersion: string, approval?: 'Approved' | 'Rejected'): Promise<string> {
    await fixture.advance(1_000);
    return fixture.register(modelVersion, approval);
  }

  test('gives versions, the newest first, whatever their verdict', async () => {
    for (const version of ['1.9.0', '1.10.0']) await register(version);
    await register('2.0.0', 'Rejected');
    const versions = await collect(fixture.registry.versions());
    expect(versions.map(({ modelVersion, approval }) => [modelVersion, approval])).toEqual([
      ['2.0.0', 'Rejected'],
      ['1.10.0', 'Approved'],
      ['1.9.0', 'Approved'],
    ]);
    expect((await fixture.registry.newest())?.modelVersion).toBe('2.0.0');
  });

  test('knows the container and the properties of a version', async () => {
    const modelPackageArn = await register('1.0.0');
    expect(await fixture.registry.find('1.0.0')).toEqual({
      modelVersion: '1.0.0',
      modelPackageArn,
      packageVersion: 1,
      approval: 'Approved',
      container: {
        image: IMAGE,
        modelDataUrl: 's3://model-data/models/1.0.0/model.tar.gz',
        environment: { SAGEMAKER_PROGRAM: 'inference.py' },
      },
      properties: { modelVersion: '1.0.0', dataVersion: '0123456789abcdef' },
    });
  });

  test('marks a version as the one in production, and keeps its properties', async () => {
    const arn = await register('1.0.0');
    await fixture.registry.markInProduction(arn, '2026-11-24T10:00:00Z');
    expect((await fixture.registry.get('1.0.0')).properties).toEqual({
      modelVersion: '1.0.0',
      dataVersion: '0123456789abcdef',
      releasedAt: '2026-11-24T10:00:00Z',
    });
  });

  test('says which versions there are if one is unknown', async () => {
    await expect(fixture.registry.get('3.0.0')).rejects.toThrow(
      "model version '3.0.0' is not in the registry churn; it has none yet: retrain or import a model first",
    );
    for (const version of ['1.0.0', '1.1.0']) await register(version);
    const attempt = fixture.registry.get('3.0.0');
    await expect(attempt).rejects.toThrow(UnknownModelVersionError);
    await expect(attempt).rejects.toThrow('it has 1.1.0, 1.0.0');
    expect(await fixture.registry.find('3.0.0')).toBeUndefined();
  });

  test('leaves out packages that are no versions of the pipeline', async () => {
    await fixture.sagemaker.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: PIPELINE,
        InferenceSpecification: {
          Containers: [{ Image: IMAGE, ModelDataUrl: 's3://model-data/by-hand.tar.gz' }],
          SupportedContentTypes: ['text/csv'],
          SupportedResponseMIMETypes: ['text/csv'],
        },
      }),
    );
    expect(await fixture.registry.newest()).toBeUndefined();
  });
});
