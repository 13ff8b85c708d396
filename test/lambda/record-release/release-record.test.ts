import { formatLedgerEntry } from '../../../lambda/domain/records/ledger';
import { emptyRouting, formatRouting, type RoutingDocument } from '../../../lambda/domain/release/routing';
import {
  ledgerEntryOf,
  parseReleaseRecord,
  routingAfter,
} from '../../../lambda/record-release/release-record';
import { candidateRoute } from '../pipeline-fixture';

const CHAMPION: NonNullable<RoutingDocument['production']> = {
  modelVersion: '1.0.0',
  variant: 'blue',
  modelName: 'churn-model-1',
  endpointConfigName: 'churn-config-1',
  modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/1',
  since: '2026-11-20T09:00:00Z',
  ledgerSequence: 3,
};
const CANDIDATE = candidateRoute({ modelName: 'churn-model-2', endpointConfigName: 'churn-config-2' });
const DURING: RoutingDocument = { ...emptyRouting('churn'), production: CHAMPION, candidate: CANDIDATE };

function record(changes: object = {}) {
  return parseReleaseRecord({
    kind: 'release',
    plan: {
      releaseId: 'release-1',
      modelVersion: '1.1.0',
      variant: 'green',
      modelName: 'churn-model-2',
      modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/2',
      dataVersion: '0123456789abcdef',
      configName: 'churn-release-2',
      finalConfigName: 'churn-config-2',
      champion: CHAMPION,
    },
    reasons: ['no more errors than the champion'],
    reason: 'AUC .74 against .71',
    execution: 'arn:aws:states:us-east-1:000000000000:execution:release:r',
    time: '2026-11-24T10:00:00.123Z',
    ...changes,
  });
}

describe('the record of a release', () => {
  test('puts the challenger into production', () => {
    const after = routingAfter(DURING, record(), 4);
    expect(after).toEqual({
      version: 1,
      endpointName: 'churn',
      production: {
        modelVersion: '1.1.0',
        variant: 'green',
        modelName: 'churn-model-2',
        endpointConfigName: 'churn-config-2',
        modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/2',
        since: '2026-11-24T10:00:00.123Z',
        ledgerSequence: 4,
      },
    });
    expect(() => formatRouting(after)).not.toThrow();
    expect(routingAfter(after, record(), 4)).toEqual(after);
  });

  test('leaves the function as it is if it was planned while none served', () => {
    const champion = { ...CHAMPION, functionVersion: '2' };
    const after = routingAfter({ ...DURING, production: champion }, record(), 4);
    expect(after.production).toMatchObject({ modelVersion: '1.1.0', functionVersion: '2' });
  });

  test('leaves the champion where it is after a rollback', () => {
    expect(routingAfter(DURING, record({ kind: 'rollback' }), 4)).toEqual({
      ...emptyRouting('churn'),
      production: CHAMPION,
    });
  });

  test('leaves nothing in production after the first release failed', () => {
    const before = { ...emptyRouting('churn'), candidate: CANDIDATE };
    const plan = { ...record().plan, champion: null };
    expect(routingAfter(before, record({ kind: 'rollback', plan }), 1)).toEqual(emptyRouting('churn'));
  });

  test('ends the shadow of the release, and of no other one', () => {
    const { modelVersion, variant, modelName } = CANDIDATE;
    const shadow = { modelVersion, variant, modelName, endpointConfigName: 'churn-shadow-2' };
    expect(routingAfter({ ...DURING, shadow }, record({ kind: 'rollback' }), 4).shadow).toBeUndefined();
    const candidate = { ...CANDIDATE, modelName: 'churn-model-3' };
    const others = routingAfter({ ...DURING, candidate, shadow }, record({ kind: 'rollback' }), 4);
    expect(others.shadow).toEqual(shadow);
  });

  test("leaves another release's candidate", () => {
    const candidate = { ...CANDIDATE, modelName: 'churn-model-3' };
    const after = routingAfter({ ...DURING, candidate }, record({ kind: 'rollback' }), 4);
    expect(after.candidate).toEqual(candidate);
  });

  test('tells the ledger what was released, what it beat and why', () => {
    const entry = ledgerEntryOf(record(), 'churn');
    expect(entry).toEqual({
      time: '2026-11-24T10:00:00.123Z',
      kind: 'release',
      pipeline: 'churn',
      modelVersion: '1.1.0',
      champion: '1.0.0',
      verdict: 'promote',
      reasons: ['AUC .74 against .71', 'no more errors than the champion'],
      route: { variant: 'green', modelName: 'churn-model-2', endpointConfigName: 'churn-config-2' },
      modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/2',
      dataVersion: '0123456789abcdef',
      execution: 'arn:aws:states:us-east-1:000000000000:execution:release:r',
    });
    expect(() => formatLedgerEntry({ sequence: 4, ...entry })).not.toThrow();
  });

  test('tells the ledger why a version was rolled back, and what serves on', () => {
    const entry = ledgerEntryOf(record({ kind: 'rollback', reasons: ['too many errors'] }), 'churn');
    expect(entry).toMatchObject({
      kind: 'rollback',
      champion: '1.0.0',
      verdict: 'rollback',
      reasons: ['too many errors'],
    });
  });

  test('takes one reason for a list of one, as the workflow gives it', () => {
    expect(record({ reasons: 'too slow' }).reasons).toEqual(['too slow']);
    expect(record({ reasons: undefined }).reasons).toEqual([]);
  });

  test('refuses a record that is not complete', () => {
    expect(() => record({ kind: 'success' })).toThrow(
      'kind: expected "release" or "rollback", got "success"',
    );
  });
});
