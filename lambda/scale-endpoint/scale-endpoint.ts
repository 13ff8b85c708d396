import {
  type ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  type MetricType,
  ObjectNotFoundException,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeEndpointCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import { ignoreMissing } from '../aws/pipeline-resources';
import type { RoutingStore } from '../aws/routing-store';
import { checkDocument } from '../domain/document';
import type { VariantColour } from '../domain/routing';

/** How the endpoint's instances follow its traffic. */
export interface ScalingSettings {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly metric: string;
  readonly targetValue: number;
  readonly scaleInCooldownSeconds?: number | undefined;
  readonly scaleOutCooldownSeconds?: number | undefined;
}

export interface ScaleProps {
  readonly endpointName: string;
  readonly routing: RoutingStore;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly sageMaker: SageMakerClient;
  /** Undefined if the endpoint does not scale. */
  readonly settings: ScalingSettings | undefined;
}

const VARIANTS: readonly VariantColour[] = ['blue', 'green'];

/**
 * Keeps the endpoint's variants from scaling, whoever let them, or lets the one in production scale. AWS refuses updates of
 * an endpoint that remove a variant which scales, or give it other instances. While a release is under way nothing begins to
 * scale: that release will see to it.
 */
export async function scaleEndpoint(event: unknown, props: ScaleProps): Promise<void> {
  const { scales } = checkDocument(scalingOrder, event, 'order about scaling');
  if (!scales) return stopScaling(props);
  const { settings, routing } = props;
  const { production, candidate } = await routing.read();
  if (!settings || !production || candidate || !(await isThere(props))) return;
  await startScaling(production.variant, settings, props);
  // One that began meanwhile had nothing to stop yet.
  if ((await routing.read()).candidate) await stopScaling(props);
}

/** An endpoint that could not be brought back has been told already. */
async function isThere({ endpointName, sageMaker }: ScaleProps): Promise<boolean> {
  const endpoint = await sageMaker
    .send(new DescribeEndpointCommand({ EndpointName: endpointName }))
    .catch(ignoreMissing);
  return endpoint?.EndpointStatus === 'InService';
}

/** A variant that does not scale is no error. Its policies go with it. */
async function stopScaling({ endpointName, autoScaling }: ScaleProps): Promise<void> {
  for (const variant of VARIANTS) {
    await autoScaling
      .send(new DeregisterScalableTargetCommand(targetOf(endpointName, variant)))
      .catch((error: unknown) => {
        if (!(error instanceof ObjectNotFoundException)) throw error;
      });
  }
}

async function startScaling(
  variant: VariantColour,
  settings: ScalingSettings,
  { endpointName, autoScaling }: ScaleProps,
): Promise<void> {
  const target = targetOf(endpointName, variant);
  const { minCapacity, maxCapacity, metric, targetValue } = settings;
  await autoScaling.send(
    new RegisterScalableTargetCommand({ ...target, MinCapacity: minCapacity, MaxCapacity: maxCapacity }),
  );
  await autoScaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName: `${endpointName}-traffic`,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: targetValue,
        PredefinedMetricSpecification: { PredefinedMetricType: metric as MetricType },
        ScaleInCooldown: settings.scaleInCooldownSeconds,
        ScaleOutCooldown: settings.scaleOutCooldownSeconds,
      },
    }),
  );
}

function targetOf(endpointName: string, variant: VariantColour) {
  return {
    ServiceNamespace: 'sagemaker',
    ResourceId: `endpoint/${endpointName}/variant/${variant}`,
    ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
  } as const;
}

const scalingOrder = z.object({ scales: z.boolean() });
