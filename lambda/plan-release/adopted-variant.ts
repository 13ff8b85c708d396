import { DescribeEndpointConfigCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { PlanReleaseSettings } from '../../contracts/functions/release';
import type { DeployedVariant } from '../../contracts/release-plan';
import type { ProductionRoute } from '../../contracts/routing';

/**
 * The variant of an adopted endpoint, as its own config has it, with timeouts, volumes and whatever else its
 * owner chose; undefined if the version in production is one that the pipeline has released.
 */
export async function adoptedVariant(
  client: SageMakerClient,
  champion: ProductionRoute | undefined,
  { adoptedConfig, hosting }: Pick<PlanReleaseSettings, 'adoptedConfig' | 'hosting'>,
): Promise<DeployedVariant | undefined> {
  if (adoptedConfig === undefined || champion?.endpointConfigName !== adoptedConfig) return undefined;
  if (hosting?.kind !== 'realTime') return undefined;
  const { ProductionVariants = [] } = await client.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName: adoptedConfig }),
  );
  const { ServerlessConfig, ...found } =
    ProductionVariants.find(({ VariantName }) => VariantName === champion.variant) ?? {};
  return {
    ...found,
    VariantName: champion.variant,
    ModelName: champion.modelName,
    InitialInstanceCount: hosting.initialInstanceCount,
    InitialVariantWeight: 1,
  };
}
