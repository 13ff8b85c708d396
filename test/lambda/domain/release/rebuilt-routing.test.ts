import type { LedgerEntry } from '../../../../lambda/domain/records/ledger';
import {
  rebuiltRouting,
  type ServingEndpoint,
  type ServingEvidence,
} from '../../../../lambda/domain/release/rebuilt-routing';
import { emptyRouting, formatRouting } from '../../../../lambda/domain/release/routing';

const NOW = '2026-11-25T10:00:00.000Z';
const ROUTE = { variant: 'blue', modelName: 'churn-1', endpointConfigName: 'churn-1-final' } as const;
const RELEASE: LedgerEntry = {
  sequence: 3,
  time: '2026-11-24T10:00:00Z',
  kind: 'release',
  pipeline: 'churn',
  modelVersion: '1.0.0',
  reasons: [],
  modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/1',
  route: ROUTE,
};
const PRODUCTION = {
  modelVersion: '1.0.0',
  ...ROUTE,
  modelPackageArn: RELEASE.modelPackageArn,
  since: RELEASE.time,
  ledgerSequence: 3,
};
const BLUE = { variant: 'blue', modelName: 'churn-1', modelVersion: '1.0.0', trafficShare: 1 } as const;
const GREEN = { variant: 'green', modelName: 'churn-2', modelVersion: '1.1.0', trafficShare: 0 } as const;
const { route: _, ...OF_AN_EARLIER_PACKAGE } = RELEASE;

const rebuilt = (evidence: Partial<ServingEvidence>) => {
  const document = rebuiltRouting({
    endpointName: 'churn',
    release: RELEASE,
    unreadable: [],
    endpoint: undefined,
    lastReleaseId: 'release-7',
    now: NOW,
    ...evidence,
  });
  // What cannot be written is no document.
  formatRouting(document);
  return document;
};

const running = (endpointConfigName: string, ...variants: ServingEndpoint['variants']): ServingEndpoint => ({
  endpointConfigName,
  variants,
});

describe('a routing document that is rebuilt', () => {
  test('has what the newest release put into production, whether or not its endpoint is there', () => {
    const expected = { ...emptyRouting('churn'), production: PRODUCTION };
    expect(rebuilt({})).toEqual(expected);
    expect(rebuilt({ endpoint: running('churn-1-final', BLUE) })).toEqual(expected);
    // Somebody deleted the config, so that nothing tells the endpoint's models.
    expect(rebuilt({ endpoint: running('churn-1-final') })).toEqual(expected);
  });

  test('is empty where nothing was released', () => {
    expect(rebuilt({ release: undefined })).toEqual(emptyRouting('churn'));
    expect(rebuilt({ release: OF_AN_EARLIER_PACKAGE })).toEqual(emptyRouting('churn'));
  });

  test('has the challenger of an unfinished release as its candidate, so that it can be rolled back', () => {
    const endpoint = running('churn-2-both', { ...BLUE, trafficShare: 0.5 }, { ...GREEN, trafficShare: 0.5 });
    expect(rebuilt({ endpoint })).toEqual({
      ...emptyRouting('churn'),
      production: PRODUCTION,
      candidate: expect.objectContaining({
        modelVersion: '1.1.0',
        variant: 'green',
        modelName: 'churn-2',
        releaseId: 'release-7',
        trafficShare: 0.5,
        trafficSince: NOW,
      }),
    });
    expect(rebuilt({ endpoint, lastReleaseId: undefined }).candidate).toBeUndefined();
  });

  test('is refused where a newer entry of the ledger cannot be read, unless the endpoint confirms it', () => {
    const unreadable = ['ledger/00000004.json is missing: somebody deleted it'];
    expect(() => rebuilt({ unreadable })).toThrow(
      'the newest release in the ledger is not readable: ledger/00000004.json is missing: somebody deleted it',
    );
    const endpoint = running('churn-1-final', BLUE);
    expect(rebuilt({ unreadable, endpoint }).production).toEqual(PRODUCTION);
  });

  test('takes the route of a release that an earlier package recorded from the endpoint', () => {
    const release = OF_AN_EARLIER_PACKAGE;
    expect(rebuilt({ release, endpoint: running('churn-1-final', BLUE) }).production).toEqual(PRODUCTION);
  });

  test.each<[string, Partial<ServingEvidence>]>([
    ['an endpoint that no release is known of', { release: undefined, endpoint: running('a', BLUE) }],
    ['an endpoint with another version', { endpoint: running('churn-2-final', GREEN) }],
    [
      'two versions, of which an earlier package recorded one',
      { release: OF_AN_EARLIER_PACKAGE, endpoint: running('churn-2-both', BLUE, GREEN) },
    ],
  ])('is refused for %s', (_name, evidence) => {
    expect(() => rebuilt(evidence)).toThrow(
      /the routing document is lost, and cannot be rebuilt: the endpoint 'churn' runs .* by the config .* newest release is/,
    );
  });
});
