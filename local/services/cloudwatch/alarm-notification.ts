import type { CompositeAlarm, MetricAlarm, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../../gateway/service';

/** One state of an alarm, with why and since when. */
export interface AlarmState {
  readonly value: string;
  readonly reason: string;
  /** JSON; absent before the first evaluation. */
  readonly reasonData?: string;
  readonly since: Date;
}

export interface Transition {
  readonly alarm: MetricAlarm | CompositeAlarm;
  readonly previous: AlarmState;
  readonly current: AlarmState;
}

export function isComposite(alarm: MetricAlarm | CompositeAlarm): alarm is CompositeAlarm {
  return 'AlarmRule' in alarm;
}

/** The detail of the event `CloudWatch Alarm State Change`. */
export function eventDetail(transition: Transition): object {
  const { alarm, previous, current } = transition;
  return {
    alarmName: alarm.AlarmName,
    state: eventState(current),
    previousState: eventState(previous),
    configuration: eventConfiguration(alarm),
  };
}

/** What an alarm's Lambda function receives. */
export function functionPayload(transition: Transition, cloud: Cloud): object {
  return {
    source: 'aws.cloudwatch',
    alarmArn: transition.alarm.AlarmArn,
    accountId: cloud.account,
    time: awsTime(transition.current.since),
    region: cloud.region,
    alarmData: eventDetail(transition),
  };
}

/** What an alarm's topic receives. */
export function topicMessage(
  { alarm, previous, current }: Transition,
  cloud: Cloud,
): {
  readonly subject: string;
  readonly message: object;
} {
  const region = REGION_NAMES[cloud.region] ?? cloud.region;
  return {
    // SNS takes at most 100 characters.
    subject: `${current.value}: "${alarm.AlarmName}" in ${region}`.slice(0, 100),
    message: {
      AlarmName: alarm.AlarmName,
      AlarmDescription: alarm.AlarmDescription ?? null,
      AWSAccountId: cloud.account,
      AlarmConfigurationUpdatedTimestamp: awsTime(alarm.AlarmConfigurationUpdatedTimestamp as Date),
      NewStateValue: current.value,
      NewStateReason: current.reason,
      StateChangeTime: awsTime(current.since),
      Region: region,
      AlarmArn: alarm.AlarmArn,
      OldStateValue: previous.value,
      OKActions: alarm.OKActions ?? [],
      AlarmActions: alarm.AlarmActions ?? [],
      InsufficientDataActions: alarm.InsufficientDataActions ?? [],
      ...(isComposite(alarm) ? { AlarmRule: alarm.AlarmRule } : { Trigger: trigger(alarm) }),
    },
  };
}

/** `2019-10-02T17:04:40.989+0000` */
export function awsTime(date: Date): string {
  return date.toISOString().replace('Z', '+0000');
}

function eventState({ value, reason, reasonData, since }: AlarmState): object {
  return { value, reason, reasonData, timestamp: awsTime(since) };
}

function eventConfiguration(alarm: MetricAlarm | CompositeAlarm): object {
  if (isComposite(alarm)) {
    return {
      alarmRule: alarm.AlarmRule,
      ...(alarm.AlarmDescription !== undefined && { description: alarm.AlarmDescription }),
    };
  }
  return {
    ...(alarm.AlarmDescription !== undefined && { description: alarm.AlarmDescription }),
    metrics: queriesOf(alarm).map((query) => ({
      id: query.Id,
      expression: query.Expression,
      label: query.Label,
      metricStat: query.MetricStat && {
        metric: {
          namespace: query.MetricStat.Metric?.Namespace,
          name: query.MetricStat.Metric?.MetricName,
          dimensions: Object.fromEntries(
            (query.MetricStat.Metric?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]),
          ),
        },
        period: query.MetricStat.Period,
        stat: query.MetricStat.Stat,
      },
      returnData: query.ReturnData ?? true,
    })),
  };
}

/** The queries of an alarm; one on a single metric has one query of that metric. */
export function queriesOf(alarm: MetricAlarm): readonly MetricDataQuery[] {
  if (alarm.Metrics?.length) return alarm.Metrics;
  return [
    {
      Id: 'm1',
      ReturnData: true,
      MetricStat: {
        Metric: { Namespace: alarm.Namespace, MetricName: alarm.MetricName, Dimensions: alarm.Dimensions },
        Period: alarm.Period,
        Stat: alarm.Statistic ?? alarm.ExtendedStatistic,
        Unit: alarm.Unit,
      },
    },
  ];
}

function trigger(alarm: MetricAlarm): object {
  const rule = {
    Period: alarm.Period,
    EvaluationPeriods: alarm.EvaluationPeriods,
    DatapointsToAlarm: alarm.DatapointsToAlarm,
    ComparisonOperator: alarm.ComparisonOperator,
    Threshold: alarm.Threshold,
    TreatMissingData: alarm.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: alarm.EvaluateLowSampleCountPercentile ?? '',
  };
  if (alarm.Metrics?.length) return { ...rule, Metrics: alarm.Metrics };
  return {
    MetricName: alarm.MetricName,
    Namespace: alarm.Namespace,
    StatisticType: alarm.Statistic ? 'Statistic' : 'ExtendedStatistic',
    ...(alarm.Statistic
      ? { Statistic: alarm.Statistic.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase() }
      : { ExtendedStatistic: alarm.ExtendedStatistic }),
    Unit: alarm.Unit ?? null,
    Dimensions: (alarm.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
    ...rule,
  };
}

const REGION_NAMES: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-2': 'US West (Oregon)',
  'eu-west-1': 'EU (Ireland)',
  'eu-central-1': 'EU (Frankfurt)',
};
