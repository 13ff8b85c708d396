import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LedgerStore } from '../../../lambda/aws/ledger-store';
import { ArtifactStore } from '../../../lambda/aws/store';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { rollBack } from '../../../lambda/roll-back/roll-back';
import { variant } from '../../local/services/sagemaker-fixture';
import { candidateRoute, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';
import { waitingStateMachine } from '../waiting-state-machine';

const CANDIDATE = candidateRoute({ trafficShare: 0.1 });

const alarm = (alarmName: string) => ({
  source: 'aws.cloudwatch',
  detail: { alarmName, state: { value: 'ALARM', reason: 'Threshold Crossed' } },
});

describe('rollBack', () => {
  let fixture: PipelineFixture;
  let stepFunctions: SFNClient;
  let release: string;
  let restore: string;
  let ledger: LedgerStore;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    stepFunctions = new SFNClient(fixture.config());
    release = await waitingStateMachine(fixture, 'release');
    restore = await waitingStateMachine(fixture, 'restore');
    ledger = new LedgerStore(fixture.store);
    refusals = [];
  });
  afterEach(() => fixture.cloud.stop());

  let refusals: string[];
  const ask = (event: unknown) =>
    rollBack(event, {
      routing: fixture.routing,
      recovery: fixture.recovery(),
      ledger,
      stepFunctions,
      recordRefusal: async (error) => refusals.push(error.message),
      settings: {
        releaseStateMachineArn: release,
        restoreStateMachineArn: restore,
        variantAlarms: [
          { alarmName: 'blue-fails', variant: 'blue' },
          { alarmName: 'green-fails', variant: 'green' },
          { alarmName: 'shadow-fails', variant: 'shadow' },
        ],
      },
    });

  const startRelease = async () =>
    (await stepFunctions.send(new StartExecutionCommand({ stateMachineArn: release, name: 'release-1' })))
      .executionArn as string;
  const execution = (executionArn: string) =>
    stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const executionsOf = async (stateMachineArn: string) =>
    (await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }))).executions ?? [];
  const inProduction = { ...emptyRouting(PIPELINE), production: productionRoute() };

  test.each([
    ['a person', { reason: 'I do not like it' }, 'I do not like it'],
    ['a person who names its champion', { to: '1.0.0', reason: 'too soon' }, 'too soon'],
    ['the alarm of its variant', alarm('green-fails'), 'alarm green-fails: Threshold Crossed'],
    ['an alarm of the user', alarm('shop-is-down'), 'alarm shop-is-down: Threshold Crossed'],
  ])('stops the release under way for %s, and says why', async (_title, event, reason) => {
    await fixture.routing.write({ ...inProduction, candidate: CANDIDATE });
    const running = await startRelease();
    expect(await ask(event)).toEqual({
      action: 'undo',
      releaseId: 'release-1',
      modelVersion: '1.1.0',
      reason,
    });
    expect(await execution(running)).toMatchObject({ status: 'ABORTED', error: 'RolledBack', cause: reason });
    expect(await executionsOf(restore)).toEqual([]);
  });

  test("leaves a release alone when the champion's variant fails, and nothing when there is none", async () => {
    await fixture.routing.write({ ...inProduction, candidate: CANDIDATE });
    const running = await startRelease();
    expect(await ask(alarm('blue-fails'))).toMatchObject({ action: 'none' });
    expect(await execution(running)).toMatchObject({ status: 'RUNNING' });
    await fixture.routing.write(inProduction);
    expect(await ask(alarm('green-fails'))).toEqual({
      action: 'none',
      reason: 'no release is in progress',
    });
    expect(await executionsOf(release)).toHaveLength(1);
  });

  test('leaves the smoke test and the way back, when the challenger has no traffic, to the workflow while that runs', async () => {
    await fixture.routing.write({ ...inProduction, candidate: { ...CANDIDATE, trafficShare: 0 } });
    const running = await startRelease();
    expect(await ask(alarm('green-fails'))).toEqual({
      action: 'none',
      reason: 'the challenger has no traffic',
    });
    expect(await execution(running)).toMatchObject({ status: 'RUNNING' });
    await stepFunctions.send(new StopExecutionCommand({ executionArn: running }));
    expect(await ask(alarm('green-fails'))).toMatchObject({ action: 'undo' });
    expect(await executionsOf(restore)).toHaveLength(1);
  });

  test('undoes a release whose shadow fails, though it has no traffic of its own', async () => {
    const { modelVersion, variant, modelName } = CANDIDATE;
    const shadow = { modelVersion, variant, modelName, endpointConfigName: 'shadow-config' };
    await fixture.routing.write({ ...inProduction, candidate: { ...CANDIDATE, trafficShare: 0 }, shadow });
    const running = await startRelease();
    expect(await ask(alarm('green-fails'))).toEqual({
      action: 'none',
      reason: 'the challenger is not in the variant green',
    });
    expect(await ask(alarm('shadow-fails'))).toMatchObject({ action: 'undo' });
    expect(await execution(running)).toMatchObject({ status: 'ABORTED' });
  });

  test('starts once more what undoes a release, if that has failed', async () => {
    await fixture.routing.write({ ...inProduction, candidate: CANDIDATE });
    await stepFunctions.send(new StopExecutionCommand({ executionArn: await startRelease() }));
    expect(await ask({})).toMatchObject({ action: 'undo', releaseId: 'release-1' });
    const [restoring] = await executionsOf(restore);
    const { input } = await execution(restoring?.executionArn as string);
    expect(JSON.parse(input as string)).toMatchObject({ detail: { name: 'release-1', status: 'ABORTED' } });
    await ask({});
    expect(await executionsOf(restore)).toHaveLength(1);
  });

  test('releases the version that was in production before, or the one that is named', async () => {
    const released = { kind: 'release' as const, pipeline: PIPELINE, reasons: ['better'] };
    await ledger.append({ ...released, time: '2026-11-18T09:00:00.000Z', modelVersion: '0.9.0' });
    await ledger.append({
      ...released,
      time: '2026-11-20T09:00:00.000Z',
      modelVersion: '1.0.0',
      champion: '0.9.0',
    });
    await fixture.routing.write(inProduction);
    expect(await ask({})).toMatchObject({ action: 'release', modelVersion: '0.9.0' });
    expect(await ask({ to: '0.8.0', reason: 'the best one' })).toMatchObject({ modelVersion: '0.8.0' });
    const inputs = await Promise.all(
      (await executionsOf(release)).map(
        async ({ executionArn = '' }) => (await execution(executionArn)).input as string,
      ),
    );
    expect(inputs.map((input) => JSON.parse(input))).toEqual(
      expect.arrayContaining([
        { modelVersion: '0.9.0', reason: 'rolled back by a person' },
        { modelVersion: '0.8.0', reason: 'the best one' },
      ]),
    );
  });

  test('goes back beyond a release of the same version with other hosting settings', async () => {
    const released = {
      kind: 'release' as const,
      pipeline: PIPELINE,
      reasons: [],
      time: '2026-11-18T09:00:00.000Z',
    };
    await ledger.append({ ...released, modelVersion: '0.9.0' });
    await ledger.append({ ...released, modelVersion: '1.0.0', champion: '0.9.0' });
    await ledger.append({ ...released, modelVersion: '1.0.0', champion: '1.0.0' });
    await fixture.routing.write(inProduction);
    expect(await ask({})).toMatchObject({ action: 'release', modelVersion: '0.9.0' });
  });

  test('goes back to the version that was released before if the entry of the takeover is lost, and says so', async () => {
    const released = { kind: 'release' as const, pipeline: PIPELINE, reasons: [] };
    const time = '2026-11-18T09:00:00.000Z';
    await ledger.append({ ...released, time, modelVersion: '0.8.0' });
    await ledger.append({ ...released, time, modelVersion: '0.9.0', champion: '0.8.0' });
    await fixture.store.write('ledger/00000003.json', 'spilt coffee');
    await fixture.routing.write(inProduction);
    const reason =
      "rolled back by a person; ledger/00000003.json cannot be read: ledger entry is not JSON: it begins with 'spilt coffee'";
    expect(await ask({})).toMatchObject({ action: 'release', modelVersion: '0.9.0', reason });
    const [started] = await executionsOf(release);
    const { input } = await execution(started?.executionArn as string);
    expect(JSON.parse(input as string)).toEqual({ modelVersion: '0.9.0', reason });
  });

  test('needs no ledger to undo a release, or to release a version that is named', async () => {
    ledger = new LedgerStore(new ArtifactStore(fixture.s3, 'no-such-bucket'));
    await fixture.routing.write(inProduction);
    expect(await ask({ to: '0.8.0' })).toMatchObject({ action: 'release', modelVersion: '0.8.0' });
    await expect(ask({})).rejects.toThrow(
      /^the ledger does not tell what was before 1\.0\.0 \(it cannot be read: .*bucket.*\); name another one/,
    );
    await fixture.routing.write({ ...inProduction, candidate: CANDIDATE });
    await startRelease();
    expect(await ask({})).toMatchObject({ action: 'undo' });
  });

  test('undoes a release whose execution is forgotten', async () => {
    await fixture.routing.write({ ...inProduction, candidate: CANDIDATE });
    expect(await ask({ reason: 'it hangs' })).toMatchObject({ action: 'undo', releaseId: 'release-1' });
    const [restoring] = await executionsOf(restore);
    const { input } = await execution(restoring?.executionArn as string);
    expect(JSON.parse(input as string)).toMatchObject({
      detail: { name: 'release-1', status: 'FORGOTTEN', cause: 'it hangs' },
    });
  });

  const spoilRouting = () =>
    new SSMClient(fixture.config()).send(
      new PutParameterCommand({
        Name: `/model-pipeline/${PIPELINE}/routing`,
        Value: 'spilt coffee',
        Overwrite: true,
      }),
    );

  test.each([
    ['a person', {}],
    ['an alarm', alarm('green-fails')],
  ])(
    'tells %s, and records it, if the routing document can neither be read nor rebuilt',
    async (_title, event) => {
      await fixture.routing.create(emptyRouting(PIPELINE));
      await fixture.model('foreign', 1);
      await fixture.endpoint(PIPELINE, [variant('blue', 'foreign')]);
      await spoilRouting();
      const problem =
        /^the version in production is unknown, so nothing can be rolled back: the endpoint 'churn' was not created by this pipeline/;
      await expect(ask(event)).rejects.toThrow(problem);
      expect(refusals).toEqual([expect.stringMatching(problem)]);
    },
  );

  test('says so, and records it, when there is nothing to go back to', async () => {
    await fixture.routing.create(emptyRouting(PIPELINE));
    await expect(ask({})).rejects.toThrow('nothing is in production, so there is nothing to roll back');
    await fixture.routing.write(inProduction);
    await expect(ask({})).rejects.toThrow(
      '1.0.0 is the first version in production; name another one to roll back to ("to", or --to of the CLI)',
    );
    await expect(ask({ version: '1.0.0' })).rejects.toThrow("unknown field 'version'");
    expect(refusals).toHaveLength(2);
  });
});
