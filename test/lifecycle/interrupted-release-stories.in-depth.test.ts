import { DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateEndpointConfigCommand,
  DeleteEndpointCommand,
  DeleteModelCommand,
  DeleteModelPackageCommand,
  ListTagsCommand,
} from '@aws-sdk/client-sagemaker';
import { GetExecutionHistoryCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { totalOf } from '../../lambda/domain/pages/release/traffic-bins';
import { customersCsv } from './customers';
import { BETTER, PIPELINE } from './customers-stack';
import { DeployedPipeline, REQUESTS_A_MINUTE } from './deployed-pipeline';

jest.setTimeout(600_000);

const SECOND = 1_000;
const MOST_SECONDS = 3_600;

describe('a release that is stopped', () => {
  const pipeline = new DeployedPipeline();

  beforeAll(async () => {
    await pipeline.start();
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
  });

  afterAll(() => pipeline.stop());

  /** Starts a release of 1.0.0, and lets time and requests pass until it is in a state. */
  const releaseUntil = async (state: string): Promise<string> => {
    const executionArn = await pipeline.startRelease('1.0.0');
    for (let seconds = 0; seconds < MOST_SECONDS; seconds += 5) {
      const { events = [] } = await pipeline.sfn.send(
        new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 5 }),
      );
      if (events.some((event) => event.stateEnteredEventDetails?.name === state)) return executionArn;
      await pipeline.pass(5 * SECOND, REQUESTS_A_MINUTE / 12);
    }
    throw new Error(`the release has not come to ${state}`);
  };

  const stop = (executionArn: string) =>
    pipeline.sfn.send(new StopExecutionCommand({ executionArn, error: 'Killed', cause: 'by a test' }));

  /** The states that an execution entered. */
  const statesOf = async (executionArn: string) => {
    const { events = [] } = await pipeline.sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    return events.flatMap(({ stateEnteredEventDetails: entered }) => (entered?.name ? [entered.name] : []));
  };

  const weights = async () =>
    Object.fromEntries(
      ((await pipeline.endpoint()).ProductionVariants ?? []).map(({ VariantName, CurrentWeight }) => [
        VariantName,
        CurrentWeight,
      ]),
    );

  test('as the first one leaves no endpoint, and can be tried again', async () => {
    const retraining = await pipeline.startRetraining();
    const releases = () => pipeline.executions(pipeline.resources.releaseStateMachine);
    while ((await releases()).length === 0) await pipeline.cloud.clock.advance(SECOND);
    await stop((await releases())[0]?.executionArn as string);
    expect(await pipeline.follow(retraining)).toMatchObject({ output: { outcome: 'rolled-back' } });
    await pipeline.cloud.clock.advance(120 * SECOND);
    expect(await pipeline.sageMakerResources()).toMatchObject({ endpoints: [], configs: [], models: [] });
    expect((await pipeline.ledger()).map(({ kind }) => kind)).toEqual(['rollback']);

    expect(await pipeline.release('1.0.0')).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.0.0');
    await pipeline.retrain(BETTER);
    await pipeline.expectServing('2.0.0');
    await pipeline.newAlerts();
  });

  test.each(['WaitForChallenger', 'WaitForShift', 'Observe', 'Bake', 'WaitForRetirement'])(
    'in the state %s leaves the champion alone, nothing of its own, an entry and an alert',
    async (state) => {
      const execution = await releaseUntil(state);
      await stop(execution);
      await pipeline.pass(120 * SECOND, REQUESTS_A_MINUTE);
      await pipeline.expectServing('2.0.0');
      const name = execution.split(':').at(-1);
      expect((await pipeline.ledger()).at(-1)).toMatchObject({
        kind: 'rollback',
        modelVersion: '1.0.0',
        champion: '2.0.0',
        reasons: [`release ${name} ended as ABORTED: by a test`],
      });
      expect((await pipeline.newAlerts()).map(({ subject }) => subject)).toEqual([
        `${PIPELINE}: version 1.0.0 was rolled back`,
      ]);
    },
  );

  test('while it bakes gives the traffic back within 10 seconds, by one weight update', async () => {
    const execution = await releaseUntil('Bake');
    expect(await weights()).toEqual({ blue: 1, green: 0 });
    expect(await pipeline.askFunction('order-1')).toMatchObject({ modelVersion: '1.0.0', variant: 'blue' });
    await stop(execution);
    await pipeline.cloud.clock.advance(10 * SECOND);
    const { green, blue = 0 } = await weights();
    expect({ green, blue }).toEqual({ green: 1, blue: 0 });
    expect(await pipeline.askFunction('order-1')).toMatchObject({ modelVersion: '2.0.0', variant: 'green' });
    const [restore] = await pipeline.executions(pipeline.resources.restoreStateMachine);
    expect(await statesOf(restore?.executionArn as string)).toEqual(
      expect.arrayContaining(['PlanRestore', 'GiveTrafficBack', 'RemoveChallenger']),
    );
    await pipeline.pass(120 * SECOND, REQUESTS_A_MINUTE);
    await pipeline.expectServing('2.0.0');
  });

  test('by an alarm of its variant leaves the champion alone, and says which alarm', async () => {
    await releaseUntil('Observe');
    for (const _minute of [1, 2]) await pipeline.pass(60 * SECOND, REQUESTS_A_MINUTE);
    const { candidate } = await pipeline.routing();
    expect(candidate?.trafficShare).toBe(0.5);
    const { MetricAlarms = [] } = await pipeline.cloudwatch.send(new DescribeAlarmsCommand({}));
    const alarm = MetricAlarms.find(({ AlarmDescription }) =>
      AlarmDescription?.startsWith(`Most requests to the variant ${candidate?.variant}`),
    );
    await pipeline.cloudwatch.send(
      new SetAlarmStateCommand({
        AlarmName: alarm?.AlarmName,
        StateValue: 'ALARM',
        StateReason: '30 of 31 requests failed',
      }),
    );
    await pipeline.pass(120 * SECOND, REQUESTS_A_MINUTE);
    await pipeline.expectServing('2.0.0');
    const entry = (await pipeline.ledger()).at(-1);
    expect(entry?.reasons).toEqual([
      expect.stringMatching(/ended as ABORTED: alarm .*: 30 of 31 requests failed$/),
    ]);
    const report = await pipeline.report(entry);
    expect(report).toMatchObject({ reason: 'a test', trafficShares: [0.5, 1], missing: [] });
    expect(report.trafficSince).toBe(candidate?.trafficSince);
    expect(totalOf(report.traffic, 'challenger').requests).toBeGreaterThan(0);
  });

  test('after it was recorded is no rollback, and what it has left is removed', async () => {
    const { production } = await pipeline.routing();
    const { EndpointArn } = await pipeline.endpoint();
    // What the pipeline made has its name and its id.
    const { Tags } = await pipeline.sagemaker.send(new ListTagsCommand({ ResourceArn: EndpointArn }));
    await pipeline.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: `${PIPELINE.slice(0, 30)}-left-behind`,
        ProductionVariants: [
          {
            VariantName: 'blue',
            ModelName: production?.modelName,
            InstanceType: 'ml.m5.large',
            InitialInstanceCount: 1,
          },
        ],
        Tags,
      }),
    );
    const ledger = await pipeline.ledger();
    const { executionArn } = await pipeline.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: pipeline.resources.restoreStateMachine,
        input: JSON.stringify({ detail: { name: 'a-release-before', status: 'ABORTED' } }),
      }),
    );
    expect(await pipeline.follow(executionArn as string)).toMatchObject({
      output: { outcome: 'nothing-to-restore' },
    });
    await pipeline.expectServing('2.0.0');
    expect(await pipeline.ledger()).toEqual(ledger);
  });

  test('can be released again', async () => {
    expect(await pipeline.release('1.0.0')).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.0.0');
  });

  test('finds nothing of its champion left, and is released as a first version is', async () => {
    const { production } = await pipeline.routing();
    const { ModelPackageArn } = await pipeline.modelPackage('1.0.0');
    const { sagemaker } = pipeline;
    await sagemaker.send(new DeleteModelPackageCommand({ ModelPackageName: ModelPackageArn }));
    await sagemaker.send(new DeleteModelCommand({ ModelName: production?.modelName }));
    await sagemaker.send(new DeleteEndpointCommand({ EndpointName: PIPELINE }));
    expect(await pipeline.release('2.0.0')).toMatchObject({ output: { outcome: 'released' } });
    pipeline.traffic.failures.length = 0;
    await pipeline.expectServing('2.0.0');
    const entry = (await pipeline.ledger()).at(-1);
    expect(entry).toMatchObject({ kind: 'release', champion: '1.0.0' });
    expect(entry?.reasons[0]).toBe(
      'a test; version 1.0.0 could not be recreated, so there was nothing to compare with',
    );
  });
});
