import type { Cloud } from '../../gateway/service';
import type { CloudWatchService } from '../cloudwatch/cloudwatch-service';

/**
 * Publishes a value of a stream.
 *
 * @see https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 */
export function recordMetric(
  cloud: Cloud,
  StreamName: string,
  metric: string,
  value: number,
  unit: 'Count' | 'Bytes' | 'Milliseconds' = 'Count',
): void {
  const monitoring = cloud.service<CloudWatchService>('monitoring');
  monitoring.record('AWS/Kinesis', metric, { StreamName }, value, unit);
}
