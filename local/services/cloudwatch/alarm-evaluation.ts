import type { StateValue } from '@aws-sdk/client-cloudwatch';

export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** One period of an alarm's evaluation range. */
export interface Datapoint {
  /** Start of the period, in milliseconds since the epoch. */
  readonly time: number;
  /** Undefined where data is missing. */
  readonly value: number | undefined;
}

export interface AlarmRule {
  readonly comparisonOperator: string;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingData;
}

export interface Verdict {
  readonly state: StateValue;
  readonly reason: string;
  /** The data points behind it, the newest first. */
  readonly evaluated: readonly Datapoint[];
}

/** CloudWatch looks two periods further back than an alarm's evaluation periods. */
export const EXTRA_PERIODS = 2;

const COMPARISONS: Readonly<Record<string, { text: string; holds(value: number, limit: number): boolean }>> =
  {
    GreaterThanThreshold: { text: 'greater than', holds: (value, limit) => value > limit },
    GreaterThanOrEqualToThreshold: {
      text: 'greater than or equal to',
      holds: (value, limit) => value >= limit,
    },
    LessThanThreshold: { text: 'less than', holds: (value, limit) => value < limit },
    LessThanOrEqualToThreshold: { text: 'less than or equal to', holds: (value, limit) => value <= limit },
  };

export function isComparisonOperator(name: string): boolean {
  return COMPARISONS[name] !== undefined;
}

/**
 * The state of an alarm by the data points of its evaluation range, after "Configuring how CloudWatch alarms
 * treat missing data" of the CloudWatch User Guide.
 *
 * @param datapoints evaluation periods plus `EXTRA_PERIODS`, from the oldest to the newest
 * @returns undefined if the current state is to be kept
 */
export function evaluateAlarm(rule: AlarmRule, datapoints: readonly Datapoint[]): Verdict | undefined {
  const present = datapoints.filter(({ value }) => value !== undefined).reverse();
  const { evaluationPeriods, datapointsToAlarm } = rule;
  if (present.length >= evaluationPeriods) {
    const evaluated = present.slice(0, evaluationPeriods);
    return byThreshold(rule, evaluated, breaching(rule, evaluated).length >= datapointsToAlarm);
  }
  const missing = evaluationPeriods - present.length;
  const bad = breaching(rule, present);
  switch (rule.treatMissingData) {
    case 'breaching':
      return filled(rule, present, missing, bad.length + missing >= datapointsToAlarm, 'Breaching');
    case 'notBreaching':
      return filled(rule, present, missing, bad.length >= datapointsToAlarm, 'NonBreaching');
    case 'ignore':
      if (bad.length >= datapointsToAlarm) return byThreshold(rule, present, true);
      return bad.length < present.length ? byThreshold(rule, present, false) : undefined;
    case 'missing':
      if (bad.length >= datapointsToAlarm || isOldEnough(rule, datapoints, present, bad)) {
        return byThreshold(rule, present, true);
      }
      if (bad.length < present.length) return byThreshold(rule, present, false);
      return {
        state: 'INSUFFICIENT_DATA',
        reason: `Insufficient Data: ${datapointCount(evaluationPeriods)} unknown.`,
        evaluated: present,
      };
  }
}

/**
 * Data that stopped while breaching: all that is there breaches, and the oldest is at least as many periods
 * old as data points are needed. A single recent one does not suffice, since the next may be good.
 */
function isOldEnough(
  rule: AlarmRule,
  datapoints: readonly Datapoint[],
  present: readonly Datapoint[],
  bad: readonly Datapoint[],
): boolean {
  const oldest = present[present.length - 1];
  if (!oldest || bad.length < present.length) return false;
  const age = datapoints.length - datapoints.findIndex(({ time }) => time === oldest.time);
  return age >= rule.datapointsToAlarm;
}

function breaching(rule: AlarmRule, datapoints: readonly Datapoint[]): Datapoint[] {
  return datapoints.filter(({ value }) =>
    COMPARISONS[rule.comparisonOperator]?.holds(value as number, rule.threshold),
  );
}

function byThreshold(rule: AlarmRule, evaluated: readonly Datapoint[], isAlarm: boolean): Verdict {
  const bad = breaching(rule, evaluated);
  const decisive = isAlarm ? bad : evaluated.filter((datapoint) => !bad.includes(datapoint));
  const needed = isAlarm ? rule.datapointsToAlarm : rule.evaluationPeriods - rule.datapointsToAlarm + 1;
  const transition = isAlarm ? 'OK -> ALARM' : 'ALARM -> OK';
  const list = decisive
    .map(({ time, value }) => `${decimal(value as number)} (${shortDate(time)})`)
    .join(', ');
  const verb = decisive.length === 1 ? 'was' : 'were';
  return {
    state: isAlarm ? 'ALARM' : 'OK',
    reason:
      `Threshold Crossed: ${decisive.length} out of the last ${evaluated.length} datapoints [${list}] ` +
      `${verb} ${isAlarm ? '' : 'not '}${COMPARISONS[rule.comparisonOperator]?.text} the threshold ` +
      `(${decimal(rule.threshold)}) (minimum ${needed} datapoint${needed === 1 ? '' : 's'} for ${transition} transition).`,
    evaluated,
  };
}

function filled(
  rule: AlarmRule,
  present: readonly Datapoint[],
  missing: number,
  isAlarm: boolean,
  treatment: string,
): Verdict {
  const periods = `${rule.evaluationPeriods} period${rule.evaluationPeriods === 1 ? '' : 's'}`;
  const received = present.length === 0 ? 'no datapoints were' : datapointCount(present.length);
  return {
    state: isAlarm ? 'ALARM' : 'OK',
    reason:
      `Threshold Crossed: ${received} received for ${periods} and ${datapointCount(missing, 'missing ')} ` +
      `treated as [${treatment}].`,
    evaluated: present,
  };
}

function datapointCount(count: number, kind = ''): string {
  return `${count} ${kind}datapoint${count === 1 ? ' was' : 's were'}`;
}

/** Numbers in reasons always have a decimal point. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `dd/MM/yy HH:mm:ss` */
function shortDate(time: number): string {
  const [, year, month, day, clock] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T([\d:]{8})/.exec(new Date(time).toISOString()) ?? [];
  return `${day}/${month}/${year} ${clock}`;
}
