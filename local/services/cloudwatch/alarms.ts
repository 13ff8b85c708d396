import type {
  AlarmHistoryItem,
  CompositeAlarm,
  HistoryItemType,
  MetricAlarm,
  MetricDataQuery,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import type { Timer } from '../../gateway/clock';
import type { Cloud } from '../../gateway/service';
import type { EventBridgeService } from '../eventbridge/eventbridge-service';
import { actionsOf, perform } from './alarm-actions';
import {
  type Datapoint,
  EXTRA_PERIODS,
  evaluateAlarm,
  type MissingData,
  type Verdict,
} from './alarm-evaluation';
import {
  type AlarmState,
  awsTime,
  eventDetail,
  isComposite,
  queriesOf,
  type Transition,
} from './alarm-notification';
import { parseCompositeRule } from './composite-rule';
import { MetricQueries, type QueryRange } from './metric-query';
import type { MetricStore } from './metric-store';
import { percentOf } from './statistics';

export type Alarm = MetricAlarm | CompositeAlarm;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KEEP_HISTORY = 30 * DAY;

/**
 * All alarms: their evaluation every minute (ten seconds for high-resolution ones), states, history and
 * actions.
 */
export class Alarms {
  readonly all: Map<string, Alarm>;
  readonly history: Map<string, AlarmHistoryItem[]>;
  private timer: Timer | undefined;

  constructor(
    private readonly cloud: Cloud,
    private readonly store: MetricStore,
  ) {
    this.all = cloud.table('cloudwatch/alarms');
    this.history = cloud.table('cloudwatch/alarm-history');
  }

  arn(name: string): string {
    return this.cloud.arn('cloudwatch', `alarm:${name}`);
  }

  /** @throws AwsError ResourceNotFoundException if it is that of no alarm */
  existingArn(arn: string | undefined): string {
    if (arn && this.all.has(arn.split(':alarm:')[1] ?? '')) return arn;
    throw new AwsError('ResourceNotFoundException', `Resource ${arn} does not exist`);
  }

  /** Keeps an alarm; a new one starts with `INSUFFICIENT_DATA`, an existing one keeps its state. */
  put(configuration: Alarm): void {
    const name = configuration.AlarmName as string;
    const existing = this.all.get(name);
    const now = this.cloud.clock.date();
    this.all.set(name, {
      ...configuration,
      AlarmConfigurationUpdatedTimestamp: now,
      StateValue: existing?.StateValue ?? 'INSUFFICIENT_DATA',
      StateReason: existing?.StateReason ?? 'Unchecked: Initial alarm creation',
      StateReasonData: existing?.StateReasonData,
      StateUpdatedTimestamp: existing?.StateUpdatedTimestamp ?? now,
      StateTransitionedTimestamp: existing?.StateTransitionedTimestamp ?? now,
    });
    const change = existing ? 'updated' : 'created';
    this.remember(name, 'ConfigurationUpdate', `Alarm "${name}" ${change}`, {
      version: '1.0',
      type: existing ? 'Update' : 'Create',
    });
    if (isComposite(configuration)) this.evaluateComposite(name);
    this.arm();
  }

  delete(name: string): void {
    if (this.all.delete(name)) {
      this.remember(name, 'ConfigurationUpdate', `Alarm "${name}" deleted`, {
        version: '1.0',
        type: 'Delete',
      });
    }
  }

  /** Composite alarms that ask for an alarm. */
  parentsOf(name: string): CompositeAlarm[] {
    return [...this.all.values()]
      .filter(isComposite)
      .filter(({ AlarmRule }) => parseCompositeRule(AlarmRule as string).alarmNames.includes(name));
  }

  /** Gives an alarm a state; only a change does its actions. */
  setState(name: string, value: StateValue, reason: string, reasonData?: string): void {
    const alarm = this.all.get(name) as Alarm;
    const now = this.cloud.clock.date();
    const previous: AlarmState = {
      value: alarm.StateValue as string,
      reason: alarm.StateReason as string,
      reasonData: alarm.StateReasonData,
      since: alarm.StateUpdatedTimestamp as Date,
    };
    const isChange = previous.value !== value;
    const changed: Alarm = {
      ...alarm,
      StateValue: value,
      StateReason: reason,
      StateReasonData: reasonData,
      StateUpdatedTimestamp: now,
      ...(isChange && { StateTransitionedTimestamp: now }),
    };
    this.all.set(name, changed);
    if (!isChange) return;
    const transition = { alarm: changed, previous, current: { value, reason, reasonData, since: now } };
    this.announce(transition);
    for (const parent of this.parentsOf(name)) this.evaluateComposite(parent.AlarmName as string);
  }

  /** Sets the timer of the next evaluation, if there is something to evaluate. */
  arm(): void {
    this.timer?.cancel();
    const metricAlarms = [...this.all.values()].filter((alarm) => !isComposite(alarm));
    if (metricAlarms.length === 0) return;
    const step = metricAlarms.some((alarm) => shortestPeriod(alarm) < MINUTE) ? 10 * SECOND : MINUTE;
    const next = (Math.floor(this.cloud.clock.now() / step) + 1) * step;
    this.timer = this.cloud.clock.at(next, () => {
      this.evaluateAll(next);
      this.arm();
    });
  }

  stop(): void {
    this.timer?.cancel();
  }

  private evaluateAll(now: number): void {
    for (const alarm of [...this.all.values()]) {
      if (isComposite(alarm) || now % evaluationInterval(alarm) !== 0) continue;
      try {
        this.evaluate(alarm, now);
      } catch (error) {
        this.cloud.log(
          `monitoring: could not evaluate alarm ${alarm.AlarmName}: ${(error as Error).message}`,
        );
      }
    }
  }

  private evaluate(alarm: MetricAlarm, now: number): void {
    const queries = queriesOf(alarm);
    const evaluationPeriods = alarm.EvaluationPeriods as number;
    const range = (periodSeconds: number): QueryRange => ({
      start: now - (evaluationPeriods + EXTRA_PERIODS) * periodSeconds * SECOND,
      end: now,
    });
    const watched = queries.find(({ ReturnData }) => ReturnData !== false) as MetricDataQuery;
    const values = new MetricQueries(queries, this.store, range);
    const series = values.evaluate(watched.Id as string);
    const period = values.periodOf(watched);
    const datapoints: Datapoint[] = [];
    for (let time = range(period).start; time < now; time += period * SECOND) {
      datapoints.push({ time, value: series.get(time) });
    }
    const sampleCounts = this.sampleCounts(watched, range);
    if (hasTooFewSamples(alarm, evaluationPeriods, datapoints, sampleCounts)) return;
    const verdict = evaluateAlarm(
      {
        comparisonOperator: alarm.ComparisonOperator as string,
        threshold: alarm.Threshold as number,
        evaluationPeriods,
        datapointsToAlarm: alarm.DatapointsToAlarm ?? evaluationPeriods,
        treatMissingData: (alarm.TreatMissingData ?? 'missing') as MissingData,
      },
      datapoints,
    );
    if (!verdict || verdict.state === alarm.StateValue) return;
    const reasonData = this.reasonData(alarm, period, verdict, sampleCounts);
    this.setState(alarm.AlarmName as string, verdict.state, verdict.reason, reasonData);
  }

  /** Samples by period, of an alarm on a metric; undefined for an expression. */
  private sampleCounts(
    { Id, MetricStat }: MetricDataQuery,
    range: (periodSeconds: number) => QueryRange,
  ): ReadonlyMap<number, number> | undefined {
    if (!MetricStat) return undefined;
    const query = { Id, MetricStat: { ...MetricStat, Stat: 'SampleCount' } };
    return new MetricQueries([query], this.store, range).evaluate(Id as string);
  }

  private reasonData(
    alarm: MetricAlarm,
    period: number,
    { evaluated }: Verdict,
    sampleCounts: ReadonlyMap<number, number> | undefined,
  ): string {
    const oldest = evaluated[evaluated.length - 1];
    return JSON.stringify({
      version: '1.0',
      queryDate: awsTime(this.cloud.clock.date()),
      startDate: oldest && awsTime(new Date(oldest.time)),
      unit: alarm.Unit,
      statistic: alarm.Statistic ?? alarm.ExtendedStatistic,
      period,
      recentDatapoints: evaluated.map(({ value }) => value).reverse(),
      threshold: alarm.Threshold,
      evaluatedDatapoints: evaluated.map(({ time, value }) => ({
        timestamp: awsTime(new Date(time)),
        sampleCount: sampleCounts?.get(time),
        value,
      })),
    });
  }

  private evaluateComposite(name: string): void {
    const alarm = this.all.get(name) as CompositeAlarm;
    const rule = parseCompositeRule(alarm.AlarmRule as string);
    const children = rule.alarmNames.flatMap((child) => this.all.get(child) ?? []);
    const isAlarm = rule.holds((child) => this.all.get(child)?.StateValue);
    const value = isAlarm ? 'ALARM' : 'OK';
    if (value === alarm.StateValue) return;
    const latest = children.sort((a, b) => transitionedAt(b) - transitionedAt(a))[0];
    const time = new Date(latest ? transitionedAt(latest) : this.cloud.clock.now());
    const reason = latest
      ? `${latest.AlarmArn} transitioned to ${latest.StateValue} at ${longDate(time)}`
      : 'The rule of the alarm is constant';
    const reasonData = JSON.stringify({
      triggeringAlarms: latest
        ? [{ arn: latest.AlarmArn, state: { value: latest.StateValue, timestamp: awsTime(time) } }]
        : [],
    });
    this.setState(name, value, reason, reasonData);
  }

  private announce(transition: Transition): void {
    const { alarm, previous, current } = transition;
    const name = alarm.AlarmName as string;
    this.cloud.log(`monitoring: alarm ${name}: ${previous.value} -> ${current.value}: ${current.reason}`);
    this.remember(name, 'StateUpdate', `Alarm updated from ${previous.value} to ${current.value}`, {
      version: '1.0',
      oldState: historyState(previous),
      newState: historyState(current),
    });
    this.cloud.service<EventBridgeService>('events').emit({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [alarm.AlarmArn as string],
      detail: eventDetail(transition),
    });
    for (const arn of actionsOf(transition)) this.cloud.clock.track(this.act(arn, transition));
  }

  private async act(arn: string, transition: Transition): Promise<void> {
    const name = transition.alarm.AlarmName as string;
    const data = { actionState: 'Succeeded', stateUpdateTimestamp: transition.current.since.getTime() };
    try {
      await perform(arn, transition, this.cloud);
      this.remember(name, 'Action', `Successfully executed action ${arn}`, {
        ...data,
        notificationResource: arn,
      });
    } catch (error) {
      const { message } = error as Error;
      this.cloud.log(`monitoring: alarm ${name} could not do ${arn}: ${message}`);
      this.remember(name, 'Action', `Failed to execute action ${arn}. Received error: "${message}"`, {
        ...data,
        actionState: 'Failed',
        notificationResource: arn,
        error: message,
      });
    }
  }

  private remember(name: string, type: HistoryItemType, summary: string, data: object): void {
    const alarm = this.all.get(name);
    const now = this.cloud.clock.date();
    const kept = (this.history.get(name) ?? []).filter(
      ({ Timestamp }) => (Timestamp as Date).getTime() > now.getTime() - KEEP_HISTORY,
    );
    kept.push({
      AlarmName: name,
      AlarmType: alarm && isComposite(alarm) ? 'CompositeAlarm' : 'MetricAlarm',
      Timestamp: now,
      HistoryItemType: type,
      HistorySummary: summary,
      HistoryData: JSON.stringify(data),
    });
    this.history.set(name, kept);
  }
}

function historyState({ value, reason, reasonData }: AlarmState): object {
  return {
    stateValue: value,
    stateReason: reason,
    ...(reasonData && { stateReasonData: JSON.parse(reasonData) as object }),
  };
}

function periodsOf(alarm: MetricAlarm): number[] {
  return queriesOf(alarm).flatMap(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? []);
}

/** Milliseconds. */
function shortestPeriod(alarm: MetricAlarm): number {
  return Math.min(...periodsOf(alarm)) * SECOND;
}

/** In milliseconds: alarms over more than a day are evaluated once an hour, as CloudWatch does. */
function evaluationInterval(alarm: MetricAlarm): number {
  const period = Math.max(...periodsOf(alarm)) * SECOND;
  if (period < MINUTE) return period === 30 * SECOND ? 30 * SECOND : 10 * SECOND;
  return period * (alarm.EvaluationPeriods as number) > DAY ? HOUR : MINUTE;
}

/**
 * Whether a percentile is to be passed over: CloudWatch asks for 10 / (1 - p) samples above the median and 10
 * / p below ("Percentile-based alarms and low data samples" of the User Guide).
 */
function hasTooFewSamples(
  alarm: MetricAlarm,
  evaluationPeriods: number,
  datapoints: readonly Datapoint[],
  sampleCounts: ReadonlyMap<number, number> | undefined,
): boolean {
  const percent = percentOf(alarm.ExtendedStatistic ?? '');
  if (alarm.EvaluateLowSampleCountPercentile !== 'ignore' || percent === undefined) return false;
  const needed = 1_000 / (percent >= 50 ? 100 - percent : percent);
  const samples = datapoints
    .slice(-evaluationPeriods)
    .reduce((sum, { time }) => sum + (sampleCounts?.get(time) ?? 0), 0);
  return samples > 0 && samples < needed;
}

function transitionedAt(alarm: Alarm): number {
  return (alarm.StateTransitionedTimestamp as Date).getTime();
}

/** `Wednesday 02 October, 2019 17:04:40 UTC` */
function longDate(date: Date): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    date.toLocaleDateString('en-US', { ...options, timeZone: 'UTC' });
  const day = part({ day: '2-digit' });
  return `${part({ weekday: 'long' })} ${day} ${part({ month: 'long' })}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} UTC`;
}
