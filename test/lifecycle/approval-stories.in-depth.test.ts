import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  DescribeHyperParameterTuningJobCommand,
  ListHyperParameterTuningJobsCommand,
} from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Duration } from 'aws-cdk-lib';
import { proveIdentity } from '../../bin/cli/prove-identity';
import { approvalKey } from '../../lambda/domain/records/bucket-layout';
import { HyperparameterRange, RangeScale, ReleaseStrategy, type TrainingProps } from '../../lib';
import { BETTER, PIPELINE } from './customers-stack';
import { DeployedPipeline, REQUESTS_A_MINUTE } from './deployed-pipeline';

jest.setTimeout(600_000);

const MINUTE = 60_000;
const MOST_MINUTES = 30;

const ADA = 'arn:aws:sts::000000000000:assumed-role/approvers/ada';

describe('a release that waits for a person', () => {
  const pipeline = new DeployedPipeline();
  let ada: STSClient;

  /** Each retraining tries how much noise does least harm. */
  const training: TrainingProps = {
    source: join(__dirname, 'source'),
    metrics: { accuracy: 'train:accuracy=([0-9.]+);' },
    tuning: {
      ranges: { noise: HyperparameterRange.continuous(0.00001, 0.001, RangeScale.LOGARITHMIC) },
      objective: 'accuracy',
      maximumTrainings: 2,
    },
  };

  beforeAll(async () => {
    await pipeline.startWithVersion({
      training,
      releaseStrategy: ReleaseStrategy.canary({ approval: { timeout: Duration.days(1) } }),
    });
    ada = new STSClient({ ...pipeline.config(), credentials: await sessionOf(pipeline, 'approvers', 'ada') });
  });

  afterAll(() => pipeline.stop());

  const answerWith = (payload: object) =>
    pipeline.invoke(pipeline.resources.approvalFunction as string, payload);

  /** Answers with a proof of who does: Ada's session of a role. */
  const answer = async (
    decision: 'approve' | 'reject',
    more: { comment?: string; modelVersion?: string } = {},
  ) => {
    const { candidate } = await pipeline.routing();
    const key = approvalKey(candidate?.releaseId ?? 'none');
    const asked = candidate && JSON.parse(await pipeline.read(key));
    const question = `s3://${pipeline.resources.bucket}/${key}`;
    const { askedAt, modelVersion } = { askedAt: '', modelVersion: '0.0.0', ...asked };
    const { comment } = more;
    const proof = await proveIdentity(ada, { question, askedAt, modelVersion, decision, comment });
    return answerWith({ decision, proof, ...more });
  };

  /** Retrains until the challenger waits; returns the retraining's execution. */
  const untilAsked = async (): Promise<string> => {
    const retraining = await pipeline.startRetraining(BETTER);
    for (let minute = 0; minute < MOST_MINUTES; minute++) {
      const { candidate } = await pipeline.routing();
      if (candidate && (await pipeline.keys(`releases/${candidate.releaseId}/`)).length > 0)
        return retraining;
      await pipeline.pass(MINUTE, REQUESTS_A_MINUTE);
    }
    throw new Error('nobody was asked');
  };

  const weights = async () =>
    ((await pipeline.endpoint()).ProductionVariants ?? []).map(({ CurrentWeight }) => CurrentWeight).sort();

  test('asks, and has no traffic meanwhile; rejected, the champion stays and the ledger says who', async () => {
    const retraining = await untilAsked();
    expect(await weights()).toEqual([0, 1]);
    const [asked] = await pipeline.newAlerts();
    expect(asked?.subject).toBe(`${PIPELINE}: version 2.0.0 waits for approval`);
    expect(asked?.text).toContain('model-pipeline approve');

    await expect(answer('approve', { modelVersion: '1.5.0' })).rejects.toThrow(
      'the release in progress is that of 2.0.0, not of 1.5.0',
    );
    await expect(answerWith({ decision: 'approve', by: 'ada' })).rejects.toThrow(
      "the answer has no proof of identity; answer with 'model-pipeline approve'",
    );
    expect(await answer('reject', { comment: 'not before Christmas' })).toMatchObject({
      modelVersion: '2.0.0',
      answer: `rejected by ${ADA}: not before Christmas`,
    });
    await expect(answer('approve')).rejects.toThrow(`rejected by ${ADA}: not before Christmas already`);
    expect(await pipeline.follow(retraining)).toMatchObject({ output: { outcome: 'rolled-back' } });
    await pipeline.expectServing('1.0.0');
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'rollback',
      modelVersion: '2.0.0',
      reasons: [`rejected by ${ADA}: not before Christmas`],
    });
    await expect(answer('approve')).rejects.toThrow('no release is in progress');
  });

  test('the challenger is the best training of a search, and its card tells what was found', async () => {
    const { HyperParameterTuningJobSummaries: [search] = [] } = await pipeline.sagemaker.send(
      new ListHyperParameterTuningJobsCommand({}),
    );
    expect(search?.TrainingJobStatusCounters).toMatchObject({ Completed: 2 });
    const { BestTrainingJob: best } = await pipeline.sagemaker.send(
      new DescribeHyperParameterTuningJobCommand({
        HyperParameterTuningJobName: search?.HyperParameterTuningJobName,
      }),
    );
    const card = JSON.parse(await pipeline.read('models/2.0.0/model-card.json'));
    const { training_arn, hyper_parameters } = card.training_details.training_job_details;
    expect(training_arn).toBe(best?.TrainingJobArn);
    const found = Object.entries({ ...BETTER, ...best?.TunedHyperParameters });
    expect(hyper_parameters).toEqual(expect.arrayContaining(found.map(([name, value]) => ({ name, value }))));
    expect(hyper_parameters).toHaveLength(found.length);
  });

  test('approved, it takes the traffic, and the ledger says who', async () => {
    const execution = await pipeline.startRelease('2.0.0', 'after Christmas');
    await pipeline.pass(MINUTE, REQUESTS_A_MINUTE);
    await answer('approve', { comment: 'now' });
    expect(await pipeline.follow(execution)).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('2.0.0');
    expect((await pipeline.ledger()).at(-1)?.reasons[0]).toBe(`after Christmas; approved by ${ADA}: now`);
  });

  test('that nobody answers is rolled back in the end', async () => {
    const execution = await pipeline.startRelease('1.0.0');
    await pipeline.pass(MINUTE, REQUESTS_A_MINUTE);
    await pipeline.pass(24 * 60 * MINUTE);
    expect(await pipeline.follow(execution)).toMatchObject({
      output: { outcome: 'rolled-back', reasons: ['nobody approved it within 1 day'] },
    });
    await pipeline.expectServing('2.0.0');
  });
});

/** Credentials of a session of a role that may do nothing. */
async function sessionOf(pipeline: DeployedPipeline, role: string, session: string) {
  const trust = {
    Statement: [{ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await new IAMClient(pipeline.config()).send(
    new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const { Credentials } = await new STSClient(pipeline.config()).send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: session }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId as string,
    secretAccessKey: Credentials?.SecretAccessKey as string,
    sessionToken: Credentials?.SessionToken,
  };
}
