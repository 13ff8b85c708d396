import { DescribeEndpointCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ignoreMissing } from '../aws/pipeline-resources';

/**
 * How many instances a variant has, or is about to have, within limits: each variant of a release gets as
 * many, since it may have all the traffic, and the traffic may have made it grow.
 *
 * @param limits `otherwise` stands for a variant that is not there
 */
export async function instanceCount(
  client: SageMakerClient,
  EndpointName: string,
  variant: string,
  limits: { readonly minCapacity: number; readonly maxCapacity: number; readonly otherwise: number },
): Promise<number> {
  const endpoint = await client.send(new DescribeEndpointCommand({ EndpointName })).catch(ignoreMissing);
  const found = endpoint?.ProductionVariants?.find(({ VariantName }) => VariantName === variant);
  const count = found?.DesiredInstanceCount ?? limits.otherwise;
  return Math.min(limits.maxCapacity, Math.max(limits.minCapacity, count));
}
