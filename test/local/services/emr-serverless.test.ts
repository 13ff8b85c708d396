import {
  CancelJobRunCommand,
  CreateApplicationCommand,
  DeleteApplicationCommand,
  EMRServerlessClient,
  GetApplicationCommand,
  GetJobRunCommand,
  StartJobRunCommand,
} from '@aws-sdk/client-emr-serverless';
import { ServiceFixture } from './service-fixture';

/** What needs no Spark: `test/lifecycle/spark-stories.in-depth.test.ts` runs jobs. */
describe('EMR Serverless', () => {
  const fixture = new ServiceFixture();
  let emr: EMRServerlessClient;
  let applicationId: string;

  beforeAll(async () => {
    await fixture.cloud.start();
    emr = new EMRServerlessClient({ ...fixture.config(), maxAttempts: 1 });
    const application = { releaseLabel: 'emr-7.9.0', type: 'SPARK', name: 'scores' };
    applicationId = (await emr.send(new CreateApplicationCommand(application))).applicationId as string;
  });
  afterAll(() => fixture.cloud.stop());

  function start(overrides: object = {}) {
    return emr.send(
      new StartJobRunCommand({
        applicationId,
        executionRoleArn: 'arn:aws:iam::000000000000:role/nobody',
        jobDriver: { sparkSubmit: { entryPoint: 's3://scripts/score.py' } },
        ...overrides,
      }),
    );
  }

  test('has applications of Spark, which are created once and deleted', async () => {
    const { application } = await emr.send(new GetApplicationCommand({ applicationId }));
    expect(application).toMatchObject({ name: 'scores', type: 'Spark', state: 'CREATED' });
    expect(application?.arn).toBe(
      `arn:aws:emr-serverless:us-east-1:000000000000:/applications/${applicationId}`,
    );
    const other = await emr.send(new CreateApplicationCommand({ releaseLabel: 'emr-7.0.0', type: 'SPARK' }));
    await emr.send(new DeleteApplicationCommand({ applicationId: other.applicationId }));
    await expect(emr.send(new GetApplicationCommand(other as never))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test.each([
    ['another release', { releaseLabel: 'emr-6.15.0', type: 'SPARK' }, /emr-6\.15\.0: only those of EMR 7/],
    ['Hive', { releaseLabel: 'emr-7.9.0', type: 'HIVE' }, /applications of the type HIVE/],
  ])('refuses applications of %s by name', async (_, input, problem) => {
    await expect(emr.send(new CreateApplicationCommand(input))).rejects.toThrow(problem);
  });

  test.each([
    [
      'for an application that does not exist',
      { applicationId: '00000000000000ab' },
      /Application \w+ does not exist/,
    ],
    ['of Hive', { jobDriver: { hive: { query: 's3://scripts/q.sql' } } }, /hive/],
    [
      'with parameters that it cannot honor',
      {
        jobDriver: {
          sparkSubmit: { entryPoint: 's3://a/b.py', sparkSubmitParameters: '--jars s3://a/b.jar' },
        },
      },
      /--jars of sparkSubmitParameters/,
    ],
  ])('refuses jobs %s by name', async (_, overrides, problem) => {
    await expect(start(overrides)).rejects.toThrow(problem);
  });

  test('knows no job run that was not started', async () => {
    const named = { applicationId, jobRunId: '00000000000000ab' };
    for (const command of [new GetJobRunCommand(named), new CancelJobRunCommand(named)])
      await expect(emr.send(command as GetJobRunCommand)).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
  });
});
