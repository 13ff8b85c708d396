import type { Cloud } from '../../../gateway/service';
import type { CloudWatchService } from '../../cloudwatch/cloudwatch-service';
import type { ServerlessUse } from './running-variant';
import type { DeployedVariant, StoredEndpoint } from './stored-endpoint';

export interface MeasuredInvocation {
  /** Of the container; 0 if it did not answer. */
  readonly status: number;
  /** Microseconds. */
  readonly modelLatency: number;
  /** Microseconds. */
  readonly overheadLatency: number;
  /** Only of a variant without instances. */
  readonly serverless?: ServerlessUse | undefined;
}

/**
 * Publishes the metrics of one request in `AWS/SageMaker`, for the variant and for its deployment.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html "SageMaker AI endpoint
 * invocation metrics", and for serverless endpoints, of which the list is exhaustive,
 * https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-monitoring.html
 */
export function recordInvocation(
  cloud: Cloud,
  { name, deployment }: Pick<StoredEndpoint, 'name' | 'deployment'>,
  variant: DeployedVariant,
  { status, modelLatency, overheadLatency, serverless }: MeasuredInvocation,
): void {
  const monitoring = cloud.service<CloudWatchService>('monitoring');
  const time = cloud.clock.date();
  const ofVariant = { EndpointName: name, VariantName: variant.name };
  const ofDeployment = { ...ofVariant, EndpointConfigName: deployment.configName };
  const record = (metric: string, value: number, unit = 'None') => {
    for (const dimensions of [ofVariant, ofDeployment])
      monitoring.record('AWS/SageMaker', metric, dimensions, value, unit, time);
  };
  const isIn = (from: number, to: number) => (status >= from && status < to ? 1 : 0);
  // The list of asynchronous endpoints is exhaustive, too: .../dg/async-inference-monitor.html
  if (!deployment.asynchronous) record('Invocations', 1);
  record('Invocation4XXErrors', isIn(400, 500));
  record('Invocation5XXErrors', isIn(500, 600));
  record('ModelLatency', modelLatency, 'Microseconds');
  if (deployment.asynchronous) return;
  record('OverheadLatency', overheadLatency, 'Microseconds');
  if (!serverless) {
    record('InvocationsPerInstance', 1 / variant.instanceCount);
    record('InvocationModelErrors', isIn(200, 300) === 1 ? 0 : 1);
    return;
  }
  const { utilization, provisioned, setup } = serverless;
  record('ServerlessConcurrentExecutionsUtilization', utilization);
  if (setup !== undefined) record('ModelSetupTime', setup, 'Microseconds');
  if (!provisioned) return;
  record('ServerlessProvisionedConcurrencyExecutions', provisioned.executions, 'Count');
  record('ServerlessProvisionedConcurrencyUtilization', provisioned.utilization);
  const counted = provisioned.isSpilled ? 'SpilloverInvocations' : 'Invocations';
  record(`ServerlessProvisionedConcurrency${counted}`, 1, 'Count');
}
