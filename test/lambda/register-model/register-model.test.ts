import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { formatEvaluation } from '../../../lambda/domain/evaluation';
import { formatModelPlan } from '../../../lambda/domain/model-plan';
import { baselineProfile } from '../../../lambda/domain/profile';
import { registerModel } from '../../../lambda/register-model/register-model';
import { IMAGE } from '../../local/services/sagemaker-fixture';
import { START } from '../../local/services/service-fixture';
import { PIPELINE, PipelineFixture } from '../pipeline-fixture';

const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:retraining:drift-20261124T1000';
const LINEAGE = {
  dataVersion: '0123456789abcdef',
  codeVersion: 'c0de',
  image: IMAGE,
  configHash: 'aaaaaaaaaaaaaaaa',
  schemaHash: 'bbbbbbbbbbbbbbbb',
};
const METRICS = {
  champion: { auc: 0.71, logLoss: 0.4 },
  challenger: { auc: 0.74, logLoss: 0.38 },
  difference: 0.03,
  interval: [0.01, 0.05],
  pValue: 0.00123,
} as const;

describe('registerModel', () => {
  let fixture: PipelineFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    await fixture.put('models/1.1.0/model.tar.gz', 'weights');
    await fixture.put(
      'models/1.1.0/plan.json',
      formatModelPlan({
        version: 1,
        modelVersion: '1.1.0',
        parentVersion: '1.0.0',
        label: 'late',
        columns: ['age', 'income'],
        hyperparameters: { depth: '3' },
        lineage: LINEAGE,
      }),
    );
    await fixture.store.writeJson(
      'models/1.1.0/baseline.json',
      baselineProfile([{ name: 'age', kind: 'numeric', cells: [1, 2, 3] }], [0.1, 0.2, 0.3]),
    );
    await fixture.put(
      'models/1.1.0/evaluation.json',
      formatEvaluation({
        version: 1,
        modelVersion: '1.1.0',
        champion: '1.0.0',
        dataVersion: LINEAGE.dataVersion,
        rows: 250,
        verdict: 'promote',
        metrics: METRICS,
        reasons: [],
      }),
    );
  });
  afterEach(() => fixture.cloud.stop());

  const register = (verdict: 'promote' | 'keep' = 'promote', changes: object = {}) =>
    registerModel(
      {
        modelVersion: '1.1.0',
        parentVersion: '1.0.0',
        modelDataUrl: 's3://model-data/models/1.1.0/model.tar.gz',
        lineage: LINEAGE,
        evaluation: {
          verdict,
          reasons: ['the challenger is better'],
          metrics: METRICS,
          evaluationKey: 'models/1.1.0/evaluation.json',
          report: 's3://b/models/1.1.0/evaluation-report.html',
        },
        execution: EXECUTION,
        trainingJobName: 'churn-1-1-0',
        ...changes,
      },
      {
        pipelineName: PIPELINE,
        store: fixture.store,
        registry: fixture.registry,
        settings: {
          image: IMAGE,
          servingEnvironment: { SAGEMAKER_PROGRAM: 'inference.py' },
          instanceTypes: ['ml.m5.large'],
        },
        now: () => START,
      },
    );
  const describePackage = (ModelPackageName: string) =>
    fixture.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }));

  test('registers a version with its container, metrics and lineage', async () => {
    const { modelPackageArn, modelPackageVersion } = await register();
    expect(modelPackageVersion).toBe(1);
    const json = (file: string) => ({
      ContentType: 'application/json',
      S3Uri: `s3://model-data/models/1.1.0/${file}`,
    });
    expect(await describePackage(modelPackageArn)).toMatchObject({
      ModelPackageGroupName: PIPELINE,
      ModelPackageVersion: 1,
      ModelApprovalStatus: 'Approved',
      InferenceSpecification: {
        Containers: [
          {
            Image: IMAGE,
            ModelDataUrl: 's3://model-data/models/1.1.0/model.tar.gz',
            Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
          },
        ],
        SupportedRealtimeInferenceInstanceTypes: ['ml.m5.large'],
      },
      ModelMetrics: {
        ModelQuality: { Statistics: json('evaluation.json') },
        ModelDataQuality: { Statistics: json('baseline.json') },
      },
      DriftCheckBaselines: { ModelDataQuality: { Statistics: json('baseline.json') } },
      MetadataProperties: { CommitId: 'c0de', GeneratedBy: EXECUTION },
      CustomerMetadataProperties: {
        modelVersion: '1.1.0',
        parentVersion: '1.0.0',
        dataVersion: LINEAGE.dataVersion,
        codeVersion: 'c0de',
        configHash: LINEAGE.configHash,
        schemaHash: LINEAGE.schemaHash,
        execution: EXECUTION,
        verdict: 'promote',
      },
    });
  });

  test('rejects a version that was refused', async () => {
    const { modelPackageArn } = await register('keep');
    expect(await describePackage(modelPackageArn)).toMatchObject({
      ModelApprovalStatus: 'Rejected',
      CustomerMetadataProperties: { verdict: 'keep' },
    });
  });

  test('registers a version once, however often it is tried', async () => {
    const first = await register();
    expect(await register()).toEqual(first);
    expect((await fixture.registry.newest())?.packageVersion).toBe(1);
  });

  test('registers a first version, which has no parent, and one without metrics', async () => {
    const evaluation = {
      verdict: 'keep',
      reasons: [],
      metrics: null,
      evaluationKey: 'models/1.1.0/evaluation.json',
      report: 's3://b/models/1.1.0/evaluation-report.html',
    };
    const { modelPackageArn } = await register('keep', { parentVersion: null, evaluation });
    const { CustomerMetadataProperties } = await describePackage(modelPackageArn);
    expect(CustomerMetadataProperties).not.toHaveProperty('parentVersion');
    expect(await fixture.get('models/1.1.0/model-card.md')).toContain('The evidence allowed no comparison.');
  });

  test('writes a model card that says what is known and what is not', async () => {
    await register();
    expect(JSON.parse(await fixture.get('models/1.1.0/model-card.json'))).toEqual({
      version: 1,
      pipeline: PIPELINE,
      modelVersion: '1.1.0',
      parentVersion: '1.0.0',
      createdAt: '2026-11-24T10:00:00.000Z',
      lineage: LINEAGE,
      training: {
        job: 'churn-1-1-0',
        execution: EXECUTION,
        rows: 3,
        label: 'late',
        features: ['age', 'income'],
        hyperparameters: { depth: '3' },
      },
      evaluation: {
        rows: 250,
        champion: '1.0.0',
        verdict: 'promote',
        reasons: ['the challenger is better'],
        metrics: METRICS,
      },
    });
    const markdown = await fixture.get('models/1.1.0/model-card.md');
    expect(markdown).toContain(
      '| metric | this version | 1.0.0 |\n| --- | --- | --- |\n| auc | 0.7400 | 0.7100 |',
    );
    expect(markdown).toContain(
      'Its AUC minus that of 1.0.0: 0.0300, between 0.0100 and 0.0500, p = 0.00123.',
    );
    expect(markdown).toContain('## Not assessed');
  });
});
