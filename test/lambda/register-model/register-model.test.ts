import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnModelCard } from 'aws-cdk-lib/aws-sagemaker';
import type { PinnedObject } from '../../../contracts/pinned-artifacts';
import { baselineProfile } from '../../../lambda/domain/data/profile';
import { formatEvaluation } from '../../../lambda/domain/gate/evaluation';
import type { EvaluationReport } from '../../../lambda/domain/gate/evaluation-report';
import { measureRows } from '../../../lambda/domain/gate/measure';
import { auc } from '../../../lambda/domain/metrics/auc';
import { formatModelPlan } from '../../../lambda/domain/release/model-plan';
import { registerModel } from '../../../lambda/register-model/register-model';
import { IMAGE } from '../../local/services/sagemaker-fixture';
import { START } from '../../local/services/service-fixture';
import { PIPELINE, PipelineFixture, SigningFixture } from '../pipeline-fixture';

const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:retraining:drift-20261124T1000';
const DIGEST = `sha256:${'c0ffee11'.repeat(8)}`;
/** What is trained and served. */
const PINNED = `${IMAGE.split(':')[0]}@${DIGEST}`;
const LINEAGE = {
  dataVersion: '0123456789abcdef',
  codeVersion: 'c0de',
  commit: '4f1d',
  image: IMAGE,
  imageDigest: DIGEST,
  configHash: 'aaaaaaaaaaaaaaaa',
  schemaHash: 'bbbbbbbbbbbbbbbb',
};
const METRICS = {
  primary: 'auc',
  champion: { auc: 0.71, logLoss: 0.4 },
  challenger: { auc: 0.74, logLoss: 0.38 },
  difference: 0.03,
  interval: [0.01, 0.05],
  pValue: 0.00123,
} as const;

