import { tagsOf } from '../runtime/ownership';
import type { PipelineContext } from '../runtime/pipeline-context';
import { call, choose, jsonata, type State, type States, unless, wait } from '../runtime/states';

/** Endpoints take minutes; asking more often only costs state transitions. */
export const POLL_SECONDS = 15;

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
  capturePercentage: number,
  transition: { readonly next: string; readonly catchTo: string },
): State {
  return call(
    'sagemaker:createEndpointConfig',
    {
      EndpointConfigName: jsonata(name),
      ProductionVariants: jsonata(production),
      ...(shadow && { ShadowProductionVariants: jsonata(shadow) }),
      DataCaptureConfig: dataCapture(context, capturePercentage),
      Tags: tagsOf(context),
    },
    transition,
  );
}

/** What an endpoint records, as SageMaker takes it. */
export function dataCapture({ bucket }: PipelineContext, percentage: number): object {
  return {
    EnableCapture: percentage > 0,
    InitialSamplingPercentage: percentage,
    DestinationS3Uri: `s3://${bucket.bucketName}/capture`,
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

/** Wait, look, decide: until the endpoint is in service, with the config that was asked for. */
export function waitForEndpoint(purpose: string, { ready, failed, config }: EndpointWait): States {
  const isReady = `$endpoint.EndpointStatus = 'InService'${config ? ` and $endpoint.EndpointConfigName = ${config}` : ''}`;
  return {
    [`WaitFor${purpose}`]: wait(POLL_SECONDS, `Describe${purpose}`),
    [`Describe${purpose}`]: call(
      'sagemaker:describeEndpoint',
      { EndpointName: '{% $plan.endpointName %}' },
      {
        next: `${purpose}Ready`,
        catchTo: failed,
        assign: {
          endpoint: jsonata(
            "{'EndpointStatus': $states.result.EndpointStatus, 'EndpointConfigName': $states.result.EndpointConfigName, " +
              "'FailureReason': $exists($states.result.FailureReason) ? $states.result.FailureReason : 'no reason given'}",
          ),
        },
      },
    ),
    [`${purpose}Ready`]: choose(
      [
        [isReady, ready],
        [
          "$endpoint.EndpointStatus in ['Creating', 'Updating', 'SystemUpdating', 'RollingBack']",
          `WaitFor${purpose}`,
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
      { EndpointName: context.pipelineName, EndpointConfigName: jsonata(config), ...parameters },
      { next, catchTo: `${name}Refused` },
    ),
    [`${name}Refused`]: unless(BUSY, { next: `WaitFor${name}`, otherwise: 'RestoreChampion' }),
    ...waitForEndpoint(name, { ready: `${name}IsDone`, failed: 'RestoreChampion' }),
    [`${name}IsDone`]: choose([[`$endpoint.EndpointConfigName = ${config}`, next]], name),
  };
}

/** What SageMaker says while something else is being done to an endpoint: somebody's change, or one whose answer was lost. */
export const BUSY = 'in-progress';
