import {
  type ApplicationAutoScalingClient,
  type MetricType,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { ScaleEndpointRequest } from '../../contracts/functions/release';
import type { ScalingSettings } from '../../contracts/hosting';
import type { VariantName } from '../../contracts/routing';
import { logger } from '../aws/logger';
import { EndpointNotOursError, OwnEndpoint } from '../aws/own-endpoint';
import { requestSchema } from '../aws/request-schema';
import type { RoutingStore } from '../aws/routing-store';
import { scalableTarget, stopScaling } from '../aws/scaling-targets';
import { deleteWakingAlarm, putWakingPolicy } from '../aws/waking-policy';
import { checkDocument } from '../domain/records/document';
import { variantName } from '../domain/records/variant-name';
import type { Owner } from '../domain/release/ownership';

export interface ScaleProps extends Owner {
  readonly endpointName: string;
  readonly routing: RoutingStore;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly cloudWatch: CloudWatchClient;
  readonly sageMaker: SageMakerClient;
  /** Undefined if the endpoint does not scale. */
  readonly settings: ScalingSettings | undefined;
  /** Alarm of an asynchronous endpoint on requests that no instance is there for. */
  readonly wakingAlarm?: string | undefined;
}

/**
 * Keeps the endpoint's variants from scaling, whoever let them, or lets the one in production scale. AWS
 * refuses updates of an endpoint that remove a variant which scales, or give it other instances. While a
 * release is in progress nothing begins to scale: that release will see to it.
 *
 * @throws EndpointNotOursError if nothing is to scale, and somebody else has an endpoint of the name
 */
export async function scaleEndpoint(event: unknown, props: ScaleProps): Promise<void> {
  const { scales, undone } = checkDocument(scalingOrder, event, 'order about scaling');
  const { settings, routing } = props;
  // IAM cannot tell one endpoint's instances from another's.
  const endpoint = await new OwnEndpoint(props.sageMaker, props.endpointName, props)
    .describe()
    .catch((error: unknown) => {
      // Of somebody else's endpoint nothing is resumed. The release has been recorded, and its end does not
      // fail for it.
      if (scales && error instanceof EndpointNotOursError) return undefined;
      throw error;
    });
  const variants = (endpoint?.ProductionVariants ?? []).map(({ VariantName = '' }) => VariantName);
  if (!scales) return stopAll(variants, props);
  // An endpoint that could not be restored has been reported already.
  if (!settings || endpoint?.EndpointStatus !== 'InService') return;
  const variant = await servingVariant(routing, undone);
  if (variant === undefined) return;
  await startScaling(variant, settings, props);
  // A release that began meanwhile had nothing to stop yet.
  if ((await servingVariant(routing, undone)) === undefined) await stopAll(variants, props);
}

async function stopAll(
  variants: readonly VariantName[],
  { autoScaling, cloudWatch, endpointName, wakingAlarm }: ScaleProps,
): Promise<void> {
  await stopScaling(autoScaling, endpointName, variants);
  if (wakingAlarm !== undefined) await deleteWakingAlarm(wakingAlarm, cloudWatch);
}

/**
 * The variant that has the traffic; undefined if there is none, or while a release is in progress. A release
 * that was rolled back is not, even if that could not be recorded; and if the routing document cannot be
 * read, no other can begin.
 */
async function servingVariant(
  routing: RoutingStore,
  undone: UndoneRelease | undefined,
): Promise<VariantName | undefined> {
  const live = await routing.read().catch((error: Error) => {
    if (undone?.championVariant == null) throw error;
    logger.error('the routing document could not be read', error);
    return undefined;
  });
  if (!live) return undone?.championVariant ?? undefined;
  const { production, candidate } = live;
  return candidate && candidate.releaseId !== undone?.releaseId ? undefined : production?.variant;
}

async function startScaling(
  variant: VariantName,
  settings: ScalingSettings,
  { endpointName, autoScaling, cloudWatch, wakingAlarm: alarmName }: ScaleProps,
): Promise<void> {
  const target = scalableTarget(endpointName, variant);
  const { minCapacity, maxCapacity, targetValue } = settings;
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
        ...metricSpecification(settings, endpointName),
        ScaleInCooldown: settings.scaleInCooldownSeconds,
        ScaleOutCooldown: settings.scaleOutCooldownSeconds,
      },
    }),
  );
  if (alarmName !== undefined && minCapacity === 0)
    await putWakingPolicy(variant, { endpointName, alarmName, autoScaling, cloudWatch });
}

/**
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html for one of the endpoint
 */
function metricSpecification({ metric, isOfEndpoint }: ScalingSettings, endpointName: string) {
  if (!isOfEndpoint) return { PredefinedMetricSpecification: { PredefinedMetricType: metric as MetricType } };
  return {
    CustomizedMetricSpecification: {
      MetricName: metric,
      Namespace: 'AWS/SageMaker',
      Dimensions: [{ Name: 'EndpointName', Value: endpointName }],
      Statistic: 'Average' as const,
    },
  };
}

type UndoneRelease = NonNullable<ScaleEndpointRequest['undone']>;

const scalingOrder = requestSchema(
  'scale-endpoint',
  z.object({
    scales: z.boolean(),
    undone: z.optional(z.object({ releaseId: z.string(), championVariant: z.nullable(variantName) })),
  }),
);
