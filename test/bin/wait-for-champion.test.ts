import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker';
import type { Aws } from '../../bin/cli/aws';
import type { Pipeline } from '../../bin/cli/pipeline';
import { hasAllTraffic, waitForChampion } from '../../bin/cli/wait-for-champion';
import { emptyRouting, type RoutingDocument } from '../../lambda/domain/release/routing';
import { candidateRoute, PIPELINE, productionRoute } from '../lambda/pipeline-fixture';

const CHAMPION = productionRoute();
const ALONE: RoutingDocument = { ...emptyRouting(PIPELINE), production: CHAMPION };
const shared = (trafficShare: number): RoutingDocument => ({
  ...ALONE,
  candidate: candidateRoute({ trafficShare }),
});

const endpoint = (weights: Record<string, number>, config = 'churn-both'): DescribeEndpointOutput =>
  ({
    EndpointConfigName: config,
    ProductionVariants: Object.entries(weights).map(([VariantName, CurrentWeight]) => ({
      VariantName,
      CurrentWeight,
    })),
  }) as DescribeEndpointOutput;

describe('the version in production', () => {
  test.each<[string, boolean, RoutingDocument, DescribeEndpointOutput | undefined]>([
    ['has all traffic, alone', true, ALONE, endpoint({ blue: 1 }, CHAMPION.endpointConfigName)],
    ['has all traffic beside a challenger without any', true, shared(0), endpoint({ blue: 1, green: 0 })],
    ['shares its traffic with a challenger', false, shared(0), endpoint({ blue: 0.5, green: 0.5 })],
    ['shares the traffic of a function', false, shared(0.5), endpoint({ blue: 1, green: 0 })],
    [
      'shares it though the release was recorded as undone',
      false,
      ALONE,
      endpoint({ blue: 0.5, green: 0.5 }),
    ],
    ['has none without an endpoint', false, ALONE, undefined],
  ])('%s', (_title, expected, routing, described) => {
    expect(hasAllTraffic(routing, described, routing.candidate !== undefined)).toBe(expected);
  });

  test('is waited for until it has its traffic back', async () => {
    const weights = [
      { blue: 0.5, green: 0.5 },
      { blue: 1, green: 0 },
    ];
    const aws = {
      sagemaker: { send: async () => endpoint(weights.shift() ?? {}) },
      sfn: { send: async () => ({ executions: [] }) },
    } as unknown as Aws;
    const pipeline = {
      resources: { endpoint: PIPELINE, releaseStateMachine: 'release', restoreStateMachine: 'restore' },
      routing: async () => shared(0),
    } as unknown as Pipeline;
    expect(await waitForChampion(aws, pipeline, 'release-1', 'traffic')).toEqual(shared(0));
    expect(weights).toEqual([]);
  });
});
