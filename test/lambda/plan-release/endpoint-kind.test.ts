import type { DescribeEndpointCommandOutput } from '@aws-sdk/client-sagemaker';
import type { EndpointSettings } from '../../../contracts/hosting';
import { checkKind } from '../../../lambda/plan-release/endpoint-kind';

const variant = (more: object = {}) => ({ VariantName: 'blue', ...more });
const ENDPOINTS: Readonly<Record<EndpointSettings['kind'], object>> = {
  realTime: { ProductionVariants: [variant({ CurrentInstanceCount: 1 })] },
  serverless: { ProductionVariants: [variant({ CurrentServerlessConfig: { MemorySizeInMB: 2048 } })] },
  asynchronous: { ProductionVariants: [variant()], AsyncInferenceConfig: {} },
};
const KINDS = Object.keys(ENDPOINTS) as EndpointSettings['kind'][];

const check = (endpoint: object | undefined, kind: EndpointSettings['kind']) => () =>
  checkKind(
    endpoint &&
      ({
        EndpointName: 'churn',
        EndpointConfigName: 'churn-1',
        ...endpoint,
      } as DescribeEndpointCommandOutput),
    {
      kind,
    },
  );

describe('the kind of an endpoint', () => {
  test.each(KINDS)('%s may be released to by a pipeline of the same kind', (kind) => {
    expect(check(ENDPOINTS[kind], kind)).not.toThrow();
  });

  test.each(KINDS)('of an endpoint that does not exist, or has no variants yet, may become %s', (kind) => {
    expect(check(undefined, kind)).not.toThrow();
    expect(check({ EndpointStatus: 'Failed' }, kind)).not.toThrow();
  });

  test('is not changed by a release, because that could not be rolled back', () => {
    for (const from of KINDS) {
      for (const to of KINDS.filter((kind) => kind !== from)) {
        expect(check(ENDPOINTS[from], to)).toThrow(
          /the endpoint 'churn' is .*, and servedBy now says .*delete-endpoint-config --endpoint-config-name churn-1$/,
        );
      }
    }
  });
});
