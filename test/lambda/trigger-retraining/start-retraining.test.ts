import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { WatchedData } from '../../../contracts/functions/retraining';
import type { RetrainingLimits, RetrainingRequest } from '../../../lambda/domain/records/retraining-queue';
import { Causes } from '../../../lambda/trigger-retraining/causes';
import { QueueStore } from '../../../lambda/trigger-retraining/queue-store';
import { type StartResult, startRetraining } from '../../../lambda/trigger-retraining/start-retraining';
import { HOUR, MINUTE, SECOND } from '../../local/services/service-fixture';
import { DataFixture } from '../data-fixture';
import { EventQueue } from '../event-queue';
import { waitingStateMachine } from '../waiting-state-machine';

const DAY = 24 * HOUR;

describe('startRetraining', () => {
  let fixture: DataFixture;
  let stepFunctions: SFNClient;
  let cloudWatch: CloudWatchClient;
  let stateMachineArn: string;
  let events: EventQueue;
  let limits: RetrainingLimits;
  let data: WatchedData | undefined;

  beforeEach(async () => {
    fixture = new DataFixture();
    await fixture.start();
    stepFunctions = new SFNClient(fixture.config());
    cloudWatch = new CloudWatchClient(fixture.config());
    stateMachineArn = await waitingStateMachine(fixture, 'retraining');
    events = await EventQueue.create(fixture);
    limits = { cooldownMinutes: 60 };
    data = undefined;
  });
  afterEach(() => fixture.cloud.stop());

  const now = () => fixture.cloud.clock.date();
  const props = () => ({
    stepFunctions,
    stateMachineArn,
    limits,
    queue: new QueueStore(fixture.store, 'retraining/'),
    causes: new Causes(cloudWatch, fixture.store, data),
    eventBus: events.eventBus,
    now,
  });
  const ask = (request: Partial<RetrainingRequest> = {}) =>
    startRetraining(
      {
        request: {
          trigger: 'drift',
          source: 'drifts',
          reason: 'the data drift',
          time: now().toISOString(),
          ...request,
        },
        byPerson: false,
        force: false,
      },
      props(),
    );
  const askAsPerson = (force = false, hyperparameters?: Record<string, string>) =>
    startRetraining(
      {
        request: {
          trigger: 'manual',
          source: 'person',
          reason: 'new prices',
          time: now().toISOString(),
        },
        byPerson: true,
        force,
        ...(hyperparameters && { hyperparameters }),
      },
      props(),
    );
  const look = () => startRetraining({}, props());
  const pending = async () => (await new QueueStore(fixture.store, 'retraining/').read()).queue.pending;
  async function executions(): Promise<string[]> {
    const page = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
    return (page.executions ?? []).map(({ name }) => name as string).sort();
  }
  async function inputOf({ executionArn }: StartResult): Promise<unknown> {
    const { input } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return JSON.parse(input as string);
  }
  async function setAlarm(AlarmName: string, StateValue: 'OK' | 'ALARM'): Promise<void> {
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'N',
        MetricName: 'm',
        Statistic: 'Sum',
        Period: 3600,
        EvaluationPeriods: 24,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'ignore',
      }),
    );
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a test' }));
  }

  test('names the execution by trigger and time, passes on why and how, and tells other systems', async () => {
    const result = await askAsPerson(false, { depth: '3' });
    expect(result).toEqual({
      started: true,
      executionArn: expect.stringMatching(/:manual-20261124T100000$/),
      why: 'new prices',
    });
    expect(await inputOf(result)).toEqual({
      trigger: 'manual',
      reason: 'new prices',
      hyperparameters: { depth: '3' },
    });
    expect(await events.receive()).toMatchObject([
      {
        'detail-type': 'RetrainingStarted',
        detail: {
          id: 'churn/manual-20261124T100000/RetrainingStarted',
          trigger: 'manual',
          reasons: ['new prices'],
          execution: result.executionArn,
        },
      },
    ]);
  });

  test('starts exactly one in a storm of 1,000 events within a minute, and none for it later', async () => {
    const results: StartResult[] = [];
    for (let wave = 0; wave < 10; wave++) {
      const requests = Array.from({ length: 100 }, (_, index) => ask({ reason: `event ${wave}-${index}` }));
      results.push(...(await Promise.all(requests)));
      await fixture.advance(6 * SECOND);
    }
    expect(results.filter(({ started }) => started)).toHaveLength(1);
    expect(await executions()).toEqual(['drift-20261124T100000']);
    await fixture.advance(2 * HOUR);
    expect(await look()).toEqual({ started: false, why: 'nothing requests a retraining' });
    expect(await executions()).toHaveLength(1);
  });

  test('starts one for many that ask at once for different reasons, and keeps the others', async () => {
    const sources = Array.from({ length: 12 }, (_, index) => `source-${index}`);
    const later = new Date(now().getTime() + 1).toISOString();
    const results = await Promise.all(
      sources.map((source) => ask({ trigger: 'event', source, reason: source, time: later })),
    );
    const [started, ...others] = results.filter((result) => result.started);
    expect(others).toEqual([]);
    await fixture.advance(HOUR);
    const next = await look();
    expect([started?.why, ...next.why.split('; ')].sort()).toEqual([...sources].sort());
    expect(await pending()).toEqual([]);
    expect(await executions()).toHaveLength(2);
  });

  test('starts none while one is running, not even by force', async () => {
    await ask();
    await fixture.advance(MINUTE);
    expect(await askAsPerson(true)).toEqual({
      started: false,
      why: 'drift-20261124T100000 is running; a retraining starts when it has ended',
    });
    expect(await executions()).toHaveLength(1);
  });

  test('tells a person at once that there is a cool-down, which only force skips', async () => {
    await ask();
    await fixture.advance(20 * MINUTE);
    expect(await askAsPerson()).toEqual({
      started: false,
      why: 'drift-20261124T100000 started 20 minutes ago and the cool-down is 60 minutes; a person can skip it with force (model-pipeline retrain --force)',
    });
    expect(await pending()).toEqual([]);
    expect(await askAsPerson(true)).toMatchObject({ started: true });
    expect(await executions()).toEqual(['drift-20261124T100000', 'manual-20261124T102000']);
  });

  test('keeps what asks during the cool-down, once a source, and tells it with the next retraining', async () => {
    await ask();
    await fixture.advance(20 * MINUTE);
    const request = { trigger: 'event' as const, source: 'event-1', reason: 'prices were loaded' };
    expect(await ask(request)).toMatchObject({
      started: false,
      why: expect.stringMatching(/cool-down is 60 minutes; .*; the request is kept for the next one$/),
    });
    await ask({ ...request, reason: 'prices were loaded again' });
    await ask({ trigger: 'schedule', source: 'schedule', reason: 'the regular retraining' });
    expect(await look()).toMatchObject({ started: false });
    await fixture.advance(40 * MINUTE);
    const result = await look();
    expect(result.executionArn).toContain('event-20261124T110000');
    expect(await inputOf(result)).toEqual({
      trigger: 'event',
      reason: 'prices were loaded; the regular retraining',
    });
    expect(await pending()).toEqual([]);
    await fixture.advance(2 * HOUR);
    expect(await look()).toMatchObject({ started: false });
  });

  test.each(['ALARM', 'OK'] as const)(
    'after the cool-down, an alarm that went off meanwhile and is %s decides by that',
    async (state) => {
      await ask();
      await fixture.advance(20 * MINUTE);
      await setAlarm('drifts', 'ALARM');
      await ask({ reason: 'the data drift again' });
      await setAlarm('drifts', state);
      await fixture.advance(40 * MINUTE);
      expect(await look()).toMatchObject(
        state === 'ALARM' ? { started: true, why: 'the data drift again' } : { started: false },
      );
      expect(await pending()).toEqual([]);
    },
  );

  test('starts none for an event that is delivered again, however late', async () => {
    const time = now().toISOString();
    await ask({ time });
    await fixture.advance(2 * HOUR);
    expect(await ask({ time })).toEqual({ started: false, why: 'drift-20261124T100000 answers it' });
    expect(await look()).toMatchObject({ started: false });
    expect(await executions()).toHaveLength(1);
  });

  test('counts the cool-down from the start of one that was stopped, too', async () => {
    const { executionArn } = await ask();
    await stepFunctions.send(new StopExecutionCommand({ executionArn }));
    await fixture.advance(2 * MINUTE);
    expect(await ask()).toMatchObject({ started: false, why: expect.stringContaining('cool-down') });
  });

  test('lets a person try again at once after one that failed, within the budget', async () => {
    limits = { cooldownMinutes: 60, maximumPerWeek: 2 };
    const { executionArn } = await ask();
    await stepFunctions.send(new StopExecutionCommand({ executionArn }));
    await fixture.advance(2 * MINUTE);
    const again = await askAsPerson();
    expect(again).toMatchObject({ started: true });
    await stepFunctions.send(new StopExecutionCommand({ executionArn: again.executionArn }));
    await fixture.advance(2 * MINUTE);
    expect(await askAsPerson()).toMatchObject({
      started: false,
      why: expect.stringContaining('budget is 2'),
    });
  });

  test('spends no more than the budget of a week; what is over waits, and a person may go beyond', async () => {
    limits = { cooldownMinutes: 60, maximumPerWeek: 2 };
    await ask();
    await fixture.advance(DAY);
    await ask();
    await fixture.advance(DAY);
    const request = { trigger: 'event' as const, source: 'event-1', reason: 'prices were loaded' };
    expect(await ask(request)).toMatchObject({
      started: false,
      why: expect.stringContaining('2 retrainings have started in the last 7 days and the budget is 2'),
    });
    await fixture.advance(5 * DAY - MINUTE);
    expect(await look()).toMatchObject({ started: false });
    await fixture.advance(MINUTE);
    expect(await look()).toMatchObject({ started: true, why: 'prices were loaded' });
    await fixture.advance(HOUR);
    expect(await askAsPerson()).toMatchObject({ started: false, why: expect.stringContaining('budget') });
    expect(await askAsPerson(true)).toMatchObject({ started: true });
  });

  test('makes the start that somebody has noted and not made', async () => {
    const broken = { send: async () => Promise.reject(new Error('no answer')) } as unknown as SFNClient;
    const working = stepFunctions;
    const { queue } = props();
    const start = {
      name: 'drift-20261124T100000',
      time: now().toISOString(),
      requests: [{ trigger: 'drift' as const, source: 'drifts', reason: 'drift', time: now().toISOString() }],
      confirmed: false,
    };
    await queue.write({ version: 1, starts: [start], pending: [] }, await queue.read());
    await fixture.advance(30 * SECOND);
    expect(await askAsPerson(true)).toMatchObject({
      started: false,
      why: `${start.name} is being started; a retraining starts when it has ended`,
    });
    await fixture.advance(30 * SECOND);
    stepFunctions = broken;
    await expect(look()).rejects.toThrow('no answer');
    stepFunctions = working;
    expect(await look()).toMatchObject({ started: false, why: expect.stringContaining('is running') });
    expect(await executions()).toEqual([start.name]);
    expect((await queue.read()).queue.starts).toEqual([{ ...start, confirmed: true }]);
  });

  describe('for new data', () => {
    const SNAPSHOT = { prefix: 'training-data/', newSince: 'snapshot' as const };

    const arrive = () =>
      ask({ trigger: 'data', source: 'training-data', reason: 'new data: training-data/x.csv' });

    test('waits until there are enough files', async () => {
      data = { ...SNAPSHOT, files: 2 };
      await fixture.snapshot({ '1.csv': 'a' });
      expect(await arrive()).toEqual({
        started: false,
        why: 'no new files: not enough for a retraining',
      });
      await fixture.store.write('training-data/2.csv', 'b');
      await fixture.store.write('training-data/_SUCCESS', '');
      expect(await arrive()).toMatchObject({ started: false });
      await fixture.store.write('training-data/1.csv', 'written again');
      expect(await arrive()).toMatchObject({
        started: true,
        why: 'new data: 2 new files with 14 bytes that no training has read, the oldest of 2026-11-24T10:00:00.000Z',
      });
    });

    test('waits until they are large enough', async () => {
      data = { ...SNAPSHOT, bytes: 10 };
      await fixture.store.write('training-data/1.csv', '123456789');
      expect(await arrive()).toMatchObject({ started: false });
      await fixture.store.write('training-data/2.csv', '1');
      expect(await arrive()).toMatchObject({ started: true });
    });

    test('does not wait for ever: the hourly look finds the oldest one old enough', async () => {
      data = { ...SNAPSHOT, files: 10, ageMinutes: 120 };
      await fixture.store.write('training-data/1.csv', '1');
      expect(await arrive()).toMatchObject({ started: false });
      await fixture.advance(HOUR);
      expect(await look()).toMatchObject({ started: false });
      await fixture.advance(HOUR);
      expect(await look()).toMatchObject({ started: true, why: expect.stringContaining('1 new files') });
      await fixture.snapshot({});
      await fixture.advance(DAY);
      expect(await look()).toMatchObject({ started: false });
    });

    test('counts what has come since the latest start, for a workflow that makes no snapshots', async () => {
      data = { prefix: 'labeled/', newSince: 'start', files: 1 };
      await fixture.store.write('training-data/1.csv', '1');
      expect(await arrive()).toMatchObject({
        started: false,
        why: 'no new files: not enough for a retraining',
      });
      await fixture.store.write('labeled/1.csv', '1');
      await fixture.advance(SECOND);
      expect(await arrive()).toMatchObject({ started: true });
      await fixture.advance(2 * HOUR);
      await fixture.store.write('labeled/2.csv', '2');
      await fixture.advance(SECOND);
      expect(await arrive()).toMatchObject({ started: true, why: expect.stringContaining('1 new files') });
      await fixture.advance(2 * HOUR);
      expect(await look()).toMatchObject({ started: false, why: expect.stringContaining('no new files') });
    });

    test('finds what came too late for the snapshot of the retraining that it started', async () => {
      data = { ...SNAPSHOT, files: 1 };
      await fixture.store.write('training-data/1.csv', '1');
      await arrive();
      await fixture.snapshot({});
      await fixture.store.write('training-data/2.csv', '2');
      await arrive();
      await fixture.advance(HOUR);
      expect(await look()).toMatchObject({ started: true, why: expect.stringContaining('1 new files') });
      expect(await executions()).toHaveLength(2);
    });
  });
});
