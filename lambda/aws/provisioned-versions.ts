import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import {
  DeleteProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  paginateListProvisionedConcurrencyConfigs,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { collect } from './pipeline-resources';
import { deregister } from './scaling-targets';

/** A function some of whose versions have instances before requests. */
export interface ProvisionedFunction {
  readonly functionName: string;
  readonly lambda: LambdaClient;
  readonly autoScaling: ApplicationAutoScalingClient;
}

/**
 * Ends the instances of all versions of a function, or of all but one. What somebody gave aliases stays, and
 * a function that is gone is no error.
 */
export async function endInstances(props: ProvisionedFunction, kept?: string): Promise<void> {
  const { functionName: FunctionName, lambda } = props;
  const pages = paginateListProvisionedConcurrencyConfigs({ client: lambda }, { FunctionName });
  const qualifiers = await collect(pages, ({ ProvisionedConcurrencyConfigs = [] }) =>
    ProvisionedConcurrencyConfigs.map(({ FunctionArn = '' }) => FunctionArn.split(':').at(-1)),
  ).catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  });
  for (const Qualifier of qualifiers) {
    if (Qualifier === undefined || Qualifier === kept || !/^\d+$/.test(Qualifier)) continue;
    // It would give the version instances again.
    await stopScaling(props, Qualifier);
    await lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }));
  }
}

/** Keeps the number of a version's instances as it is. A version that does not scale is no error. */
export function stopScaling(
  { functionName, autoScaling }: Pick<ProvisionedFunction, 'functionName' | 'autoScaling'>,
  version: string,
): Promise<void> {
  return deregister(autoScaling, scalableVersion(functionName, version));
}

/** How Application Auto Scaling names a version's instances: `ResourceId` of RegisterScalableTarget. */
export function scalableVersion(functionName: string, version: string) {
  return {
    ServiceNamespace: 'lambda',
    ResourceId: `function:${functionName}:${version}`,
    ScalableDimension: 'lambda:function:ProvisionedConcurrency',
  } as const;
}
