import { DeleteModelPackageCommand, DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { LedgerStore } from '../../../lambda/aws/ledger-store';
import type { LiveAlias } from '../../../lambda/aws/live-alias';
import { logger } from '../../../lambda/aws/logger';
import type { Notifier } from '../../../lambda/aws/notifier';
import { ArtifactStore } from '../../../lambda/aws/store';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { recordRelease } from '../../../lambda/record-release/record-release';
import type { EventQueue } from '../event-queue';
import { ledgerEntries } from '../ledger-entries';
import { listenTo } from '../listeners';
import { candidateRoute, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';
import { ServedFunction } from '../served-function';

const PLAN = {
  releaseId: 'release-1',
  modelVersion: '1.1.0',
  variant: 'green',
  modelName: 'churn-model-2',
  dataVersion: '0123456789abcdef',
  finalConfigName: 'churn-config-2',
  champion: productionRoute(),
};
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:release:r';

describe('recordRelease', () => {
  let fixture: PipelineFixture;
  let ledger: LedgerStore;
  let notifier: Notifier;
  let people: string;
  let events: EventQueue;
  let modelPackageArn: string;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    ledger = new LedgerStore(fixture.store);
    modelPackageArn = await fixture.register('1.1.0');
    await fixture.routing.create({
      ...emptyRouting(PIPELINE),
      production: productionRoute(),
      candidate: candidateRoute({ modelName: 'churn-model-2', endpointConfigName: 'churn-config-2' }),
    });

    ({ notifier, people, events } = await listenTo(fixture));
  });
  afterEach(() => fixture.cloud.stop());

  const record = (changes: object = {}, alias?: LiveAlias) =>
    recordRelease(
      {
        kind: 'release',
        plan: { ...PLAN, modelPackageArn },
        reasons: ['no more errors than the champion'],
        reason: 'AUC .74 against .71',
        execution: EXECUTION,
        time: '2026-11-24T10:00:00.000Z',
        ...changes,
      },
      {
        pipelineName: PIPELINE,
        ledger,
        notifier,
        routing: fixture.routing,
        alias,
        registry: fixture.registry,
      },
    );

  test('tells in the ledger that the signature of a version was verified', async () => {
    await record({ plan: { ...PLAN, modelPackageArn, signed: true } });
    expect(await ledgerEntries(ledger)).toMatchObject([{ modelVersion: '1.1.0', signed: true }]);
  });

  test('writes ledger, routing document and package, and tells people and systems', async () => {
    expect(await record()).toEqual({ sequence: 1 });
    expect(await ledgerEntries(ledger)).toMatchObject([
      { sequence: 1, kind: 'release', modelVersion: '1.1.0', champion: '1.0.0', execution: EXECUTION },
    ]);
    const { production, candidate } = await fixture.routing.read();
    expect(production).toMatchObject({ modelVersion: '1.1.0', variant: 'green', ledgerSequence: 1 });
    expect(candidate).toBeUndefined();
    expect((await fixture.registry.find('1.1.0'))?.properties).toMatchObject({
      modelVersion: '1.1.0',
      dataVersion: '0123456789abcdef',
      releasedAt: '2026-11-24T10:00:00.000Z',
    });
    await fixture.settle();
    const [alert] = await fixture.receiveJson(people);
    expect(alert).toMatchObject({
      Subject: 'churn: version 1.1.0 was released',
      Message: expect.stringContaining('is in production, replacing 1.0.0'),
    });
    const [event] = await events.receive();
    expect(event).toMatchObject({
      'detail-type': 'Promoted',
      time: '2026-11-24T10:00:00Z',
      detail: {
        version: 1,
        id: 'churn/release-1/Promoted',
        pipeline: PIPELINE,
        modelVersion: '1.1.0',
        champion: '1.0.0',
        ledgerSequence: 1,
        report: null,
      },
    });
  });

  test('marks in the registry which version is in production, and which one it has replaced', async () => {
    const former = await fixture.register('1.0.0');
    const champion = { modelVersion: '1.0.0', modelPackageArn: former };
    await record({ plan: { ...PLAN, modelPackageArn, champion } });
    const lifeCycleOf = async (ModelPackageName: string) => {
      const command = new DescribeModelPackageCommand({ ModelPackageName });
      return (await fixture.sagemaker.send(command)).ModelLifeCycle;
    };
    expect(await lifeCycleOf(modelPackageArn)).toEqual({
      Stage: 'Production',
      StageStatus: 'Serving',
      StageDescription: 'since 2026-11-24T10:00:00.000Z',
    });
    expect(await lifeCycleOf(former)).toEqual({
      Stage: 'Archived',
      StageStatus: 'Replaced',
      StageDescription: 'by version 1.1.0 at 2026-11-24T10:00:00.000Z',
    });
  });

  test.each([
    ['release', '2'],
    ['rollback', '1'],
  ])(
    'gives all requests of the function after a %s to version %s of it, also when repeated',
    async (kind, version) => {
      const served = await ServedFunction.create(fixture, 2);
      await fixture.routing.write({
        ...emptyRouting(PIPELINE),
        production: productionRoute({ functionVersion: '1' }),
        candidate: candidateRoute({ modelName: 'churn-model-2', trafficShare: 0.5, functionVersion: '2' }),
      });
      await served.alias.follow(fixture.routing);
      expect(await served.live()).toEqual(['1', { 2: 0.5 }]);
      for (let time = 0; time < 2; time++) {
        await record({ kind, plan: { ...PLAN, modelPackageArn, functionVersion: '2' } }, served.alias);
        expect(await served.live()).toEqual([version]);
        expect((await fixture.routing.read()).production?.functionVersion).toBe(version);
      }
    },
  );

  test('records a rollback, after which the champion serves on', async () => {
    await record({ kind: 'rollback', reasons: ['30 of 120 requests failed'] });
    expect(await ledgerEntries(ledger)).toMatchObject([
      { kind: 'rollback', modelVersion: '1.1.0', reasons: ['30 of 120 requests failed'] },
    ]);
    expect(await fixture.routing.read()).toEqual({
      ...emptyRouting(PIPELINE),
      production: productionRoute(),
    });
    expect((await fixture.registry.find('1.1.0'))?.properties).not.toHaveProperty('releasedAt');
    await fixture.settle();
    const [alert] = await fixture.receiveJson(people);
    expect(alert).toMatchObject({
      Subject: 'churn: version 1.1.0 was rolled back',
      Message: expect.stringMatching(/Version 1\.0\.0 keeps serving\.\nWhy: 30 of 120 requests failed/),
    });
    const [event] = await events.receive();
    expect(event).toMatchObject({
      'detail-type': 'RolledBack',
      detail: { id: 'churn/release-1/RolledBack', reasons: ['30 of 120 requests failed'] },
    });
  });

  test('makes one entry however often it is asked', async () => {
    await record();
    const before = await fixture.routing.read();
    expect(await record({ time: '2026-11-24T10:00:09.000Z' })).toEqual({ sequence: 1 });
    expect(await ledgerEntries(ledger)).toHaveLength(1);
    expect(await fixture.routing.read()).toEqual(before);
    expect(await fixture.receiveJson(people)).toHaveLength(1);
    expect(await events.receive()).toHaveLength(1);
  });

  test('makes one entry and one notification of a rollback that two workflows record', async () => {
    const restore = (name: string) => ({
      kind: 'rollback',
      execution: `arn:aws:states:us-east-1:000000000000:execution:restore:${name}`,
      releaseExecution: EXECUTION,
    });
    await record(restore('first'));
    await record(restore('second'));
    expect(await ledgerEntries(ledger)).toMatchObject([
      { kind: 'rollback', execution: restore('first').execution, release: EXECUTION },
    ]);
    await fixture.settle();
    expect(await fixture.receiveJson(people)).toHaveLength(1);
    expect(await events.receive()).toHaveLength(1);
  });

  test('records a rollback though the registry knows nothing of the version, and what else was missing', async () => {
    const plan = { ...PLAN, modelPackageArn: null, dataVersion: null };
    const problems = [{ what: 'the report could not be written', Error: 'Unavailable', Cause: 'S3 sleeps' }];
    await record({ kind: 'rollback', plan, problems });
    const [entry] = await ledgerEntries(ledger);
    expect(entry?.reasons).toEqual([
      'no more errors than the champion',
      'the report could not be written: Unavailable: S3 sleeps',
    ]);
    expect(entry).not.toHaveProperty('modelPackageArn');
    await fixture.settle();
    expect(await events.receive()).toMatchObject([{ detail: { modelPackageArn: null, ledgerSequence: 1 } }]);
    await expect(record({ plan })).rejects.toThrow('plan.modelPackageArn: expected string');
  });

  describe('without a ledger', () => {
    const withoutLedger = (changes: object) =>
      recordRelease(
        {
          kind: 'rollback',
          plan: { ...PLAN, modelPackageArn },
          reasons: ['a person'],
          reason: 'new data',
          execution: EXECUTION,
          time: '2026-11-24T10:00:00.000Z',
          ...changes,
        },
        {
          pipelineName: PIPELINE,
          ledger: new LedgerStore(new ArtifactStore(fixture.s3, 'no-such-bucket')),
          notifier,
          routing: fixture.routing,
          registry: fixture.registry,
        },
      );

    test('fails, so that a rollback is recorded again', async () => {
      await expect(withoutLedger({})).rejects.toThrow(/bucket/);
      expect((await fixture.routing.read()).candidate).toBeDefined();
      expect(await fixture.receiveJson(people)).toEqual([]);
    });

    test('lets the next release begin, and notifies people, if it is the last attempt', async () => {
      const logged = jest.spyOn(logger, 'error').mockImplementation();
      expect(await withoutLedger({ isLastAttempt: true })).toEqual({ sequence: null });
      expect((await fixture.routing.read()).candidate).toBeUndefined();
      await fixture.settle();
      expect(await fixture.receiveJson(people)).toMatchObject([
        {
          Subject: 'churn: version 1.1.0 was rolled back',
          Message: expect.stringMatching(/\nNot done: the ledger has no entry for this: .*bucket/),
        },
      ]);
      expect(await events.receive()).toMatchObject([{ detail: { ledgerSequence: null } }]);
      logged.mockRestore();
    });
  });

  test('notifies people of a release whose package is gone, and of what could not be done', async () => {
    const logged = jest.spyOn(logger, 'error').mockImplementation();
    await fixture.sagemaker.send(new DeleteModelPackageCommand({ ModelPackageName: modelPackageArn }));
    await record();
    await fixture.settle();
    const [alert] = await fixture.receiveJson(people);
    expect(alert).toMatchObject({
      Subject: 'churn: version 1.1.0 was released',
      Message: expect.stringMatching(
        /\nNot done: the package .*churn\/1 could not be marked as released: .*does not exist/,
      ),
    });
    expect(await events.receive()).toHaveLength(1);
    logged.mockRestore();
  });
});
