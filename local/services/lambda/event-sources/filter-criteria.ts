import type { FilterCriteria } from '@aws-sdk/client-lambda';
import type { AwsError } from '../../../gateway/aws-error';
import { type EventPattern, matchesPattern, parseEventPattern } from '../../eventbridge/event-pattern';
import { parseJson } from '../../json';
import { invalid } from '../errors';

/** Of "Lambda event filtering" of the developer guide. */
const MOST_FILTERS = 5;

/**
 * The patterns of filters, which are those of EventBridge.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 * @throws AwsError InvalidParameterValueException, worded as LocalStack has it
 */
export function filterPatterns({ Filters = [] }: FilterCriteria): string[] {
  if (Filters.length > MOST_FILTERS) {
    throw invalid(`FilterCriteria has ${Filters.length} filters: the most are ${MOST_FILTERS}.`);
  }
  return Filters.map(({ Pattern = '' }) => {
    try {
      parseEventPattern(Pattern);
    } catch (error) {
      if ((error as AwsError).code !== 'InvalidEventPatternException') throw error;
      throw invalid('Invalid filter pattern definition.');
    }
    return Pattern;
  });
}

/**
 * Whether an item passes one of the filters.
 *
 * @param item with its payload as text in the member `payloadKey`: a pattern of an object is for payloads
 * that are JSON objects, and one of strings for any others; no other payload matches it
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function passes(
  filters: readonly string[],
  item: Readonly<Record<string, unknown>>,
  payloadKey: string | undefined,
): boolean {
  if (filters.length === 0) return true;
  if (payloadKey === undefined) {
    return filters.some((filter) => matchesPattern(JSON.parse(filter) as EventPattern, item));
  }
  const text = item[payloadKey] as string;
  const json = jsonObject(text);
  return filters.some((filter) => {
    const pattern = JSON.parse(filter) as EventPattern;
    const wanted = pattern[payloadKey];
    if (wanted === undefined) return matchesPattern(pattern, item);
    const isForJson = !Array.isArray(wanted);
    if (isForJson !== (json !== undefined)) return false;
    return matchesPattern(pattern, { ...item, [payloadKey]: json ?? text });
  });
}

function jsonObject(text: string): object | undefined {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? value : undefined;
}