describe('registerModel', () => {
  let fixture: PipelineFixture;
  let model: PinnedObject;
  let code: PinnedObject;
  let baseline: PinnedObject;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    model = await fixture.store.writePinned('models/1.1.0/model.tar.gz', 'weights');
    code = await fixture.store.writePinned('models/1.1.0/sourcedir.tar.gz', 'scripts');
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
    baseline = await fixture.store.writePinned(
      'models/1.1.0/baseline.json',
      JSON.stringify(baselineProfile([{ name: 'age', kind: 'numeric', cells: [1, 2, 3] }], [0.1, 0.2, 0.3])),
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
    const scores = [0.1, 0.4, 0.35, 0.8];
    const evaluation: EvaluationReport = {
      version: 1,
      pipeline: PIPELINE,
      modelVersion: '1.1.0',
      champion: '1.0.0',
      dataVersion: LINEAGE.dataVersion,
      rows: 4,
      verdict: 'promote',
      deciding: ['the challenger is better'],
      reasons: [],
      ...measureRows({
        metric: auc,
        labels: Float64Array.of(0, 0, 1, 1),
        challenger: Float64Array.from(scores),
        champion: Float64Array.from(scores, (score) => 1 - score),
      }),
    };
    await fixture.store.writeJson('models/1.1.0/evaluation-report.json', evaluation);
  });
  afterEach(() => fixture.cloud.stop());

  const register = (
    verdict: 'promote' | 'keep' = 'promote',
    changes: object = {},
    signing?: SigningFixture,
  ) =>
    registerModel(
      {
        modelVersion: '1.1.0',
        parentVersion: '1.0.0',
        modelDataUrl: 's3://model-data/models/1.1.0/model.tar.gz',
        artifacts: { model, code, baseline },
        lineage: LINEAGE,
        evaluation: {
          verdict,
          reasons: ['the challenger is better'],
          metrics: METRICS,
          evaluationKey: 'models/1.1.0/evaluation.json',
          report: 's3://b/models/1.1.0/evaluation-report.html',
        },
        execution: EXECUTION,
        environment: { SAGEMAKER_PROGRAM: 'inference.py' },
        trainingJob: {
          name: 'churn-1-1-0',
          hyperparameters: {
            depth: '3',
            rate: '0.25',
            sagemaker_program: '"train.py"',
            _tuning_objective_metric: 'auc',
          },
        },
        ...changes,
      },
      {
        pipelineName: PIPELINE,
        store: fixture.store,
        registry: fixture.registry,
        settings: {
          contentTypes: ['text/csv', 'application/json'],
          instanceTypes: { realtime: ['ml.m5.large'], transform: ['ml.c5.xlarge'] },
        },
        signer: signing?.signer,
        now: () => START,
      },
    );
  const describePackage = (ModelPackageName: string) =>
    fixture.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }));

  test('records what its files are, to the bit, and registers no version whose files were replaced', async () => {
    const { modelPackageArn } = await register();
    expect((await describePackage(modelPackageArn)).CustomerMetadataProperties).toMatchObject({
      modelObjectVersion: model.versionId,
      modelSha256: model.sha256,
      codeSha256: code.sha256,
      baselineSha256: baseline.sha256,
    });
    expect(JSON.parse(await fixture.get('models/1.1.0/artifacts.json'))).toEqual({ model, code, baseline });
    await fixture.put('models/1.1.0/sourcedir.tar.gz', 'other scripts');
    await expect(register()).rejects.toMatchObject({ name: 'ArtifactReplaced' });
  });

  test('signs what it registers, if there is a key, however often it is tried', async () => {
    await register();
    expect(await fixture.keys('models/1.1.0/')).not.toContain('models/1.1.0/signature.json');
    const signing = await SigningFixture.create(fixture);
    for (let attempt = 0; attempt < 2; attempt++) {
      const { modelPackageArn } = await register('promote', {}, signing);
      expect((await describePackage(modelPackageArn)).CustomerMetadataProperties).toMatchObject({
        signingKey: signing.keyArn,
      });
      expect(await signing.signatures.check(await fixture.registry.get('1.1.0'))).toBe(true);
    }
  });

  test('registers a version that was trained elsewhere with its origin and metrics, and no training job', async () => {
    const { modelPackageArn } = await register('promote', {
      trainingJob: undefined,
      lineage: { ...LINEAGE, origin: 'run #7' },
      environment: { SAGEMAKER_PROGRAM: 'other.py' },
      metrics: { auc: 0.91 },
    });
    const described = await describePackage(modelPackageArn);
    expect(described).toMatchObject({
      ModelPackageDescription: `Version 1.1.0 of ${PIPELINE}, trained elsewhere`,
      ModelApprovalStatus: 'Approved',
      CustomerMetadataProperties: { origin: 'run _7', 'metric:auc': '0.91' },
    });
    expect(described.InferenceSpecification?.Containers?.[0]?.Environment).toEqual({
      SAGEMAKER_PROGRAM: 'other.py',
    });
    expect(described.ModelCard?.ModelCardContent).not.toContain('training_arn');
    expect(await fixture.get('models/1.1.0/model-card.md')).not.toContain('- Job:');
  });

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
            Image: PINNED,
            ModelDataUrl: 's3://model-data/models/1.1.0/model.tar.gz',
            Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
          },
        ],
        SupportedRealtimeInferenceInstanceTypes: ['ml.m5.large'],
        SupportedTransformInstanceTypes: ['ml.c5.xlarge'],
      },
      ModelMetrics: {
        ModelQuality: { Statistics: json('evaluation.json') },
        ModelDataQuality: { Statistics: json('baseline.json') },
      },
      DriftCheckBaselines: { ModelDataQuality: { Statistics: json('baseline.json') } },
      MetadataProperties: { CommitId: '4f1d', GeneratedBy: EXECUTION },
      CustomerMetadataProperties: {
        modelVersion: '1.1.0',
        parentVersion: '1.0.0',
        dataVersion: LINEAGE.dataVersion,
        codeVersion: 'c0de',
        configHash: LINEAGE.configHash,
        schemaHash: LINEAGE.schemaHash,
        image: IMAGE,
        imageDigest: DIGEST,
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

  test('a version that was compared anew has the verdict, the report and the card of that', async () => {
    const { modelPackageArn } = await register();
    const report = 's3://b/anew.html';
    const evaluation = {
      verdict: 'keep',
      reasons: ['the challenger is not better'],
      metrics: METRICS,
      evaluationKey: 'models/1.1.0/evaluation.json',
      report,
    };
    await fixture.store.writeJson('models/1.1.0/evaluation-report.json', {
      ...(JSON.parse(await fixture.get('models/1.1.0/evaluation-report.json')) as object),
      verdict: 'keep',
    });
    await register('keep', { evaluation });
    const found = await describePackage(modelPackageArn);
    expect(found).toMatchObject({
      ModelApprovalStatus: 'Rejected',
      ApprovalDescription: 'compared with 1.0.0',
      CustomerMetadataProperties: { verdict: 'keep', report, codeVersion: 'c0de' },
    });
    expect(found.ModelCard?.ModelCardContent).toContain('"keep: ');
    expect(await fixture.get('models/1.1.0/model-card.md')).toContain('It was refused.');
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

  test('writes a model card in the schema of SageMaker, and registers it with the package', async () => {
    const { modelPackageArn } = await register();
    const card = JSON.parse(await fixture.get('models/1.1.0/model-card.json'));
    expect(card).toMatchObject({
      model_overview: { model_artifact: ['s3://model-data/models/1.1.0/model.tar.gz'] },
      training_details: {
        training_job_details: {
          training_arn: 'arn:aws:sagemaker:us-east-1:000000000000:training-job/churn-1-1-0',
          training_environment: { container_image: [PINNED] },
          hyper_parameters: [
            { name: 'depth', value: '3' },
            { name: 'rate', value: '0.25' },
          ],
        },
      },
      evaluation_details: [
        {
          evaluation_observation: 'promote: the challenger is better',
          metadata: { rows: '4', champion: '1.0.0' },
          metric_groups: [{ name: 'This version' }, { name: 'Lead over 1.0.0' }, { name: 'Curves' }],
        },
      ],
      additional_information: { custom_details: { modelVersion: '1.1.0', dataVersion: LINEAGE.dataVersion } },
    });
    // CloudFormation knows the same schema under other names: what it does not know, it leaves out.
    expect(knownToCloudFormation(card)).toEqual(card);
    const { ModelCard } = await describePackage(modelPackageArn);
    expect(JSON.parse(ModelCard?.ModelCardContent ?? '')).toEqual(card);
  });

  test('writes a model card for people that says what is known and what is not', async () => {
    await register();
    const markdown = await fixture.get('models/1.1.0/model-card.md');
    expect(markdown).toContain(
      '| metric | this version | 1.0.0 |\n| --- | --- | --- |\n| auc | 0.7400 | 0.7100 |',
    );
    expect(markdown).toContain('Its lead in auc over 1.0.0: 0.0300, between 0.0100 and 0.0500, p = 0.00123.');
    expect(markdown).toContain('## Not assessed');
  });
});

/** What CloudFormation's schema of a model card knows of one; it names the places of wrong types. */
function knownToCloudFormation(card: object): unknown {
  const stack = new Stack();
  new CfnModelCard(stack, 'Card', {
    modelCardName: 'card',
    modelCardStatus: 'Draft',
    content: renamed(JSON.parse(JSON.stringify(card, asObject)), (name) =>
      name.replace(/_(.)/g, (_match, letter) => letter.toUpperCase()),
    ),
  });
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::SageMaker::ModelCard'));
  const content = renamed(resource?.Properties.Content, (name) =>
    name.replace(/[A-Z]/g, (letter, at) => `${at === 0 ? '' : '_'}${letter.toLowerCase()}`),
  );
  return JSON.parse(JSON.stringify(content, (_name, part) => part?.any ?? part));
}

/** Values of metrics may be anything, for which CloudFormation's types have only objects. */
function asObject(name: string, value: unknown): unknown {
  return name === 'value' && typeof value !== 'string' ? { any: value } : value;
}

/** A document with other names of its fields; the entries of maps are named by people. */
function renamed(value: unknown, rename: (name: string) => string): never {
  if (Array.isArray(value)) return value.map((one) => renamed(one, rename)) as never;
  if (typeof value !== 'object' || value === null) return value as never;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      rename(name),
      /^(metadata|custom_?details|value)$/i.test(name) ? part : renamed(part, rename),
    ]),
  ) as never;
}
