import * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError, NotImplementedError, onlySupports } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { validateActions } from './alarm-actions';
import { isComposite } from './alarm-notification';
import { type Alarm, Alarms } from './alarms';
import { parseCompositeRule } from './composite-rule';
import { Dashboards } from './dashboards';
import { metricAlarm } from './metric-alarm';
import { samplesOf } from './metric-data';
import { identityOf, MetricQueries, validatePeriod, validateQueries } from './metric-query';
import { MetricStore, single } from './metric-store';
import { alarmResource, compositeAlarmResource, dashboardResource } from './resources';
import { parseStatistic, percentOf } from './statistics';

const METRICS_PAGE = 500;
const ALARMS_PAGE = 50;
const MOST_DATAPOINTS = 1_440;
const RECENTLY_ACTIVE_MILLISECONDS = 3 * 3_600_000;

/** CloudWatch: metrics, alarms and dashboards. */
export class CloudWatchService implements Service {
  readonly name = 'monitoring';
  readonly sdk = sdk;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::CloudWatch::Alarm': alarmResource,
    'AWS::CloudWatch::CompositeAlarm': compositeAlarmResource,
    'AWS::CloudWatch::Dashboard': dashboardResource,
  };
  private readonly store: MetricStore;
  private readonly alarms: Alarms;
  private readonly dashboards: Dashboards;
  private readonly tags: Map<string, Record<string, string>>;

  constructor(private readonly cloud: Cloud) {
    this.store = new MetricStore(cloud.table('cloudwatch/metrics'));
    this.alarms = new Alarms(cloud, this.store);
    this.dashboards = new Dashboards(cloud);
    this.tags = cloud.table('cloudwatch/tags');
  }

  readonly operations: Operations<typeof sdk> = {
    PutMetricData: (input) => {
      onlySupports('PutMetricData', input, ['Namespace', 'MetricData', 'StrictEntityValidation']);
      const namespace = input.Namespace as string;
      if (namespace.startsWith('AWS/')) {
        throw invalidValue('The value AWS/ for parameter Namespace is invalid.');
      }
      const now = this.cloud.clock.now();
      const samples = (input.MetricData ?? []).map((datum, i) => samplesOf(namespace, datum, i + 1, now));
      for (const { identity, sample } of samples) this.store.add(identity, sample);
      return {};
    },

    ListMetrics: (input) => {
      onlySupports('ListMetrics', input, [
        'Namespace',
        'MetricName',
        'Dimensions',
        'NextToken',
        'RecentlyActive',
      ]);
      const since =
        input.RecentlyActive === undefined ? 0 : this.cloud.clock.now() - RECENTLY_ACTIVE_MILLISECONDS;
      const found = this.store
        .list()
        .filter(
          ({ namespace, name, dimensions, active }) =>
            (input.Namespace ?? namespace) === namespace &&
            (input.MetricName ?? name) === name &&
            (input.Dimensions ?? []).every(
              ({ Name, Value }) =>
                dimensions[Name as string] !== undefined &&
                (Value ?? dimensions[Name as string]) === dimensions[Name as string],
            ) &&
            active >= since,
        );
      const { page, nextToken } = paginate(found, METRICS_PAGE, input.NextToken);
      return {
        Metrics: page.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        NextToken: nextToken,
      };
    },

    GetMetricStatistics: (input) => {
      const period = input.Period as number;
      validatePeriod(period);
      const names = [...(input.Statistics ?? []), ...(input.ExtendedStatistics ?? [])];
      if (names.length === 0) {
        throw new AwsError(
          'MissingRequiredParameterException',
          'Must specify either Statistics or ExtendedStatistics',
        );
      }
      const [start, end] = [alignDown(input.StartTime, period), (input.EndTime as Date).getTime()];
      if (start >= end)
        throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
      const requested = Math.ceil((end - start) / (period * 1000));
      if (requested > MOST_DATAPOINTS) {
        throw new AwsError(
          'InvalidParameterCombinationException',
          `You have requested up to ${requested} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
        );
      }
      const identity = identityOf(input);
      const statistics = names.map((name) => [name, parseStatistic(name)] as const);
      const units = input.Unit === undefined ? this.store.units(identity) : [input.Unit];
      const datapoints = units.flatMap((unit) => {
        const aggregates = this.store.read(identity, { start, end, period: period * 1000, unit });
        return [...aggregates].map(([time, aggregate]): sdk.Datapoint => {
          const values = statistics.map(([name, statistic]) => [name, statistic(aggregate)] as const);
          const extended = values.filter(
            ([name, value]) => percentOf(name) !== undefined && value !== undefined,
          );
          return {
            Timestamp: new Date(time),
            Unit: unit as sdk.StandardUnit,
            ...Object.fromEntries(values.filter(([name]) => percentOf(name) === undefined)),
            ...(input.ExtendedStatistics && {
              ExtendedStatistics: Object.fromEntries(extended) as Record<string, number>,
            }),
          };
        });
      });
      const byTime = (a: sdk.Datapoint, b: sdk.Datapoint) => Number(a.Timestamp) - Number(b.Timestamp);
      return { Label: input.MetricName, Datapoints: datapoints.sort(byTime) };
    },

    GetMetricData: (input) => {
      onlySupports('GetMetricData', input, [
        'MetricDataQueries',
        'StartTime',
        'EndTime',
        'ScanBy',
        'MaxDatapoints',
        'NextToken',
        'LabelOptions',
      ]);
      const queries = input.MetricDataQueries ?? [];
      validateQueries(queries);
      const end = (input.EndTime as Date).getTime();
      const values = new MetricQueries(queries, this.store, (period) => ({
        start: alignDown(input.StartTime, period),
        end,
      }));
      const results = queries
        .filter(({ ReturnData }) => ReturnData !== false)
        .map((query): sdk.MetricDataResult => {
          const points = [...values.evaluate(query.Id as string)];
          if (input.ScanBy !== 'TimestampAscending') points.reverse();
          return {
            Id: query.Id,
            Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
            Timestamps: points.map(([time]) => new Date(time)),
            Values: points.map(([, value]) => value),
            StatusCode: 'Complete',
          };
        });
      return { MetricDataResults: results, Messages: [] };
    },

    PutMetricAlarm: (input) => {
      const alarm = metricAlarm(input, this.alarmArn(input.AlarmName as string));
      const existing = this.alarms.all.get(input.AlarmName as string);
      if (existing && isComposite(existing)) throw otherType(input.AlarmName as string, 'composite');
      this.alarms.put(alarm);
      if (!existing) this.tag(alarm.AlarmArn as string, input.Tags);
      return {};
    },

    PutCompositeAlarm: (input) => {
      onlySupports('PutCompositeAlarm', input, [
        'AlarmName',
        'AlarmDescription',
        'AlarmRule',
        'ActionsEnabled',
        'AlarmActions',
        'OKActions',
        'InsufficientDataActions',
        'Tags',
      ]);
      const { Tags, ...configuration } = input;
      const name = input.AlarmName as string;
      const existing = this.alarms.all.get(name);
      if (existing && !isComposite(existing)) throw otherType(name, 'metric');
      this.validateRule(name, input.AlarmRule as string);
      const actions = [input.AlarmActions, input.OKActions, input.InsufficientDataActions];
      validateActions(
        name,
        actions.flatMap((arns) => arns ?? []),
      );
      this.alarms.put({
        ...configuration,
        ActionsEnabled: input.ActionsEnabled ?? true,
        AlarmArn: this.alarmArn(name),
      });
      if (!existing) this.tag(this.alarmArn(name), Tags);
      return {};
    },

    DescribeAlarms: (input) => {
      onlySupports('DescribeAlarms', input, [
        'AlarmNames',
        'AlarmNamePrefix',
        'AlarmTypes',
        'StateValue',
        'ActionPrefix',
        'MaxRecords',
        'NextToken',
      ]);
      const types = input.AlarmTypes?.length ? input.AlarmTypes : ['MetricAlarm'];
      const found = this.sortedAlarms().filter(
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
      const found = this.sortedAlarms().filter(
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
      const histories = [...this.alarms.history].filter(([name]) => (input.AlarmName ?? name) === name);
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
      if (!this.alarms.all.has(name))
        throw new AwsError('ResourceNotFound', `Alarm with name ${name} does not exist`);
      this.alarms.setState(
        name,
        input.StateValue as sdk.StateValue,
        input.StateReason as string,
        input.StateReasonData,
      );
      return {};
    },

    EnableAlarmActions: (input) => this.enableActions(input.AlarmNames, true),
    DisableAlarmActions: (input) => this.enableActions(input.AlarmNames, false),

    DeleteAlarms: (input) => {
      const names = input.AlarmNames ?? [];
      for (const name of names) {
        const parent = this.alarms
          .parentsOf(name)
          .find(({ AlarmName }) => !names.includes(AlarmName as string));
        if (parent) {
          throw new AwsError(
            'ValidationException',
            `Cannot delete ${name} as there are composite alarm(s) depending on it: ${parent.AlarmName}`,
          );
        }
      }
      for (const name of names) {
        this.alarms.delete(name);
        this.tags.delete(this.alarmArn(name));
      }
      this.alarms.arm();
      return {};
    },

    PutDashboard: (input) => {
      onlySupports('PutDashboard', input, ['DashboardName', 'DashboardBody']);
      this.dashboards.put(input.DashboardName as string, input.DashboardBody as string);
      return { DashboardValidationMessages: [] };
    },

    GetDashboard: (input) => {
      const { name, body } = this.dashboards.get(input.DashboardName as string);
      return { DashboardName: name, DashboardArn: this.dashboards.arn(name), DashboardBody: body };
    },

    ListDashboards: (input) => ({ DashboardEntries: this.dashboards.list(input.DashboardNamePrefix ?? '') }),

    DeleteDashboards: (input) => {
      this.dashboards.delete(input.DashboardNames ?? []);
      return {};
    },

    TagResource: (input) => {
      this.tag(this.taggable(input.ResourceARN), input.Tags);
      return {};
    },

    UntagResource: (input) => {
      const tags = { ...this.tags.get(this.taggable(input.ResourceARN)) };
      for (const name of input.TagKeys ?? []) delete tags[name];
      this.tags.set(input.ResourceARN as string, tags);
      return {};
    },

    ListTagsForResource: (input) => {
      const tags = this.tags.get(this.taggable(input.ResourceARN)) ?? {};
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const action = `cloudwatch:${operation}`;
    if (operation === 'PutMetricData') {
      return [{ action, resource: '*', context: { 'cloudwatch:namespace': input.Namespace as string } }];
    }
    if (input.ResourceARN) return [{ action, resource: input.ResourceARN as string }];
    const dashboards = list(input.DashboardName ?? input.DashboardNames);
    if (dashboards.length > 0)
      return dashboards.map((name) => ({ action, resource: this.dashboards.arn(name) }));
    if (!operation.includes('Alarm')) return [{ action, resource: '*' }];
    const alarms = list(input.AlarmName ?? input.AlarmNames);
    return (alarms.length > 0 ? alarms : ['*']).map((name) => ({ action, resource: this.alarmArn(name) }));
  }

  async start(): Promise<void> {
    this.alarms.arm();
  }

  async stop(): Promise<void> {
    this.alarms.stop();
  }

  /**
   * Records a value as an AWS service does, also below `AWS/`.
   *
   * @param unit of CloudWatch, e.g. `Microseconds`; default `None`
   * @param timestamp default now
   */
  record(
    namespace: string,
    metricName: string,
    dimensions: Record<string, string>,
    value: number,
    unit = 'None',
    timestamp: Date = this.cloud.clock.date(),
  ): void {
    this.store.add(
      { namespace, name: metricName, dimensions: { ...dimensions } },
      { unit, time: timestamp.getTime(), isHighResolution: false, aggregate: single(value) },
    );
  }

  private validateRule(name: string, rule: string): void {
    const { alarmNames } = parseCompositeRule(rule);
    const unknown = alarmNames.filter((other) => other !== name && !this.alarms.all.has(other));
    if (unknown.length > 0) {
      throw new AwsError(
        'ValidationException',
        `AlarmRule must not reference alarms that do not exist: ${unknown.join(', ')}`,
      );
    }
    if (this.dependsOn(alarmNames, name)) {
      throw new NotImplementedError(`composite alarms that depend on themselves (${name})`);
    }
  }

  private dependsOn(alarmNames: readonly string[], name: string): boolean {
    return alarmNames.some((other) => {
      const alarm = this.alarms.all.get(other);
      if (other === name) return true;
      return (
        alarm !== undefined &&
        isComposite(alarm) &&
        this.dependsOn(parseCompositeRule(alarm.AlarmRule as string).alarmNames, name)
      );
    });
  }

  private enableActions(names: readonly string[] | undefined, enabled: boolean) {
    for (const name of names ?? []) {
      const alarm = this.alarms.all.get(name);
      if (alarm) this.alarms.all.set(name, { ...alarm, ActionsEnabled: enabled });
    }
    return {};
  }

  private sortedAlarms(): Alarm[] {
    return [...this.alarms.all.values()].sort((a, b) =>
      (a.AlarmName as string) < (b.AlarmName as string) ? -1 : 1,
    );
  }

  private taggable(arn: string | undefined): string {
    if (!arn || !this.alarms.all.has(arn.split(':alarm:')[1] ?? '')) {
      throw new AwsError('ResourceNotFoundException', `Resource ${arn} does not exist`);
    }
    return arn;
  }

  private tag(arn: string, tags: readonly sdk.Tag[] | undefined): void {
    const merged = { ...this.tags.get(arn) };
    for (const { Key, Value } of tags ?? []) merged[Key as string] = Value as string;
    this.tags.set(arn, merged);
  }

  private alarmArn(name: string): string {
    return this.cloud.arn('cloudwatch', `alarm:${name}`);
  }
}

function alignDown(date: Date | undefined, periodSeconds: number): number {
  const step = periodSeconds * 1000;
  return Math.floor((date as Date).getTime() / step) * step;
}

function sorted(dimensions: readonly sdk.Dimension[] | undefined): sdk.Dimension[] {
  return [...(dimensions ?? [])].sort((a, b) => ((a.Name as string) < (b.Name as string) ? -1 : 1));
}

function allActions(alarm: Alarm): string[] {
  return [alarm.AlarmActions, alarm.OKActions, alarm.InsufficientDataActions].flatMap((arns) => arns ?? []);
}

function list(value: unknown): string[] {
  return ([value].flat() as (string | undefined)[]).filter((one) => one !== undefined);
}

function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

function otherType(name: string, kind: string): AwsError {
  return new AwsError('ValidationException', `A ${kind} alarm with the name ${name} already exists.`);
}
