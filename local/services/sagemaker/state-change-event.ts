import type { Cloud } from '../../gateway/service';
import type { EventBridgeService } from '../eventbridge/eventbridge-service';

/** Tells EventBridge that something has changed; times in `detail` become milliseconds since the epoch. */
export function emitStateChange(cloud: Cloud, what: string, arn: string, detail: object): void {
  cloud.service<EventBridgeService>('events').emit({
    source: 'aws.sagemaker',
    'detail-type': `SageMaker ${what} State Change`,
    resources: [arn],
    detail: withEpochTimes(detail),
  });
}

function withEpochTimes(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(withEpochTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withEpochTimes(item)]));
}
