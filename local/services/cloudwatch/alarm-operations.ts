import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Operations } from '../../gateway/service';
import type { ResourceTags } from '../resource-tags';
import { validateActions } from './alarm-actions';
import { isComposite } from './alarm-notification';
import type { Alarm, Alarms } from './alarms';
import { parseCompositeRule } from './composite-rule';
import { metricAlarm } from './metric-alarm';
import { identityOf } from './metric-query';

const ALARMS_PAGE = 50;

/** Alarms on metrics, and on other alarms. */
export function alarmOperations(alarms: Alarms, tags: ResourceTags) {
  return {
    PutMetricAlarm: (input) => {
      const alarm = metricAlarm(input, alarms.arn(input.AlarmName as string));
      const existing = alarms.all.get(input.AlarmName as string);
      if (existing && isComposite(existing)) throw otherType(input.AlarmName as string, 'composite');
      alarms.put(alarm);
      if (!existing) tags.add(alarm.AlarmArn as string, input.Tags);
      return {};
    },

    PutCompositeAlarm: (input) => {
      const { Tags, ...configuration } = input;
      const name = input.AlarmName as string;
      const existing = alarms.all.get(name);
      if (existing && !isComposite(existing)) throw otherType(name, 'metric');
      validateRule(alarms, name, input.AlarmRule as string);
      const actions = [input.AlarmActions, input.OKActions, input.InsufficientDataActions];
      validateActions(
        name,
        actions.flatMap((arns) => arns ?? []),
      );
      alarms.put({
        ...configuration,
        ActionsEnabled: input.ActionsEnabled ?? true,
        AlarmArn: alarms.arn(name),
      });
      if (!existing) tags.add(alarms.arn(name), Tags);
      return {};
    },

    DescribeAlarms: (input) => {
      const types = input.AlarmTypes?.length ? input.AlarmTypes : ['MetricAlarm'];
      const found = sortedAlarms(alarms).filter(
        (alarm) =>
          types.includes(isComposite(alarm) ? 'CompositeAlarm' : 'MetricAlarm') &&
          (input.AlarmNames ?? [alarm.AlarmName]).includes(alarm.AlarmName) &&
          alarm.AlarmName?.startsWith(input.AlarmNamePrefix ?? '') &&
          (input.StateValue ?? alarm.StateValue) === alarm.StateValue &&
          (input.ActionPrefix === undefined ||
            allActions(alarm).some((arn) => arn.startsWith(input.ActionPrefix as string))),
      );
      const { page, nextToken } = paginate(found, input.MaxRecords ?? ALARMS_PAGE, input.NextToken);
      return {
        MetricAlarms: page.filter((alarm) => !isComposite(alarm)),
        CompositeAlarms: page.filter(isComposite),
        NextToken: nextToken,
      };
    },

    DescribeAlarmsForMetric: (input) => {
      const wanted = JSON.stringify(identityOf({ ...input, Dimensions: sorted(input.Dimensions) }));
      const found = sortedAlarms(alarms).filter(
        (alarm): alarm is sdk.MetricAlarm =>
          !isComposite(alarm) &&
          alarm.MetricName !== undefined &&
          JSON.stringify(identityOf({ ...alarm, Dimensions: sorted(alarm.Dimensions) })) === wanted &&
          (input.Statistic ?? alarm.Statistic) === alarm.Statistic &&
          (input.ExtendedStatistic ?? alarm.ExtendedStatistic) === alarm.ExtendedStatistic &&
          (input.Period ?? alarm.Period) === alarm.Period &&
          (input.Unit ?? alarm.Unit) === alarm.Unit,
      );
      return { MetricAlarms: found };
    },

    DescribeAlarmHistory: (input) => {
      const histories = [...alarms.history].filter(([name]) => (input.AlarmName ?? name) === name);
      const types = input.AlarmTypes?.length ? input.AlarmTypes : ['MetricAlarm'];
      const items = histories
        .flatMap(([, history]) => history)
        .filter(
          ({ AlarmType, HistoryItemType, Timestamp = new Date(0) }) =>
            types.includes(AlarmType as string) &&
            (input.HistoryItemType ?? HistoryItemType) === HistoryItemType &&
            Timestamp >= (input.StartDate ?? Timestamp) &&
            Timestamp <= (input.EndDate ?? Timestamp),
        )
        .sort((a, b) => (a.Timestamp as Date).getTime() - (b.Timestamp as Date).getTime());
      if (input.ScanBy !== 'TimestampAscending') items.reverse();
      const { page, nextToken } = paginate(items, input.MaxRecords ?? 100, input.NextToken);
      return { AlarmHistoryItems: page, NextToken: nextToken };
    },

    SetAlarmState: (input) => {
      const name = input.AlarmName as string;
      if (!alarms.all.has(name))
        throw new AwsError('ResourceNotFound', `Alarm with name ${name} does not exist`);
      alarms.setState(
        name,
        input.StateValue as sdk.StateValue,
        input.StateReason as string,
        input.StateReasonData,
      );
      return {};
    },

    EnableAlarmActions: (input) => enableActions(alarms, input.AlarmNames, true),
    DisableAlarmActions: (input) => enableActions(alarms, input.AlarmNames, false),

    DeleteAlarms: (input) => {
      const names = input.AlarmNames ?? [];
      for (const name of names) {
        const parent = alarms.parentsOf(name).find(({ AlarmName }) => !names.includes(AlarmName as string));
        if (parent) {
          throw new AwsError(
            'ValidationException',
            `Cannot delete ${name} as there are composite alarm(s) depending on it: ${parent.AlarmName}`,
          );
        }
      }
      for (const name of names) {
        alarms.delete(name);
        tags.forget(alarms.arn(name));
      }
      alarms.arm();
      return {};
    },
  } satisfies Operations<typeof sdk>;
}

