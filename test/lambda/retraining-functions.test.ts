import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { EventBus } from '../../lambda/aws/event-bus';
import { ImageDigests } from '../../lambda/aws/image-digests';
import { LedgerStore } from '../../lambda/aws/ledger-store';
import { ModelRegistry } from '../../lambda/aws/model-registry';
import { Notifier } from '../../lambda/aws/notifier';
import { RoutingStore } from '../../lambda/aws/routing-store';
import { ArtifactStore } from '../../lambda/aws/store';
import { Topic } from '../../lambda/aws/topic';
import { DEFAULT_GATE_POLICY } from '../../lambda/domain/gate/gate-policy';
import { emptyRouting } from '../../lambda/domain/release/routing';
import { evaluateChallenger } from '../../lambda/evaluate-challenger/evaluate-challenger';
import { packageModel } from '../../lambda/package-model/package-model';
import { planVersion } from '../../lambda/plan-version/plan-version';
import { profileBaseline } from '../../lambda/profile-baseline/profile-baseline';
import { recordOutcome } from '../../lambda/record-outcome/record-outcome';
import { registerModel } from '../../lambda/register-model/register-model';
import { snapshotData } from '../../lambda/snapshot-data/snapshot-data';
import { splitData } from '../../lambda/split-data/split-data';
import { validateData } from '../../lambda/validate-data/validate-data';
import { BUCKET, IMAGE } from '../local/services/sagemaker-fixture';
import { START } from '../local/services/service-fixture';
import { csvOf, DataFixture } from './data-fixture';
import { functionGrants } from './function-grants';
import { PIPELINE } from './pipeline-fixture';

jest.setTimeout(120_000);

const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:retraining:manual-20261124T1000';

/**
 * The functions of a retraining one after the other, each with no more rights than the constructs give it.
 */
