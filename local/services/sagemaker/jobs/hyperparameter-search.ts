import type {
  ContinuousParameterRange,
  IntegerParameterRange,
  ParameterRanges,
} from '@aws-sdk/client-sagemaker';
import { AwsError, NotImplementedError } from '../../../gateway/aws-error';
import type { RandomSource } from '../../../gateway/random-source';

/** Where each hyperparameter is in its range: 0 at its beginning, less than 1. */
export type Places = Readonly<Record<string, number>>;

/** Places by chance, as the strategy `Random` tries them. */
export function randomPlaces(ranges: ParameterRanges, random: RandomSource): Places {
  return Object.fromEntries(rangeNames(ranges).map((name) => [name, random.next()]));
}

/** Of its range, how far a value is from the best one at most. */
const NEIGHBOURHOOD = 0.1;

/** Places by chance near others. */
export function placesNear(best: Places, random: RandomSource): Places {
  const near = (place: number) => place + NEIGHBOURHOOD * (2 * random.next() - 1);
  return Object.fromEntries(
    Object.entries(best).map(([name, place]) => [
      name,
      Math.min(1 - Number.EPSILON, Math.max(0, near(place))),
    ]),
  );
}

/** The values of hyperparameters at places of their ranges. */
export function valuesAt(places: Places, ranges: ParameterRanges): Record<string, string> {
  const { IntegerParameterRanges, ContinuousParameterRanges, CategoricalParameterRanges } = ranges;
  const placeOf = ({ Name }: { readonly Name: string | undefined }) => places[Name as string] as number;
  return Object.fromEntries([
    ...(IntegerParameterRanges ?? []).map((range) => [range.Name, String(integerIn(range, placeOf(range)))]),
    ...(ContinuousParameterRanges ?? []).map((range) => [
      range.Name,
      String(numberIn(range, placeOf(range))),
    ]),
    ...(CategoricalParameterRanges ?? []).map((range) => {
      const { Name, Values = [] } = range;
      return [Name, Values[Math.floor(placeOf(range) * Values.length)]];
    }),
  ]);
}

/** Names of the hyperparameters that have ranges. */
export function rangeNames(ranges: ParameterRanges): string[] {
  const { IntegerParameterRanges, ContinuousParameterRanges, CategoricalParameterRanges } = ranges;
  return [
    ...(IntegerParameterRanges ?? []),
    ...(ContinuousParameterRanges ?? []),
    ...(CategoricalParameterRanges ?? []),
  ].map(({ Name }) => Name as string);
}

/** @throws AwsError ValidationException for ranges in which there is nothing to search */
export function checkRanges(ranges: ParameterRanges): void {
  if (rangeNames(ranges).length === 0) throw invalid('ParameterRanges must have at least one hyperparameter');
  for (const range of [
    ...(ranges.IntegerParameterRanges ?? []),
    ...(ranges.ContinuousParameterRanges ?? []),
  ]) {
    const { low, high } = boundsOf(range);
    const where = `the range of ${range.Name}, ${range.MinValue} to ${range.MaxValue},`;
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high))
      throw invalid(`${where} must go from a number to a greater one`);
    if (range.ScalingType === 'ReverseLogarithmic')
      throw new NotImplementedError(`ScalingType ReverseLogarithmic of ${range.Name}`);
    if (range.ScalingType === 'Logarithmic' && low <= 0)
      throw invalid(`${where} must be above 0 to be searched on a logarithmic scale`);
  }
  for (const { Name, Values } of ranges.CategoricalParameterRanges ?? [])
    if (!Values?.length) throw invalid(`the range of ${Name} has no values`);
}

function integerIn(range: IntegerParameterRange, chance: number): number {
  const { low, high } = boundsOf(range);
  // Each whole number, the last one too, has its share.
  const value = Math.floor(scaled({ low, high: high + 1, isLogarithmic: isLogarithmic(range) }, chance));
  return Math.min(value, high);
}

function numberIn(range: ContinuousParameterRange, chance: number): number {
  return scaled({ ...boundsOf(range), isLogarithmic: isLogarithmic(range) }, chance);
}

function scaled(
  { low, high, isLogarithmic }: { low: number; high: number; isLogarithmic: boolean },
  chance: number,
): number {
  return isLogarithmic ? low * (high / low) ** chance : low + (high - low) * chance;
}

/** What `Auto` means is AWS's secret; here it is linear. */
function isLogarithmic({ ScalingType }: ContinuousParameterRange): boolean {
  return ScalingType === 'Logarithmic';
}

function boundsOf({ MinValue, MaxValue }: ContinuousParameterRange) {
  return { low: Number(MinValue), high: Number(MaxValue) };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
