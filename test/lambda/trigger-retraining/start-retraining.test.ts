import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RetrainingRequest } from '../../../lambda/trigger-retraining/retraining-request';
import { startRetraining } from '../../../lambda/trigger-retraining/start-retraining';
import { MINUTE, ServiceFixture } from '../../local/services/service-fixture';
import { waitingStateMachine } from '../waiting-state-machine';

describe('startRetraining', () => {
  let fixture: ServiceFixture;
  let stepFunctions: SFNClient;
  let stateMachineArn: string;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    stepFunctions = new SFNClient(fixture.config());
    stateMachineArn = await waitingStateMachine(fixture, 'retraining');
  });
  afterEach(() => fixture.cloud.stop());

  const now = () => fixture.cloud.clock.date();
  const start = (request: Partial<RetrainingRequest> = {}) =>
    startRetraining(
      { trigger: 'drift', reason: 'the data drift', time: now(), force: false, ...request },
      { stepFunctions, stateMachineArn, cooldownMinutes: 60, now },
    );
  async function executions(): Promise<string[]> {
    const page = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
    return (page.executions ?? []).map(({ name }) => name as string);
  }

  test('names the execution by trigger and minute, and passes on why and how', async () => {
    const result = await start({ hyperparameters: { depth: '3' } });
    expect(result).toEqual({
      started: true,
      executionArn: expect.stringMatching(/:drift-20261124T1000$/),
      why: 'the data drift',
    });
    const { input } = await stepFunctions.send(
      new DescribeExecutionCommand({ executionArn: result.executionArn }),
    );
    expect(JSON.parse(input as string)).toEqual({
      trigger: 'drift',
      reason: 'the data drift',
      hyperparameters: { depth: '3' },
    });
  });

  test('starts one in a storm of events', async () => {
    const results = await Promise.all([start(), start(), start(), start()]);
    expect(await executions()).toEqual(['drift-20261124T1000']);
    const arns = results.flatMap(({ executionArn }) => executionArn ?? []);
    expect(new Set(arns).size).toBe(1);
  });

  test('starts none while one is running, not even by force', async () => {
    await start();
    await fixture.advance(MINUTE);
    expect(await start({ trigger: 'manual', force: true })).toEqual({
      started: false,
      why: 'drift-20261124T1000 is running; a retraining starts when it has ended',
    });
    expect(await executions()).toHaveLength(1);
  });

  test('starts none during the cool-down unless a person forces it', async () => {
    await start();
    await fixture.advance(20 * MINUTE);
    expect(await start({ trigger: 'schedule' })).toEqual({
      started: false,
      why: 'drift-20261124T1000 started 20 minutes ago and the cool-down is 60 minutes; a person can skip it: model-pipeline retrain --force',
    });
    expect(await start({ trigger: 'manual', force: true })).toMatchObject({ started: true });
    expect((await executions()).sort()).toEqual(['drift-20261124T1000', 'manual-20261124T1020']);
  });

  test('starts again when the cool-down is over', async () => {
    await start();
    await fixture.advance(60 * MINUTE);
    expect(await start()).toMatchObject({
      started: true,
      executionArn: expect.stringContaining('drift-20261124T1100'),
    });
  });

  test('starts none for an event that is delivered again, however late', async () => {
    const time = now();
    await start({ time });
    await fixture.advance(120 * MINUTE);
    expect(await start({ time })).toEqual({
      started: false,
      why: 'drift-20261124T1000 was started already; ask again in a minute',
    });
    expect(await executions()).toHaveLength(1);
  });

  test('counts the cool-down from the start of one that was stopped, too', async () => {
    const { executionArn } = await start();
    await stepFunctions.send(new StopExecutionCommand({ executionArn }));
    await fixture.advance(MINUTE);
    expect(await start()).toMatchObject({ started: false, why: expect.stringContaining('cool-down') });
  });
});
