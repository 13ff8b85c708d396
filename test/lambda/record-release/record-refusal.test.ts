import type { RecordRefusalRequest } from '../../../contracts/functions/release';
import { LedgerStore } from '../../../lambda/aws/ledger-store';
import { logger } from '../../../lambda/aws/logger';
import type { Notifier } from '../../../lambda/aws/notifier';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { isRefusal, recordRefusal } from '../../../lambda/record-release/record-refusal';
import type { EventQueue } from '../event-queue';
import { ledgerEntries } from '../ledger-entries';
import { listenTo } from '../listeners';
import { candidateRoute, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

const REFUSAL: RecordRefusalRequest = {
  kind: 'refusal',
  releaseId: 'release-9',
  modelVersion: 'newest',
  error: {
    Error: 'UnknownModelVersion',
    Cause: JSON.stringify({ errorMessage: "model version 'newest' is not in the registry", trace: [] }),
  },
  execution: 'arn:aws:states:us-east-1:000000000000:execution:release:release-9',
  time: '2026-11-24T10:00:00.000Z',
};

describe('recordRefusal', () => {
  let fixture: PipelineFixture;
  let ledger: LedgerStore;
  let people: string;
  let events: EventQueue;
  let notifier: Notifier;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    ledger = new LedgerStore(fixture.store);
    await fixture.routing.create({ ...emptyRouting(PIPELINE), production: productionRoute() });
    ({ notifier, people, events } = await listenTo(fixture));
  });
  afterEach(() => fixture.cloud.stop());

  const record = (changes: object = {}) =>
    recordRefusal(
      { ...REFUSAL, ...changes },
      { pipelineName: PIPELINE, ledger, notifier, routing: fixture.routing },
    );

  test('writes the ledger, and tells people and systems why a release was refused', async () => {
    const why = "UnknownModelVersion: model version 'newest' is not in the registry";
    expect(await record()).toEqual({ sequence: 1 });
    expect(await ledgerEntries(ledger)).toEqual([
      {
        sequence: 1,
        time: REFUSAL.time,
        kind: 'refusal',
        pipeline: PIPELINE,
        champion: '1.0.0',
        reasons: [why],
        execution: REFUSAL.execution,
      },
    ]);
    const [alert] = await fixture.receiveJson(people);
    expect(alert).toMatchObject({
      Subject: 'churn: the release of newest was refused',
      Message: expect.stringContaining(`Why: ${why}`),
    });
    expect(await events.receive()).toMatchObject([
      {
        'detail-type': 'Refused',
        detail: {
          version: 1,
          id: 'churn/release-9/Refused',
          pipeline: PIPELINE,
          releaseId: 'release-9',
          modelVersion: 'newest',
          error: 'UnknownModelVersion',
          reasons: [why],
          execution: REFUSAL.execution,
          ledgerSequence: 1,
        },
      },
    ]);
  });

  test('names a version that there is, and makes one entry however often it is told', async () => {
    await record({ modelVersion: '1.1.0' });
    await record({ modelVersion: '1.1.0' });
    expect(await ledgerEntries(ledger)).toMatchObject([{ modelVersion: '1.1.0' }]);
    await fixture.settle();
    expect(await fixture.receiveJson(people)).toHaveLength(1);
    expect(await events.receive()).toHaveLength(1);
  });

  test('records nothing of a release that was planned although its plan was given up', async () => {
    await fixture.routing.change((live) => ({
      ...live,
      candidate: candidateRoute({ releaseId: 'release-9' }),
    }));
    expect(await record({ error: { Error: 'Sandbox.Timedout' } })).toEqual({ sequence: null });
    expect(await ledgerEntries(ledger)).toEqual([]);
    await fixture.settle();
    expect(await fixture.receiveJson(people)).toEqual([]);
  });

  test('records a refusal although the routing document is gone', async () => {
    const logged = jest.spyOn(logger, 'error').mockImplementation();
    await fixture.routing.remove();
    expect(await record()).toEqual({ sequence: 1 });
    await fixture.settle();
    expect(await fixture.receiveJson(people)).toHaveLength(1);
    logged.mockRestore();
  });
});

test('only a refusal is one', () => {
  expect(isRefusal(REFUSAL)).toBe(true);
  expect(isRefusal({ kind: 'release' })).toBe(false);
  expect(isRefusal(null)).toBe(false);
});
