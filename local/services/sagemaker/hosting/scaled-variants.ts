import { AwsError } from '../../../gateway/aws-error';
import type { Principal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import type { ApplicationAutoScalingService } from '../../application-autoscaling/application-autoscaling-service';
import type { Deployment } from './stored-endpoint';

/**
 * Refuses what AWS refuses for variants that are registered with Application Auto Scaling; another model is
 * fine.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html
 * @throws AwsError if an update removes one of them, or gives it another type of instance
 */
export function requireUnscaled(cloud: Cloud, endpointName: string, from: Deployment, to: Deployment): void {
  const typeIn = ({ variants }: Deployment, name: string) =>
    variants.find((variant) => variant.name === name)?.config.InstanceType;
  for (const name of scalableTargets(cloud, endpointName).keys()) {
    const [before, after] = [typeIn(from, name), typeIn(to, name)];
    if (before === undefined || before === after) continue;
    const change = after ? `its instance type is changed from ${before} to ${after}` : 'it is removed';
    throw new AwsError(
      'ValidationException',
      `An Application AutoScaling scalable target exists for the variant ${name}, and ${change} by the update. Deregister the scalable target first.`,
    );
  }
}

/**
 * Deregisters the variants of an endpoint that is deleted.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-delete-with-scaling.html
 * @throws AwsError if who deletes it may not deregister them
 */
export async function deregisterVariants(
  cloud: Cloud,
  endpointName: string,
  principal: Principal,
): Promise<void> {
  for (const key of scalableTargets(cloud, endpointName).values()) {
    await cloud
      .call('application-autoscaling', 'DeregisterScalableTarget', key, principal)
      .catch((error: Error) => {
        if (error.name !== 'AccessDenied') throw error;
        // The words are AWS's: https://github.com/awslabs/stable-diffusion-aws-extension/issues/161
        throw new AwsError(
          'ValidationException',
          'An Application AutoScaling scalable target exists for a variant being deleted, and the IAM identity used to invoke DeleteEndpoint does not have application-autoscaling:DeregisterScalableTarget permission to deregister the scalable target.',
        );
      });
  }
}

function scalableTargets(cloud: Cloud, endpointName: string) {
  return cloud
    .service<ApplicationAutoScalingService>('application-autoscaling')
    .endpointVariants(endpointName);
}
