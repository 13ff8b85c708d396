import type {
  AsyncInferenceConfig,
  CreateEndpointConfigCommandInput,
  ProductionVariant,
} from '@aws-sdk/client-sagemaker';
import { AwsError, NotImplementedError } from '../../../gateway/aws-error';
import { invalidMember, requireMembers } from '../resource-kinds';
import { parseS3Uri } from '../role-storage';
import type { Deployment } from './stored-endpoint';

/** `AsyncInferenceClientConfig` in SageMaker's API reference. */
const MOST_CONCURRENT = 1000;
/**
 * "If no value is provided, SageMaker chooses an optimal value" (API reference). The local cloud's is this.
 */
const USUALLY_CONCURRENT = 4;

/**
 * Refuses what an asynchronous endpoint cannot have.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/shadow-tests-exclusions.html
 * @throws AwsError ValidationException
 * @throws NotImplementedError for what AWS's documentation leaves open
 */
export function checkAsync(input: CreateEndpointConfigCommandInput): void {
  const { AsyncInferenceConfig: config, ProductionVariants = [], ShadowProductionVariants = [] } = input;
  if (!config) return;
  const path = 'asyncInferenceConfig';
  requireMembers(path, config, ['OutputConfig']);
  const { S3OutputPath, S3FailurePath } = config.OutputConfig ?? {};
  for (const uri of [S3OutputPath, S3FailurePath]) if (uri !== undefined) parseS3Uri(uri);
  const concurrent = config.ClientConfig?.MaxConcurrentInvocationsPerInstance ?? 1;
  if (concurrent < 1 || concurrent > MOST_CONCURRENT) {
    throw invalidMember(
      `${path}.clientConfig.maxConcurrentInvocationsPerInstance`,
      String(concurrent),
      `Member must have value ${concurrent < 1 ? 'greater than or equal to 1' : `less than or equal to ${MOST_CONCURRENT}`}`,
    );
  }
  if (ShadowProductionVariants.length > 0) {
    throw new AwsError('ValidationException', 'Shadow tests do not support asynchronous inference.');
  }
  if (ProductionVariants.some(({ ServerlessConfig }: ProductionVariant) => ServerlessConfig)) {
    throw new AwsError('ValidationException', 'A serverless endpoint cannot have an AsyncInferenceConfig.');
  }
  if (ProductionVariants.length > 1)
    throw new NotImplementedError('several variants of an asynchronous endpoint');
  if (input.DataCaptureConfig?.EnableCapture)
    throw new NotImplementedError('data capture of an asynchronous endpoint');
}

/**
 * An endpoint is asynchronous, or not, for its life: AWS does not document that an update may change it.
 *
 * @throws AwsError ValidationException
 */
export function refuseAsyncConversion(endpointName: string, from: Deployment, to: Deployment): void {
  if ((from.asynchronous === undefined) === (to.asynchronous === undefined)) return;
  throw new AwsError(
    'ValidationException',
    `Cannot update the endpoint "${endpointName}" ${to.asynchronous ? 'to' : 'from'} asynchronous inference.`,
  );
}

/** Requests that an endpoint processes at the same time. */
export function concurrencyOf({ variants, asynchronous }: Deployment): number {
  const instances = variants.reduce((sum, { instanceCount }) => sum + instanceCount, 0);
  return instances * (asynchronous?.ClientConfig?.MaxConcurrentInvocationsPerInstance ?? USUALLY_CONCURRENT);
}

/** Where the answer and the failure of a request are written. */
export function locationsOf(
  { OutputConfig }: AsyncInferenceConfig,
  { Filename, S3OutputPathExtension: extension }: { Filename?: string; S3OutputPathExtension?: string },
  id: string,
): { readonly output: string; readonly failure: string | undefined } {
  const below = (folder: string, name: string) =>
    [folder.replace(/\/+$/, ''), extension?.replace(/^\/+|\/+$/g, ''), name].filter(Boolean).join('/');
  const { S3OutputPath, S3FailurePath } = OutputConfig ?? {};
  if (S3OutputPath === undefined) {
    throw new NotImplementedError('an AsyncInferenceConfig without S3OutputPath');
  }
  return {
    output: below(S3OutputPath, Filename ?? `${id}.out`),
    failure: S3FailurePath === undefined ? undefined : below(S3FailurePath, Filename ?? `${id}-error.out`),
  };
}
