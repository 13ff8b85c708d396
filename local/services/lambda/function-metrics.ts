import type { Cloud } from '../../gateway/service';
import type { CloudWatchService } from '../cloudwatch/cloudwatch-service';

export interface InvokedFunction {
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  readonly executedVersion?: string | undefined;
}

/**
 * Publishes a value of `AWS/Lambda` for the account, the function, and the alias or version that was called.
 */
export function recordMetric(
  cloud: Cloud,
  { functionName, qualifier, executedVersion }: InvokedFunction,
  metricName: string,
  value: number,
  unit: 'Count' | 'Milliseconds' = 'Count',
): void {
  const monitoring = cloud.service<CloudWatchService>('monitoring');
  const resource = {
    FunctionName: functionName,
    Resource: qualifier ? `${functionName}:${qualifier}` : functionName,
  };
  const dimensionSets: Record<string, string>[] = [{}, { FunctionName: functionName }, resource];
  if (qualifier && executedVersion) dimensionSets.push({ ...resource, ExecutedVersion: executedVersion });
  for (const dimensions of dimensionSets)
    monitoring.record('AWS/Lambda', metricName, dimensions, value, unit);
}
