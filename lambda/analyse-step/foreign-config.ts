import { DescribeEndpointCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { CanaryDecision } from '../domain/release/canary-analysis';

export interface ReleasedEndpoint {
  readonly endpointName: string;
  /** That the release gave to it; null where a function serves alone. */
  readonly endpointConfigName: string | null;
}

/**
 * The decision on a release in which somebody else has given the endpoint another config; undefined if nobody
 * has.
 */
export async function foreignConfig(
  sagemaker: SageMakerClient,
  { endpointName, endpointConfigName }: ReleasedEndpoint,
): Promise<CanaryDecision | undefined> {
  if (endpointConfigName === null) return undefined;
  const { EndpointConfigName } = await sagemaker.send(
    new DescribeEndpointCommand({ EndpointName: endpointName }),
  );
  if (EndpointConfigName === endpointConfigName) return undefined;
  const message = `somebody gave the endpoint the config ${EndpointConfigName} during this release`;
  return { verdict: 'rollback', reasons: [{ rule: 'endpoint', verdict: 'rollback', message }] };
}
