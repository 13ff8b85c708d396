import { RehearsedPipeline } from '../../bench/lifecycles/rehearsed-pipeline';
import { endRehearsal } from './rehearsal';

jest.setTimeout(300_000);

const MINUTES = 60;
const LONGEST = 60 * MINUTES;

/** Whatever fails, and however often it is told, has one entry in the ledger and one alert. */
describe('a failure has one entry and one alert:', () => {
  const pipeline = new RehearsedPipeline('steps');
  let known = 0;

  beforeAll(async () => {
    await pipeline.start();
    await pipeline.reset();
    await pipeline.startRelease('1.0.0');
    await atRest();
    await news();
  });
  afterAll(() => endRehearsal(pipeline));

  async function atRest(): Promise<void> {
    for (let seconds = 0; seconds < LONGEST; seconds += 30) {
      await pipeline.pass(30);
      if (await pipeline.isAtRest()) return;
    }
    throw new Error('workflows do not come to an end');
  }

  /** Entries and subjects of alerts since the last call; each alert names the entry that it is of. */
  async function news() {
    const entries = (await pipeline.ledger()).slice(known);
    known += entries.length;
    const alerts = await pipeline.newAlerts();
    const sequences = alerts.map((text) => Number(/Ledger entry: (\d+)/.exec(text)?.[1]));
    expect(sequences.sort((a, b) => a - b)).toEqual(entries.map(({ sequence }) => sequence));
    return { entries, alerts };
  }

  const kinds = async () => (await news()).entries.map(({ kind }) => kind);

  async function until(state: string, executionArn: string): Promise<void> {
    for (let seconds = 0; seconds < LONGEST; seconds += 5) {
      const history = await pipeline.call('states', 'GetExecutionHistory', {
        executionArn,
        maxResults: 1000,
      });
      const names = history.events.map(
        (event: { stateEnteredEventDetails?: { name: string } }) => event.stateEnteredEventDetails?.name,
      );
      if (names.includes(state)) return;
      await pipeline.pass(5);
    }
    throw new Error(`the execution has not come to ${state}`);
  }

  const productionIs = async (version: string) =>
    expect((await pipeline.routing()).production?.modelVersion).toBe(version);

  const start = async (stateMachineArn: string, input: object, name?: string): Promise<string> =>
    (await pipeline.call('states', 'StartExecution', { stateMachineArn, name, input: JSON.stringify(input) }))
      .executionArn;

  test('a workflow that undoes a release is killed', async () => {
    const release = await pipeline.startRelease('1.1.0');
    await until('Observe', release);
    await pipeline.kill(release);
    const [restore] = await pipeline.executions(pipeline.resources.restoreStateMachine, 'RUNNING');
    await pipeline.kill(restore?.executionArn as string);
    await pipeline.pass(2 * MINUTES);
    const { entries, alerts } = await news();
    expect(entries).toMatchObject([{ kind: 'failure', execution: restore?.executionArn, champion: '1.0.0' }]);
    expect(alerts[0]).toMatch(
      /^The workflow that rolls back a release was stopped .*\nWhy: .* Killed: by the schedule\n/,
    );
    expect(alerts[0]).toContain('What to do: traffic may still be split between two versions');
    await pipeline.rollBack();
    await atRest();
    expect(await kinds()).toEqual(['rollback']);
    await productionIs('1.0.0');
  });

  test('a retraining is stopped', async () => {
    pipeline.timeouts.plan('RetrainingSnapshotData', 'before its work');
    const retraining = await start(pipeline.resources.retrainingStateMachine, { trigger: 'manual' });
    await pipeline.kill(retraining);
    await pipeline.pass(2 * MINUTES);
    const { entries, alerts } = await news();
    expect(entries).toMatchObject([{ kind: 'failure', execution: retraining }]);
    expect(alerts[0]).toMatch(/^A retraining was stopped /);
  });

  test('a retraining fails that records it itself', async () => {
    // It ends as NoTrainingData.
    for (const Key of await pipeline.keys('training-data/')) {
      await pipeline.call('s3', 'DeleteObject', { Bucket: pipeline.resources.bucket, Key });
    }
    const retraining = await start(pipeline.resources.retrainingStateMachine, { trigger: 'manual' });
    await pipeline.pass(5 * MINUTES);
    const { entries, alerts } = await news();
    expect(entries).toMatchObject([{ kind: 'failure', execution: retraining }]);
    expect(alerts[0]).toMatch(/^The retraining of rehearsed failed\./);
  });

  test('a release is stopped before it has begun', async () => {
    pipeline.timeouts.plan('PlanRelease', 'before its work');
    const release = await pipeline.startRelease('1.1.0');
    await pipeline.kill(release);
    await atRest();
    const { entries, alerts } = await news();
    expect(entries).toMatchObject([{ kind: 'failure', execution: release, champion: '1.0.0' }]);
    expect(alerts[0]).toMatch(/^A release was stopped /);
  });

  test('a release is refused', async () => {
    await pipeline.startRelease('9.9.9');
    await atRest();
    expect(await kinds()).toEqual(['refusal']);
  });

  test('the end of a release that was stopped is told twice', async () => {
    const release = await pipeline.startRelease('1.1.0');
    await until('Observe', release);
    await pipeline.kill(release);
    const detail = { executionArn: release, name: release.split(':').at(-1), status: 'ABORTED' };
    await start(pipeline.resources.restoreStateMachine, { detail });
    await atRest();
    await start(pipeline.resources.restoreStateMachine, { detail });
    await atRest();
    const { entries } = await news();
    expect(entries).toMatchObject([{ kind: 'rollback', release }]);
    await productionIs('1.0.0');
  });

  test('an event is given up by a function that always runs out of time', async () => {
    const [retraining] = await pipeline.executions(pipeline.resources.retrainingStateMachine);
    expect(retraining).toBeDefined();
    pipeline.timeouts.plan('MonitorQuality', 'before its work', 3);
    await pipeline.pass(70 * MINUTES);
    const { entries, alerts } = await news();
    expect(entries).toMatchObject([
      { kind: 'failure', execution: expect.stringMatching(/MonitorQuality.*:/) },
    ]);
    expect(alerts[0]).toMatch(/^A function failed /);
    expect(alerts[0]).toMatch(/gave up an event after 3 attempts \(RetriesExhausted\): Sandbox\.Timedout: /);
  });

  test('an event cannot be delivered, since somebody has deleted what it starts', async () => {
    const { restoreStateMachine } = pipeline.resources;
    const found = await pipeline.call('states', 'DescribeStateMachine', {
      stateMachineArn: restoreStateMachine,
    });
    const release = await pipeline.startRelease('1.1.0');
    await until('Observe', release);
    await pipeline.call('states', 'DeleteStateMachine', { stateMachineArn: restoreStateMachine });
    await pipeline.kill(release);
    await pipeline.pass(2 * MINUTES);
    const { entries, alerts } = await news();
    expect(entries).toMatchObject([{ kind: 'failure', champion: '1.0.0' }]);
    expect(alerts[0]).toMatch(/^An event was lost /);
    expect(alerts[0]).toContain('model-pipeline rollback');
    const { name, definition, roleArn } = found;
    await pipeline.call('states', 'CreateStateMachine', { name, definition, roleArn });
    await pipeline.rollBack();
    await atRest();
    expect(await kinds()).toEqual(['rollback']);
  });

  describe('a function runs out of time after its work:', () => {
    test.each(['PlanRelease', 'SmokeTest', 'NoteShift', 'AnalyseStep', 'WriteReport', 'RecordRelease'])(
      '%s, whose release goes on',
      async (name) => {
        const other = (await pipeline.routing()).production?.modelVersion === '1.0.0' ? '1.1.0' : '1.0.0';
        pipeline.timeouts.plan(name, 'after its work');
        await pipeline.startRelease(other);
        await atRest();
        expect(await kinds()).toEqual(['release']);
        await productionIs(other);
      },
    );

    test('the plan of a release, each time: the release is rolled back, and was not refused', async () => {
      pipeline.timeouts.plan('PlanRelease', 'after its work', 3);
      const before = (await pipeline.routing()).production?.modelVersion as string;
      await pipeline.startRelease(before === '1.0.0' ? '1.1.0' : '1.0.0');
      await atRest();
      expect(await kinds()).toEqual(['rollback']);
      await productionIs(before);
    });

    test('the record of a release, more often than it is tried again', async () => {
      pipeline.timeouts.plan('RecordRelease', 'after its work', 9);
      const other = (await pipeline.routing()).production?.modelVersion === '1.0.0' ? '1.1.0' : '1.0.0';
      await pipeline.startRelease(other);
      await atRest();
      expect(await kinds()).toEqual(['release']);
      await productionIs(other);
    });
  });

  test('what cannot be reported rings the alarm that no function is needed for', async () => {
    pipeline.timeouts.plan('FailureWatchReport', 'before its work', 4);
    const retraining = await start(pipeline.resources.retrainingStateMachine, { trigger: 'manual' });
    await pipeline.kill(retraining);
    await pipeline.pass(20 * MINUTES);
    const alarms = (await pipeline.newAlerts()).map((text) => JSON.parse(text));
    expect(alarms).toEqual([
      expect.objectContaining({
        NewStateValue: 'ALARM',
        AlarmDescription: expect.stringContaining('are not reported'),
      }),
    ]);
    await pipeline.pass(20 * MINUTES);
    const { entries } = await news();
    expect(entries).toMatchObject([{ kind: 'failure', execution: retraining }]);
  });
});
