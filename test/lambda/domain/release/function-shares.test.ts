import { functionShares } from '../../../../lambda/domain/release/function-shares';
import { type CandidateRoute, emptyRouting } from '../../../../lambda/domain/release/routing';
import { candidateRoute, PIPELINE, productionRoute } from '../../pipeline-fixture';

describe('the shares of the versions of the function', () => {
  const during = (candidate: Partial<CandidateRoute>, production: { functionVersion?: string }) =>
    functionShares({
      ...emptyRouting(PIPELINE),
      production: productionRoute(production),
      candidate: candidateRoute(candidate),
    });

  test.each([
    [0, { version: '3' }],
    [0.25, { version: '3', additional: { version: '4', share: 0.25 } }],
    [1, { version: '4' }],
  ])('with %d for the candidate are those of the release', (trafficShare, shares) => {
    expect(during({ trafficShare, functionVersion: '4' }, { functionVersion: '3' })).toEqual(shares);
  });

  test('leave a candidate that the same version answers to that one', () => {
    expect(during({ trafficShare: 0.25, functionVersion: '3' }, { functionVersion: '3' })).toEqual({
      version: '3',
    });
    expect(during({ trafficShare: 0.25 }, { functionVersion: '3' })).toEqual({ version: '3' });
  });

  test('are not known while no version is in production', () => {
    expect(functionShares(emptyRouting(PIPELINE))).toBeUndefined();
    expect(during({ trafficShare: 1, functionVersion: '4' }, {})).toBeUndefined();
  });
});
