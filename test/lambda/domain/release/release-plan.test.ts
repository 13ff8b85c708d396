import fc from 'fast-check';
import type { ProductionRoute } from '../../../../contracts/routing';
import { planRelease, type ReleaseRequest } from '../../../../lambda/domain/release/release-plan';
import { emptyRouting, type RoutingDocument } from '../../../../lambda/domain/release/routing';
import { candidateRoute } from '../../pipeline-fixture';

const PRODUCTION: ProductionRoute = {
  modelVersion: '1.2.0',
  variant: 'blue',
  modelName: 'old-model',
  endpointConfigName: 'old-config',
  modelPackageArn: 'arn:aws:sagemaker:us-east-1:123456789012:model-package/flights/3',
  since: '2026-11-24T05:00:00Z',
  ledgerSequence: 7,
};
const EMPTY = emptyRouting('flights');
const LIVE: RoutingDocument = { ...EMPTY, production: PRODUCTION };

const plan = (rest: Partial<ReleaseRequest> = {}) =>
  planRelease({
    routing: LIVE,
    pipeline: 'flights',
    modelVersion: '1.3.0',
    releaseId: 'release-1',
    trafficShares: [0.1, 0.9, 1],
    hasEndpoint: true,
    ...rest,
  });

test('the first release is blue, and gets all traffic at once', () => {
  const first = plan({ routing: EMPTY, modelVersion: '1.0.0' });
  expect(first.challenger).toMatchObject({ modelVersion: '1.0.0', variant: 'blue' });
  expect(first.steps).toEqual([{ challenger: 1, champion: 0 }]);
  expect(first.champion).toBeUndefined();
  expect(first.releaseEndpointConfigName).toBeUndefined();
});

test('the challenger arrives in the variant that the champion is not in', () => {
  expect(plan().challenger.variant).toBe('green');
  const green: RoutingDocument = { ...EMPTY, production: { ...PRODUCTION, variant: 'green' } };
  expect(plan({ routing: green }).challenger.variant).toBe('blue');
});

test("for deployment guardrails it takes the champion's variant, and there is no config with both", () => {
  const kept = plan({ keepsVariant: true });
  expect(kept.challenger.variant).toBe('blue');
  expect(kept.champion).toEqual(PRODUCTION);
  expect(kept.releaseEndpointConfigName).toBeUndefined();
  expect(kept.endpointConfigName).not.toBe(PRODUCTION.endpointConfigName);
  expect(plan({ routing: EMPTY, keepsVariant: true }).challenger.variant).toBe('blue');
});

test('shares of the traffic add up to one at each step', () => {
  expect(plan().steps).toEqual([
    { challenger: 0.1, champion: 0.9 },
    { challenger: 0.9, champion: 0.1 },
    { challenger: 1, champion: 0 },
  ]);
});

test('names suit SageMaker and differ by purpose, whatever the pipeline is called', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 90, unit: 'binary' }),
      fc.string({ minLength: 1 }),
      (pipeline, releaseId) => {
        const { challenger, releaseEndpointConfigName, endpointConfigName } = plan({ pipeline, releaseId });
        const names = [challenger.modelName, releaseEndpointConfigName as string, endpointConfigName];
        // The pattern of ModelName and EndpointConfigName in the API reference.
        for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
        expect(new Set(names).size).toBe(3);
      },
    ),
  );
});

test('another release of the same version has other names, the same release has the same', () => {
  expect(plan({ releaseId: 'release-2' }).challenger.modelName).not.toBe(plan().challenger.modelName);
  expect(plan()).toEqual(plan());
});

test('long pipeline names that begin alike do not collide', () => {
  const [one, other] = ['a', 'b'].map((end) => plan({ pipeline: 'p'.repeat(70) + end }).endpointConfigName);
  expect(one).not.toBe(other);
});

test('another release under way is refused, the same one may be planned again', () => {
  const candidate = candidateRoute(plan().challenger);
  const routing = { ...LIVE, candidate };
  expect(plan({ routing })).toEqual(plan());
  expect(() => plan({ routing, releaseId: 'release-2', modelVersion: '1.4.0' })).toThrow(
    'endpoint flights is releasing version 1.3.0 already: wait for it or roll it back before releasing 1.4.0',
  );
});

test.each([[[]], [[0.5]], [[0, 1]], [[0.5, 0.5, 1]], [[0.5, 0.1, 1]], [[0.5, 1.1]], [[Number.NaN, 1]]])(
  'refuses the traffic shares %j',
  (trafficShares) => {
    expect(() => plan({ trafficShares })).toThrow(
      `traffic shares [${trafficShares.join(', ')}] do not increase`,
    );
  },
);

test('refuses a version and an id that are none', () => {
  expect(() => plan({ modelVersion: 'latest' })).toThrow('model version is not valid');
  expect(() => plan({ releaseId: '' })).toThrow('a release needs an id');
});
