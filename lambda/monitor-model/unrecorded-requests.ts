import type { AnsweredRequests } from '../aws/answered-requests';
import type { WatchedModel } from '../aws/watched-models/watched-model';
import type { Hour } from '../domain/records/hour';

/** What is recorded is delivered some minutes later: requests at the end of the hour may not have arrived. */
const DELIVERY_MILLISECONDS = 15 * 60_000;
/**
 * Recorded requests that are expected at least, before it is a fault that there are none: if each is recorded
 * by chance, there are none with a probability of exp(-20) = 2e-9.
 */
const LEAST_EXPECTED = 20;

/**
 * Requests of an hour that were answered although nothing was recorded; 0 if that may be by chance. Undefined
 * if nothing is to be recorded of the model.
 */
export async function unrecordedRequests(
  { variant, since, recordedShare }: WatchedModel,
  { start, end }: Hour,
  records: number,
  requests: Pick<AnsweredRequests, 'count'>,
): Promise<number | undefined> {
  // Nothing is to be recorded.
  if (recordedShare === 0) return undefined;
  if (records > 0) return 0;
  const from = since > start ? since : start;
  const until = new Date(end.getTime() - DELIVERY_MILLISECONDS);
  if (from >= until) return 0;
  const answered = await requests.count(variant, from, until);
  return answered * recordedShare >= LEAST_EXPECTED ? answered : 0;
}
