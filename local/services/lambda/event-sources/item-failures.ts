import type { BatchResult } from './event-source';

/**
 * Identifiers of the items that a function names as failed, or that all of them are.
 *
 * @param reportsItemFailures whether the function is asked to name them
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function failedItems(
  { hasFailed, payload }: BatchResult,
  reportsItemFailures: boolean,
): readonly string[] | 'all' {
  if (hasFailed) return 'all';
  if (!reportsItemFailures) return [];
  const { batchItemFailures } = (payload ?? {}) as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return [];
  if (!Array.isArray(batchItemFailures)) return 'all';
  const ids = batchItemFailures.map((item) => (item as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return ids.every((id): id is string => typeof id === 'string' && id !== '') ? ids : 'all';
}