function validateRule(alarms: Alarms, name: string, rule: string): void {
  const { alarmNames } = parseCompositeRule(rule);
  const unknown = alarmNames.filter((other) => other !== name && !alarms.all.has(other));
  if (unknown.length > 0) {
    throw new AwsError(
      'ValidationException',
      `AlarmRule must not reference alarms that do not exist: ${unknown.join(', ')}`,
    );
  }
  if (dependsOn(alarms, alarmNames, name)) {
    throw new NotImplementedError(`composite alarms that depend on themselves (${name})`);
  }
}

function dependsOn(alarms: Alarms, alarmNames: readonly string[], name: string): boolean {
  return alarmNames.some((other) => {
    const alarm = alarms.all.get(other);
    if (other === name) return true;
    return (
      alarm !== undefined &&
      isComposite(alarm) &&
      dependsOn(alarms, parseCompositeRule(alarm.AlarmRule as string).alarmNames, name)
    );
  });
}

function enableActions(alarms: Alarms, names: readonly string[] | undefined, enabled: boolean) {
  for (const name of names ?? []) {
    const alarm = alarms.all.get(name);
    if (alarm) alarms.all.set(name, { ...alarm, ActionsEnabled: enabled });
  }
  return {};
}

function sortedAlarms(alarms: Alarms): Alarm[] {
  return [...alarms.all.values()].sort((a, b) =>
    (a.AlarmName as string) < (b.AlarmName as string) ? -1 : 1,
  );
}

function sorted(dimensions: readonly sdk.Dimension[] | undefined): sdk.Dimension[] {
  return [...(dimensions ?? [])].sort((a, b) => ((a.Name as string) < (b.Name as string) ? -1 : 1));
}

function allActions(alarm: Alarm): string[] {
  return [alarm.AlarmActions, alarm.OKActions, alarm.InsufficientDataActions].flatMap((arns) => arns ?? []);
}

function otherType(name: string, kind: string): AwsError {
  return new AwsError('ValidationException', `A ${kind} alarm with the name ${name} already exists.`);
}
