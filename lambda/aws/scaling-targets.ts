import {
  type ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  type DeregisterScalableTargetCommandInput,
  ObjectNotFoundException,
} from '@aws-sdk/client-application-auto-scaling';
import type { VariantName } from '../../contracts/routing';

/** Those that releases make, which may be there still. */
const VARIANTS: readonly VariantName[] = ['blue', 'green'];

/**
 * Keeps an endpoint's variants from scaling, whoever let them: AWS refuses updates of an endpoint that remove
 * a variant which scales, or give it other instances. A variant that does not scale is no error. Its policies
 * go with it.
 *
 * @param found variants that the endpoint has, beside those of releases
 */
export async function stopScaling(
  autoScaling: ApplicationAutoScalingClient,
  endpointName: string,
  found: readonly VariantName[],
): Promise<void> {
  for (const variant of new Set([...VARIANTS, ...found])) {
    await deregister(autoScaling, scalableTarget(endpointName, variant));
  }
}

/** Ends the scaling of a target, and its policies. One that does not scale is no error. */
export async function deregister(
  autoScaling: ApplicationAutoScalingClient,
  target: DeregisterScalableTargetCommandInput,
): Promise<void> {
  await autoScaling.send(new DeregisterScalableTargetCommand(target)).catch((error: unknown) => {
    if (!(error instanceof ObjectNotFoundException)) throw error;
  });
}

/** How Application Auto Scaling names a variant's instances. */
export function scalableTarget(endpointName: string, variant: VariantName) {
  return {
    ServiceNamespace: 'sagemaker',
    ResourceId: `endpoint/${endpointName}/variant/${variant}`,
    ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
  } as const;
}