test('the functions of a retraining do their work with the grants of their constructs', async () => {
  const fixture = new DataFixture();
  try {
    await fixture.start();
    const { TopicArn: topicArn = '' } = await new SNSClient(fixture.config()).send(
      new CreateTopicCommand({ Name: 'alerts' }),
    );
    const grants = functionGrants({ pipelineName: PIPELINE, bucketName: BUCKET, topicArn });
    const adaptersOf = async (asset: string) => {
      const config = await fixture.roleConfig(asset, grants.get(asset) as object[]);
      const store = new ArtifactStore(new S3Client(config), BUCKET);
      return {
        store,
        registry: new ModelRegistry(new SageMakerClient(config), PIPELINE),
        images: new ImageDigests(new ECRClient(config)),
        routing: new RoutingStore(new SSMClient(config), `/model-pipeline/${PIPELINE}/routing`),
        ledger: new LedgerStore(store),
        notifier: new Notifier({
          topic: new Topic(new SNSClient(config), topicArn),
          eventBus: new EventBus(new EventBridgeClient(config), PIPELINE),
          store,
        }),
        pipelineName: PIPELINE,
        now: () => START,
      };
    };
    await fixture.routing.create(emptyRouting(PIPELINE));
    await fixture.put('training-data/1.csv', csvOf(0, 400));

    const { store: toPin } = await adaptersOf('snapshot-data');
    const { dataVersion } = await snapshotData(toPin);
    expect((await snapshotData(toPin)).dataVersion).toBe(dataVersion);

    const toValidate = await adaptersOf('validate-data');
    const validation = await validateData(
      { dataVersion },
      {
        ...toValidate,
        label: 'late',
        problem: { type: 'binary' },
        minimumRows: 100,
        ignoredColumns: [],
        schema: {},
      },
    );
    expect(validation).toMatchObject({ valid: true, rows: 400 });

    const { store: toSplit } = await adaptersOf('split-data');
    await splitData(
      { dataVersion },
      { store: toSplit, label: 'late', holdoutFraction: 0.5, ignoredColumns: [], judgedBy: ['income'] },
    );

    const source = await assetOf(fixture, grants.get('plan-version') as Statement[]);
    const settings = { image: IMAGE, codeVersion: 'c0de', source, hyperparameters: {}, label: 'late' };
    const version = await planVersion(
      { dataVersion, hyperparameters: {} },
      { ...(await adaptersOf('plan-version')), settings },
    );
    expect(version).toMatchObject({ modelVersion: '1.0.0', image: expect.stringContaining('@sha256:') });
    const { modelVersion, lineage, modelDataUrl, code, parentVersion } = version;

    // What the training and the batch job would write: a model that knows odd from even.
    const artifact = `${version.outputUri}churn-1-0-0/output/model.tar.gz`;
    await fixture.put(artifact.slice(`s3://${BUCKET}/`.length), 'weights');
    const { store: toPackage } = await adaptersOf('package-model');
    const model = await packageModel({ modelVersion, artifact }, { store: toPackage });
    const scoresKey = `datasets/${dataVersion}/scores/${modelVersion}/features.csv.out`;
    const ages = Array.from({ length: 200 }, (_, i) => 200 + i);
    await fixture.put(scoresKey, ages.map((age) => `${(age % 2) * 0.5 + age / 1e4}\n`).join(''));

    const { store: toProfile } = await adaptersOf('profile-baseline');
    const baseline = await profileBaseline(
      { modelVersion, dataVersion, scoresKey },
      { store: toProfile, problem: { type: 'binary' }, servesByFunction: false },
    );

    const { store: toEvaluate } = await adaptersOf('evaluate-challenger');
    const evaluation = await evaluateChallenger(
      {
        modelVersion,
        dataVersion,
        challengerScoresKey: scoresKey,
        championScoresKey: null,
        champion: null,
      },
      { pipelineName: PIPELINE, store: toEvaluate, policy: DEFAULT_GATE_POLICY, judgedBy: {} },
    );
    expect(evaluation).toMatchObject({ verdict: 'promote', metrics: { challenger: { auc: 1 } } });

    const toRegister = {
      ...(await adaptersOf('register-model')),
      settings: {
        contentTypes: ['text/csv'],
        instanceTypes: { realtime: ['ml.m5.large'], transform: ['ml.m5.large'] },
      },
    };
    const registration = {
      modelVersion,
      parentVersion,
      modelDataUrl,
      artifacts: { model, code, baseline },
      lineage,
      evaluation,
      execution: EXECUTION,
      environment: {},
      trainingJob: { name: 'churn-1-0-0', hyperparameters: {} },
    };
    for (const _judged of ['once', 'again']) {
      expect((await registerModel(registration, toRegister)).modelPackageVersion).toBe(1);
    }
    expect(await fixture.keys(`models/${modelVersion}/`)).toEqual(
      [
        'artifacts.json',
        'baseline.json',
        'evaluation-report.html',
        'evaluation-report.json',
        'evaluation.json',
        'evaluations/none/evaluation-report.html',
        'evaluations/none/evaluation-report.json',
        'evaluations/none/evaluation.json',
        'model-card.json',
        'model-card.md',
        'model-signature.json',
        'model.tar.gz',
        'plan.json',
        'sourcedir.tar.gz',
      ].map((name) => `models/${modelVersion}/${name}`),
    );

    const recording = await adaptersOf('record-outcome');
    const failure = {
      workflow: 'retraining',
      outcome: 'failure',
      reasons: [],
      error: { Error: 'E', Cause: 'c' },
    };
    const { sequence } = await recordOutcome({ ...failure, execution: EXECUTION }, recording);
    const another = await recordOutcome({ ...failure, execution: `${EXECUTION}-2` }, recording);
    expect([sequence, another.sequence]).toEqual([1, 2]);
  } finally {
    await fixture.cloud.stop();
  }
});

test('the functions of a retraining may do no more than that', async () => {
  const fixture = new DataFixture();
  try {
    await fixture.start();
    const grants = functionGrants({
      pipelineName: PIPELINE,
      bucketName: BUCKET,
      topicArn: 'arn:aws:sns:::t',
    });
    const config = await fixture.roleConfig('split-data', grants.get('split-data') as object[]);
    const store = new ArtifactStore(new S3Client(config), BUCKET);
    for (const key of ['training-data/1.csv', 'models/1.0.0/model.tar.gz', 'ledger/00000001.json']) {
      await expect(store.write(key, 'x')).rejects.toThrow(expect.objectContaining({ name: 'AccessDenied' }));
    }
  } finally {
    await fixture.cloud.stop();
  }
});

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

/** Puts the only asset that statements name where they say. */
async function assetOf(fixture: DataFixture, statements: readonly Statement[]) {
  const resources = statements.flatMap(({ Resource }) => Resource);
  const [, bucket = '', key = ''] = /:::(cdk-[^/]+)\/(.+)/.exec(resources.join('\n')) ?? [];
  await fixture.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await fixture.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'scripts' }));
  return { bucket, key };
}
