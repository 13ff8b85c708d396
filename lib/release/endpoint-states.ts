import { volumeKey } from '../platform/encryption';
import { tagsOf } from '../runtime/ownership';
import type { PipelineContext } from '../runtime/pipeline-context';
import { backoff, call, choose, jsonata, type State, type States, unless, wait } from '../runtime/states';
import { capturePercentageOf, type EndpointHosting } from '../serving/endpoint-hosting';
import { assignRelease, PLAN, RELEASE } from './release-variables';

/** Endpoints take minutes; asking more often only costs state transitions. */
export const POLL_SECONDS = 15;

/**
 * Polls of the endpoint in one release, all waits together. A poll takes 9 of the 25,000 events that an
 * execution may have. One wait of twelve hours takes 102 polls; SageMaker allows a deployment eight
 * (`MaximumExecutionTimeoutInSeconds`).
 */
const MOST_LOOKS = 450;

/** Variables that waits for the endpoint start from. */
export const ENDPOINT_VARIABLES = { endpointLooks: 0 };

const MAY_LOOK = `${RELEASE.endpointLooks} < ${MOST_LOOKS}`;
/** A poll of the endpoint. */
const COUNTED = { endpointLooks: jsonata(`${RELEASE.endpointLooks} + 1`) };

/** After a `catchTo`: waits if the endpoint is being updated, unless that has gone on for too long. */
export function ifBusy(next: string): State {
  return unless(BUSY, {
    next,
    otherwise: 'RestoreChampion',
    and: ` and ${MAY_LOOK}`,
    assign: assignRelease(COUNTED),
  });
}

/** JSONata of the variants of an endpoint config. */
export interface ConfigVariants {
  readonly production: string;
  /** @default - no shadow */
  readonly shadow?: string;
}

export function endpointConfig(
  name: string,
  { production, shadow }: ConfigVariants,
  context: PipelineContext,
  hosting: EndpointHosting,
  transition: { readonly next: string; readonly catchTo: string },
): State {
  return call(
    'sagemaker:createEndpointConfig',
    {
      EndpointConfigName: jsonata(name),
      ProductionVariants: jsonata(production),
      ...(shadow && { ShadowProductionVariants: jsonata(shadow) }),
      DataCaptureConfig: dataCapture(context, hosting),
      AsyncInferenceConfig: asyncInference(context, hosting),
      KmsKeyId: endpointVolumeKey(context, hosting),
      Tags: tagsOf(context),
    },
    transition,
  );
}

/** Key of the endpoint's volumes; undefined for one that AWS owns. */
export function endpointVolumeKey(
  { platform }: PipelineContext,
  hosting: EndpointHosting,
): string | undefined {
  return hosting.kind === 'serverless' ? undefined : volumeKey(platform, hosting.instanceType);
}

/** How an endpoint queues and answers requests in S3; undefined if it answers at once. */
export function asyncInference(
  { bucket, platform }: PipelineContext,
  hosting: EndpointHosting,
): object | undefined {
  if (hosting.kind !== 'asynchronous') return undefined;
  const { maxConcurrencyPerInstance, successTopicArn, errorTopicArn } = hosting;
  const below = (folder: string) => `s3://${bucket.bucketName}/asynchronous/${folder}`;
  return {
    ...(maxConcurrencyPerInstance !== undefined && {
      ClientConfig: { MaxConcurrentInvocationsPerInstance: maxConcurrencyPerInstance },
    }),
    OutputConfig: {
      S3OutputPath: below('answers'),
      S3FailurePath: below('failures'),
      KmsKeyId: platform.encryptionKey?.keyArn,
      ...((successTopicArn ?? errorTopicArn) !== undefined && {
        NotificationConfig: { SuccessTopic: successTopicArn, ErrorTopic: errorTopicArn },
      }),
    },
  };
}

/** What an endpoint records, as SageMaker takes it; undefined if it cannot. */
export function dataCapture(
  { bucket, platform }: PipelineContext,
  hosting: EndpointHosting,
): object | undefined {
  if (hosting.kind !== 'realTime') return undefined;
  const percentage = capturePercentageOf(hosting);
  return {
    EnableCapture: percentage > 0,
    InitialSamplingPercentage: percentage,
    DestinationS3Uri: `s3://${bucket.bucketName}/capture`,
    KmsKeyId: platform.encryptionKey?.keyArn,
    CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
    CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'], JsonContentTypes: ['application/json'] },
  };
}

export interface EndpointWait {
  readonly ready: string;
  readonly failed: string;
  /** JSONata: the config that must be live. A failed update ends in service with the old one. */
  readonly config?: string;
}

/**
 * Wait, poll, decide: until the endpoint is in service with the requested config, or there were too many
 * polls.
 */
export function waitForEndpoint(purpose: string, { ready, failed, config }: EndpointWait): States {
  const isReady = `${RELEASE.endpoint.EndpointStatus} = 'InService'${config ? ` and ${RELEASE.endpoint.EndpointConfigName} = ${config}` : ''}`;
  return {
    [`WaitFor${purpose}`]: wait(POLL_SECONDS, `Describe${purpose}`, assignRelease({ looks: 1, ...COUNTED })),
    [`KeepWaitingFor${purpose}`]: wait(
      backoff(POLL_SECONDS, RELEASE.looks),
      `Describe${purpose}`,
      assignRelease({
        looks: jsonata(`${RELEASE.looks} + 1`),
        ...COUNTED,
      }),
    ),
    [`Describe${purpose}`]: call(
      'sagemaker:describeEndpoint',
      { EndpointName: jsonata(PLAN.endpointName) },
      {
        next: `${purpose}Ready`,
        catchTo: failed,
        assign: assignRelease({
          endpoint: jsonata(
            "{'EndpointStatus': $states.result.EndpointStatus, 'EndpointConfigName': $states.result.EndpointConfigName, " +
              "'FailureReason': $exists($states.result.FailureReason) ? $states.result.FailureReason : 'no reason given'}",
          ),
        }),
      },
    ),
    [`${purpose}Ready`]: choose(
      [
        [isReady, ready],
        [
          `${RELEASE.endpoint.EndpointStatus} in ['Creating', 'Updating', 'SystemUpdating', 'RollingBack'] and ${MAY_LOOK}`,
          `KeepWaitingFor${purpose}`,
        ],
      ],
      failed,
    ),
  };
}

/** Gives the endpoint a config, after what else is being done to it. */
export function updateEndpoint(
  name: string,
  config: string,
  context: PipelineContext,
  next: string,
  parameters: object = {},
): States {
  return {
    [name]: call(
      'sagemaker:updateEndpoint',
      { EndpointName: context.endpointName, EndpointConfigName: jsonata(config), ...parameters },
      { next, catchTo: `${name}Refused` },
    ),
    [`${name}Refused`]: ifBusy(`WaitFor${name}`),
    ...waitForEndpoint(name, { ready: `${name}IsDone`, failed: 'RestoreChampion' }),
    [`${name}IsDone`]: choose([[`${RELEASE.endpoint.EndpointConfigName} = ${config}`, next]], name),
  };
}

/**
 * What SageMaker says while something else is being done to an endpoint: somebody's change, or one whose
 * answer was lost.
 */
const BUSY = 'in-progress';
