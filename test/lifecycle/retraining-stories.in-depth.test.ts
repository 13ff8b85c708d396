import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DescribeTrainingJobCommand, ListTrainingJobsCommand } from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { Duration } from 'aws-cdk-lib';
import { runCli } from '../bin/cli';
import { CloudProcess } from './cloud-process';
import { csvOf, customers, customersCsv } from './customers';
import { BETTER, NO_ANSWERS, PIPELINE, WORSE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';
import { sendLabels, wouldLeave } from './ground-truth';

jest.setTimeout(600_000);

const HOUR = 3_600_000;
const NOTHING = { endpoints: [], configs: [], models: [], modelPackages: [] };

describe('retrainings of a deployed pipeline', () => {
  let cloud: CloudProcess;
  const pipeline = new DeployedPipeline((dataFolder) => {
    cloud = new CloudProcess({ dataFolder });
    return cloud;
  });
  const features = ['complaints', 'price', 'shoe_size'];

  const LOADED = { pattern: { source: ['warehouse'] }, reason: 'the warehouse was loaded' };
  const COOLDOWN_HOURS = 10;
  const retraining = { onNewData: true, events: [LOADED], cooldown: Duration.hours(COOLDOWN_HOURS) };
  /** As trainings are cheap and safe: on spare machines, without a network. */
  const training = { source: join(__dirname, 'source'), spot: {}, networkIsolation: true };
  beforeAll(() => pipeline.start({ retraining, training }));
  afterAll(() => pipeline.stop());

  /** That nothing was released or left half made, and that people were told why and what to do. */
  const expectFailure = async (reason: RegExp, todo: RegExp, production?: string) => {
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'failure',
      reasons: [expect.stringMatching(reason)],
      ...(production && { champion: production }),
    });
    const [alert, ...others] = await pipeline.newAlerts();
    expect(others).toEqual([]);
    expect(alert?.text).toMatch(reason);
    expect(alert?.text).toMatch(todo);
    if (production) await pipeline.expectServing(production);
    else expect(await pipeline.sageMakerResources()).toEqual(NOTHING);
  };

  test('the runbook explains the alarms that were deployed', async () => {
    const { code, stdout } = await runCli(['runbook'], pipeline.environment());
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^# Runbook of /) });
    for (const id of ['drift', 'errors', 'quality', 'failures'])
      expect(stdout).toContain(`<a id="${id}"></a>`);
    expect(stdout).toMatch(/`\S+DriftAlarm\S*`/);
  });

  test('without any data one fails, and says where to put them', async () => {
    expect(await pipeline.retrain()).toMatchObject({ status: 'FAILED', error: 'NoTrainingData' });
    await expectFailure(/training-data\//, /model-pipeline retrain/);
  });

  test('a challenger that does not beat production is refused, and people are told', async () => {
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    expect(await pipeline.retrain(BETTER)).toMatchObject({ output: { outcome: 'promoted' } });
    await pipeline.newAlerts();

    await pipeline.upload('2026-10-31.csv', csvOf(['left', ...features], [[1, 1, 1, 40]]));
    const { status, output } = await pipeline.retrain(WORSE);
    expect(status).toBe('SUCCEEDED');
    await pipeline.removeUpload('2026-10-31.csv');
    expect(output).toMatchObject({ outcome: 'refused', modelVersion: '2.0.0' });
    expect((await pipeline.modelPackage('2.0.0')).ModelApprovalStatus).toBe('Rejected');
    const entry = (await pipeline.ledger()).at(-1);
    expect(entry).toMatchObject({
      kind: 'rejection',
      modelVersion: '2.0.0',
      champion: '1.0.0',
      verdict: 'keep',
      reasons: output.reasons,
    });
    const [warning, alert, ...others] = await pipeline.newAlerts();
    expect(others).toEqual([]);
    expect(warning?.subject).toBe(`${PIPELINE}: training data raise warnings`);
    expect(warning?.text).toMatch(
      /feature 'shoe_size' is outside .*: training-data\/2026-10-31\.csv line 2 \('40'\)/,
    );
    expect(alert?.subject).toBe(`${PIPELINE}: version 2.0.0 was refused`);
    expect(alert?.text).toContain(entry?.reasons[0]);
    await pipeline.expectServing('1.0.0');
  });

  test('what was trained on spare machines without a network is reproduced there', async () => {
    const { code, stdout } = await runCli(['reproduce', '1.0.0'], pipeline.environment());
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('each file identical') });
    const { TrainingJobSummaries: jobs = [] } = await pipeline.sagemaker.send(
      new ListTrainingJobsCommand({ NameContains: '-1-0-0-' }),
    );
    expect(jobs).toHaveLength(2);
    for (const { TrainingJobName } of jobs) {
      expect(
        await pipeline.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
      ).toMatchObject({
        EnableManagedSpotTraining: true,
        EnableNetworkIsolation: true,
      });
    }
  });

  /** Waits until the log of a training job has a line; one that never comes is the test's timeout. */
  const logged = async (text: string) => {
    const logs = new CloudWatchLogsClient(pipeline.config());
    for (;;) {
      const { events = [] } = await logs.send(
        new FilterLogEventsCommand({
          logGroupName: '/aws/sagemaker/TrainingJobs',
          filterPattern: `"${text}"`,
        }),
      );
      const [TrainingJobName] = events[0]?.logStreamName?.split('/') ?? [];
      if (TrainingJobName) return TrainingJobName;
    }
  };

  test('a training whose spot instance is taken away goes on from its checkpoint', async () => {
    const execution = await pipeline.startRetraining({ ...WORSE, waits: 'at-checkpoint' });
    const interrupted = await logged('left a checkpoint');
    await cloud.interruptTraining(interrupted);
    expect(await pipeline.follow(execution)).toMatchObject({ output: { outcome: 'refused' } });
    expect(await logged('goes on from its checkpoint')).toBe(interrupted);
    expect(await pipeline.keys('checkpoints/')).toEqual(['checkpoints/3.0.0/progress.txt']);
    await pipeline.newAlerts();
  });

  test('a refused version cannot be released either', async () => {
    const { status, error, cause } = await pipeline.release('2.0.0');
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'VersionNotApproved' });
    expect(cause).toContain('version 2.0.0 is Rejected in the registry');
    await pipeline.expectServing('1.0.0');
    expect((await pipeline.newAlerts()).map(({ text }) => text)).toEqual([
      expect.stringContaining('version 2.0.0 is Rejected in the registry'),
    ]);
  });

  const allOfOneClass = customers({ count: 10, seed: 3 }).map((row) => [0, ...row]);
  test.each<[string, string, RegExp, string?]>([
    ['no label', csvOf(features, customers({ count: 10, seed: 3 })), /columns 'left' are absent/],
    [
      'a label that is neither 0 nor 1',
      csvOf(['left', ...features], [[7, 1, 2, 3]]),
      /label 'left' is neither 0 nor 1 in 1 rows/,
    ],
    ['a feature fewer', csvOf(['left', 'complaints'], [[1, 2]]), /columns 'price', 'shoe_size' are absent/],
    [
      'a column with a number as its name',
      csvOf(['left', ...features, '10'], [[1, 2, 3, 4, 5]]),
      /'10' is a number/,
    ],
    ['other separators', 'left;complaints;price;shoe_size\n1;2;3;4\n', /seem to be separated by ';'/],
    [
      'a file that is not packed',
      csvOf(['left'], [[1]]),
      /2026-11\.csv\.gz cannot be read/,
      '2026-11.csv.gz',
    ],
  ])('data with %s are refused', async (_title, csv, reason, file = '2026-11.csv') => {
    await pipeline.upload(file, csv);
    expect(await pipeline.retrain()).toMatchObject({
      status: 'FAILED',
      error: 'DataRefused',
      cause: expect.stringMatching(reason),
    });
    await expectFailure(reason, /correct the files below training-data\//, '1.0.0');
    await pipeline.removeUpload(file);
  });

  test('data with labels of one class only are refused', async () => {
    await pipeline.removeUpload('2026-10.csv');
    await pipeline.upload('2026-11.csv', csvOf(['left', ...features], Array(60).fill(allOfOneClass).flat()));
    expect(await pipeline.retrain()).toMatchObject({ status: 'FAILED', error: 'DataRefused' });
    await expectFailure(/label 'left' is 0 in 600 rows and 1 in 0/, /correct the files/, '1.0.0');
    await pipeline.removeUpload('2026-11.csv');
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
  });

  test("a training script that fails is told by its script's own words", async () => {
    const { status, cause } = await pipeline.retrain({ 'learn-from': 'weather' });
    expect(status).toBe('FAILED');
    expect(cause).toContain("ValueError: --learn-from names ['weather']");
    await expectFailure(/ValueError: --learn-from names \['weather'\]/, /model-pipeline logs/, '1.0.0');
  });

  test('a challenger that cannot be scored fails the retraining and leaves nothing', async () => {
    expect(await pipeline.retrain({ ...BETTER, ...NO_ANSWERS })).toMatchObject({ status: 'FAILED' });
    await expectFailure(/AlgorithmError: See job logs/, /model-pipeline logs/, '1.0.0');
  });

  /** Lets hours pass until a condition holds. */
  const hoursUntil = async (holds: () => Promise<boolean>, beforeEachHour = async (_hour: number) => {}) => {
    for (let hour = 1; hour <= COOLDOWN_HOURS + 2; hour++) {
      await beforeEachHour(hour);
      await pipeline.cloud.clock.advance(HOUR);
      if (await holds()) return hour;
    }
    throw new Error(`${COOLDOWN_HOURS + 2} hours were not enough`);
  };
  const retrainings = () => pipeline.executions(pipeline.resources.retrainingStateMachine);

  test('a drift alarm starts exactly one, and none again within the cool-down; if it lasts, one follows', async () => {
    const driftRetrainings = async () =>
      (await retrainings()).filter(({ name }) => name?.startsWith('drift-'));
    const send = (moreComplaints: number) => async (hour: number) => {
      await pipeline.traffic.predict(customers({ count: 200, seed: hour, moreComplaints }));
    };
    const alarmIs = (state: string) => async () => (await pipeline.alarmState('driftAlarm')) === state;
    // The cool-down of the retrainings before, and to the middle of an hour, which is looked at ten minutes
    // after its end.
    const sinceHour = (await pipeline.now()).getTime() % HOUR;
    await pipeline.cloud.clock.advance((COOLDOWN_HOURS + 1.5) * HOUR - sinceHour);
    expect(await pipeline.alarmState('driftAlarm')).toBe('OK');
    expect(await driftRetrainings()).toEqual([]);

    await pipeline.newAlerts();
    await hoursUntil(alarmIs('ALARM'), send(1));
    const started = await driftRetrainings();
    expect(started).toHaveLength(1);
    const ending = await pipeline.follow(started[0]?.executionArn as string);
    expect(ending).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'refused' } });
    const drift = (await pipeline.newAlerts()).filter(({ text }) => text.includes('has drifted'));
    expect(drift).toEqual([
      {
        subject: expect.stringMatching(new RegExp(`^${PIPELINE}: complaints and \\d+ more have drifted$`)),
        text: expect.stringMatching(
          /\n- complaints: \d+ % of the values are above ([\d.]+; \d+ % in|[\d.]+, beyond all of) the training data/,
        ),
      },
    ]);

    const quiet = await hoursUntil(alarmIs('OK'), send(0));
    const drifting = await hoursUntil(alarmIs('ALARM'), send(1));
    expect(quiet + drifting).toBeLessThan(COOLDOWN_HOURS);
    expect(await driftRetrainings()).toHaveLength(1);
    await hoursUntil(async () => (await driftRetrainings()).length === 2, send(1));
    const [second] = await driftRetrainings();
    expect(await pipeline.follow(second?.executionArn as string)).toMatchObject({ status: 'SUCCEEDED' });
    await pipeline.expectServing('1.0.0');
  });

  test('labels that arrive later and say that it is wrong raise the quality alarm', async () => {
    await sendLabels(pipeline, wouldLeave);
    await pipeline.cloud.clock.advance(HOUR);
    expect(await pipeline.alarmState('qualityAlarm')).toBe('OK');
    await pipeline.newAlerts();

    await pipeline.traffic.predict(customers({ count: 600, seed: 9 }));
    // It is delivered a minute later.
    await pipeline.cloud.clock.advance(120_000);
    await sendLabels(pipeline, (row) => (wouldLeave(row) === 1 ? 0 : 1));
    // The hour of these requests ends, and the monitor measures it a quarter of an hour later.
    await pipeline.cloud.clock.advance(2 * HOUR);
    expect(await pipeline.alarmState('qualityAlarm')).toBe('ALARM');
    expect(await pipeline.newAlerts()).toEqual([
      expect.objectContaining({
        subject: expect.stringMatching(/: AUC has fallen$/),
        text: expect.stringMatching(/\n- AUC is 0\.\d+ .* instead of 0\.\d+, worse by .* labels, since /),
      }),
    ]);
    await pipeline.expectServing('1.0.0');
  });

  test('new data and an event of another system that come within the cool-down are told with the next one', async () => {
    const before = await retrainings();
    await pipeline.upload('2026-11.csv', customersCsv({ count: 300, seed: 5 }));
    const event = { Source: 'warehouse', DetailType: 'Loaded', Detail: '{}' };
    await new EventBridgeClient(pipeline.config()).send(new PutEventsCommand({ Entries: [event, event] }));
    await pipeline.cloud.clock.advance(HOUR);
    expect(await retrainings()).toHaveLength(before.length);

    await hoursUntil(async () => (await retrainings()).length > before.length);
    const [newest, ...others] = await retrainings();
    expect(others).toEqual(before);
    const { executionArn } = newest as { executionArn: string };
    const { input } = await pipeline.sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(JSON.parse(input as string)).toMatchObject({
      trigger: 'data',
      reason: expect.stringMatching(/^new data: 1 new files with \d+ bytes .*; the warehouse was loaded$/),
    });
    expect(await pipeline.follow(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('one that was running when the local cloud ended has failed; the version in production serves on', async () => {
    const ledger = await pipeline.ledger();
    const execution = await pipeline.startRetraining();
    await pipeline.restart();
    expect(await pipeline.follow(execution)).toMatchObject({
      status: 'FAILED',
      cause: expect.stringContaining('the local cloud was stopped'),
    });
    const { predictions } = await pipeline.traffic.predict(customers({ count: 3, seed: 4 }));
    expect(predictions).toHaveLength(3);
    expect(await pipeline.ledger()).toEqual(ledger);
    expect((await pipeline.routing()).production?.modelVersion).toBe('1.0.0');
    expect(await pipeline.retrain()).toMatchObject({ output: { outcome: 'refused' } });
  });

  test('destroying the stack leaves nothing of them', async () => {
    expect(await pipeline.destroy()).toMatchObject({ code: 0 });
    expect(await pipeline.sageMakerResources()).toEqual(NOTHING);
    await expect(pipeline.routing()).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await expect(pipeline.keys('')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
