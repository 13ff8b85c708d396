import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import { identityOf } from './metric-query';
import type { MetricIdentity, Sample } from './metric-store';
import { type Aggregate, addValue, newAggregate } from './statistics';

const DAY = 86_400_000;
const MOST_VALUES = 150;

/**
 * A datum of PutMetricData as it is stored: a value, values with counts, or a statistic set.
 *
 * @param position of the datum in its request, from 1
 * @throws AwsError InvalidParameterValueException, InvalidParameterCombinationException
 */
export function samplesOf(
  namespace: string,
  datum: MetricDatum,
  position: number,
  now: number,
): { readonly identity: MetricIdentity; readonly sample: Sample } {
  const where = `MetricData.member.${position}`;
  const time = datum.Timestamp?.getTime() ?? now;
  if (time < now - 14 * DAY) {
    throw invalid(`The parameter ${where}.Timestamp must specify a time within the past two weeks.`);
  }
  if (time > now + DAY / 12) {
    throw invalid(
      `The parameter ${where}.Timestamp must specify a time no more than two hours in the future.`,
    );
  }
  return {
    identity: identityOf({ ...datum, Namespace: namespace }),
    sample: {
      unit: datum.Unit ?? 'None',
      time,
      isHighResolution: datum.StorageResolution !== undefined && datum.StorageResolution < 60,
      aggregate: aggregateOf(datum, where),
    },
  };
}

function aggregateOf(datum: MetricDatum, where: string): Aggregate {
  const given = [datum.Value, datum.Values, datum.StatisticValues].filter((value) => value !== undefined);
  if (given.length !== 1) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      `The parameters ${where}.Value, ${where}.Values and ${where}.StatisticValues are mutually exclusive and you have specified ${given.length} of them.`,
    );
  }
  if (datum.StatisticValues) return statisticSet(datum.StatisticValues, where);
  const values = datum.Values ?? [datum.Value as number];
  const counts = datum.Counts ?? values.map(() => 1);
  if (counts.length !== values.length) {
    throw invalid(`The parameters ${where}.Values and ${where}.Counts must be of the same size.`);
  }
  if (values.length === 0 || values.length > MOST_VALUES) {
    throw invalid(`The parameter ${where}.Values must have 1 to ${MOST_VALUES} members.`);
  }
  const aggregate = newAggregate();
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value)) throw invalid(`The value ${value} for parameter ${where}.Value is invalid.`);
    addValue(aggregate, value, counts[i] as number);
  }
  return aggregate;
}

/** Single values are not known of a set, so that it gives no percentiles unless all values are the same. */
function statisticSet(set: NonNullable<MetricDatum['StatisticValues']>, where: string): Aggregate {
  const [count, sum] = [set.SampleCount as number, set.Sum as number];
  const [minimum, maximum] = [set.Minimum as number, set.Maximum as number];
  if (!(count > 0) || minimum > maximum) throw invalid(`The parameter ${where}.StatisticValues is invalid.`);
  const values = minimum === maximum ? new Map([[minimum, count]]) : undefined;
  return { count, sum, minimum, maximum, values };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
