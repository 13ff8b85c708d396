import type { MetricAlarm, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { validateActions } from './alarm-actions';
import { isComparisonOperator } from './alarm-evaluation';
import { validatePeriod, validateQueries } from './metric-query';
import { parseStatistic, percentOf } from './statistics';

const OF_ONE_METRIC = [
  'MetricName',
  'Namespace',
  'Statistic',
  'ExtendedStatistic',
  'Period',
  'Unit',
] as const;
const LONGEST_SECONDS = 7 * 86_400;

/**
 * The alarm that a PutMetricAlarm asks for, with CloudWatch's checks and defaults.
 *
 * @throws AwsError ValidationException, MissingRequiredParameterException,
 * InvalidParameterCombinationException
 */
export function metricAlarm(input: PutMetricAlarmInput, arn: string): MetricAlarm {
  const { Tags, ...configuration } = input;
  const periods = input.EvaluationPeriods as number;
  const needed = input.DatapointsToAlarm ?? periods;
  const operator = input.ComparisonOperator as string;
  if (!isComparisonOperator(operator))
    throw new NotImplementedError(`the comparison operator ${operator} of alarms`);
  if (input.Threshold === undefined) {
    throw new AwsError(
      'MissingRequiredParameterException',
      'The parameter Threshold must be set for this alarm.',
    );
  }
  if (periods < 1) throw invalid(`The value ${periods} for parameter EvaluationPeriods must be at least 1.`);
  if (needed < 1 || needed > periods) {
    throw invalid('DatapointsToAlarm must be at least 1, and at most EvaluationPeriods.');
  }
  oneOf(input.TreatMissingData, 'TreatMissingData', ['missing', 'ignore', 'breaching', 'notBreaching']);
  oneOf(input.EvaluateLowSampleCountPercentile, 'EvaluateLowSampleCountPercentile', ['evaluate', 'ignore']);
  validateActions(
    input.AlarmName as string,
    [input.AlarmActions, input.OKActions, input.InsufficientDataActions].flatMap((arns) => arns ?? []),
  );
  const period = input.Metrics?.length ? validateMetrics(input) : validateMetric(input);
  if (periods * period > LONGEST_SECONDS) {
    throw invalid(
      'Metrics cannot be checked across more than 7 days (EvaluationPeriods * Period must be <= 604800).',
    );
  }
  return { ...configuration, ActionsEnabled: input.ActionsEnabled ?? true, AlarmArn: arn };
}

/** @returns the longest period in seconds */
function validateMetrics(input: PutMetricAlarmInput): number {
  const queries = input.Metrics ?? [];
  const extra = OF_ONE_METRIC.find((name) => input[name] !== undefined);
  if (extra) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      `The parameters Metrics and ${extra} are mutually exclusive and you have specified both.`,
    );
  }
  validateQueries(queries);
  const returned = queries.filter(({ ReturnData }) => ReturnData !== false);
  if (returned.length !== 1) {
    throw invalid(`Exactly one element of the metrics list should return data; ${returned.length} do.`);
  }
  return Math.max(...queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 0));
}

/** @returns the period in seconds */
function validateMetric(input: PutMetricAlarmInput): number {
  for (const name of ['MetricName', 'Namespace', 'Period'] as const) {
    if (input[name] === undefined) {
      throw new AwsError(
        'MissingRequiredParameterException',
        `The parameter ${name} must be set for this alarm.`,
      );
    }
  }
  if ((input.Statistic === undefined) === (input.ExtendedStatistic === undefined)) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      'Exactly one of Statistic and ExtendedStatistic must be set.',
    );
  }
  parseStatistic((input.Statistic ?? input.ExtendedStatistic) as string);
  if (input.EvaluateLowSampleCountPercentile && percentOf(input.ExtendedStatistic ?? '') === undefined) {
    throw invalid('EvaluateLowSampleCountPercentile is only supported on percentile statistics.');
  }
  validatePeriod(input.Period as number);
  return input.Period as number;
}

function oneOf(value: string | undefined, name: string, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value)) {
    throw invalid(`Option ${value} for ${name} is not supported; use one of ${allowed.join(', ')}.`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
