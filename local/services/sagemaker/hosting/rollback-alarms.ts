import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../../gateway/aws-error';
import type { Principal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';

/** @throws AwsError if one of them does not exist, or may not be seen by who asks */
export async function requireAlarms(
  cloud: Cloud,
  names: readonly string[],
  principal: Principal,
): Promise<void> {
  const found = new Set((await describe(cloud, names, principal)).map(({ AlarmName }) => AlarmName));
  const missing = names.filter((name) => !found.has(name));
  if (missing.length === 0) return;
  throw new AwsError('ValidationException', `Could not find alarms: ${missing.join(', ')}.`);
}

/** Why alarms undo a deployment; undefined if none of them is in ALARM. */
export async function trippedAlarms(
  cloud: Cloud,
  names: readonly string[],
  principal: Principal,
): Promise<string | undefined> {
  try {
    const tripped = (await describe(cloud, names, principal)).filter(
      ({ StateValue }) => StateValue === 'ALARM',
    );
    if (tripped.length === 0) return undefined;
    return `One or more configured alarms went into alarm state: ${tripped.map(({ AlarmName }) => AlarmName).join(', ')}.`;
  } catch (error) {
    return (error as Error).message;
  }
}

async function describe(
  cloud: Cloud,
  AlarmNames: readonly string[],
  principal: Principal,
): Promise<(MetricAlarm | CompositeAlarm)[]> {
  if (AlarmNames.length === 0) return [];
  const AlarmTypes = ['MetricAlarm', 'CompositeAlarm'];
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloud.call<{
    MetricAlarms?: MetricAlarm[];
    CompositeAlarms?: CompositeAlarm[];
  }>('monitoring', 'DescribeAlarms', { AlarmNames, AlarmTypes }, principal);
  return [...MetricAlarms, ...CompositeAlarms];
}
