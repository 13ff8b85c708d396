import type {
  CreateEndpointConfigCommandInput,
  ProductionVariantServerlessConfig,
} from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../../gateway/aws-error';
import { invalidMember, requireMembers } from '../resource-kinds';
import type { Store } from '../store';
import type { Deployment } from './stored-endpoint';

/**
 * `MemorySizeInMB` and `MaxConcurrency` of `ProductionVariantServerlessConfig` in SageMaker's API reference.
 */
const MEMORY_SIZES = [1024, 2048, 3072, 4096, 5120, 6144];
const MOST_CONCURRENCY = 200;

/**
 * Refuses what a serverless variant cannot have. The words are the local cloud's own.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html "Feature exclusions"
 * @throws AwsError ValidationException
 */
export function checkServerless(store: Store, input: CreateEndpointConfigCommandInput): void {
  const { ProductionVariants = [], ShadowProductionVariants = [] } = input;
  const all = [...ProductionVariants, ...ShadowProductionVariants];
  const serverless = all.filter(({ ServerlessConfig }) => ServerlessConfig);
  if (serverless.length === 0) return;
  if (all.length > 1) throw excluded('multiple production variants');
  if (input.DataCaptureConfig?.EnableCapture) throw excluded('data capture');
  for (const variant of serverless) {
    checkSizes(variant.ServerlessConfig as ProductionVariantServerlessConfig);
    const both = (['InstanceType', 'InitialInstanceCount'] as const).find(
      (name) => variant[name] !== undefined,
    );
    if (both) {
      throw new AwsError(
        'ValidationException',
        `${both} and ServerlessConfig exclude each other in a variant.`,
      );
    }
    const { network, serving } = store.models.get(variant.ModelName);
    if (network) throw excluded('VPC configuration');
    if (serving.isIsolated) throw excluded('network isolation');
  }
}

function checkSizes(config: ProductionVariantServerlessConfig): void {
  const path = 'productionVariants.1.member.serverlessConfig';
  requireMembers(path, config, ['MemorySizeInMB', 'MaxConcurrency']);
  const { MemorySizeInMB = 0, MaxConcurrency = 0, ProvisionedConcurrency } = config;
  if (!MEMORY_SIZES.includes(MemorySizeInMB)) {
    throw invalidMember(
      `${path}.memorySizeInMB`,
      String(MemorySizeInMB),
      `Member must satisfy enum value set: [${MEMORY_SIZES.join(', ')}]`,
    );
  }
  checkConcurrency(`${path}.maxConcurrency`, MaxConcurrency, MOST_CONCURRENCY);
  if (ProvisionedConcurrency !== undefined) {
    // "The value must be less than or equal to MaxConcurrency" (API reference).
    checkConcurrency(`${path}.provisionedConcurrency`, ProvisionedConcurrency, MaxConcurrency);
  }
}

function checkConcurrency(path: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw invalidMember(
    path,
    String(value),
    `Member must have value ${value < 1 ? 'greater than or equal to 1' : `less than or equal to ${most}`}`,
  );
}

/**
 * Refuses an update that makes a real-time endpoint serverless; the other way AWS allows.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html "Feature exclusions"
 * @throws AwsError ValidationException
 */
export function refuseConversion(endpointName: string, from: Deployment, to: Deployment): void {
  if (isServerless(from) || !isServerless(to)) return;
  throw new AwsError(
    'ValidationException',
    `Cannot update the instance-based endpoint "${endpointName}" to a serverless endpoint.`,
  );
}

export function isServerless({ variants }: Deployment): boolean {
  return variants.some(({ config }) => config.ServerlessConfig);
}

function excluded(feature: string): AwsError {
  return new AwsError('ValidationException', `Serverless Inference does not support ${feature}.`);
}
