import { AwsError } from '../../gateway/aws-error';

const LIFETIME = 300_000;

/** Where a reader is in a shard. */
export interface ShardPosition {
  readonly streamName: string;
  /** When the stream was created: one of the same name that came later is another. */
  readonly streamCreated: number;
  readonly shardId: string;
  /** The records with this sequence number or a higher one are still to be read. */
  readonly from: string;
}

export function writeIterator(position: ShardPosition, now: number): string {
  const { streamName, streamCreated, shardId, from } = position;
  return Buffer.from(JSON.stringify([streamName, streamCreated, shardId, from, now])).toString('base64');
}

/**
 * What an iterator points to, however old it is.
 *
 * @throws AwsError InvalidArgumentException, worded as mhart/kinesalite recorded it
 */
export function readIterator(iterator: string): ShardPosition & { readonly issued: number } {
  try {
    const [streamName, streamCreated, shardId, from, issued] = JSON.parse(
      Buffer.from(iterator, 'base64').toString(),
    ) as [string, number, string, string, number];
    if (typeof streamName === 'string' && typeof issued === 'number' && /^\d+$/.test(from))
      return { streamName, streamCreated, shardId, from, issued };
  } catch {
    // Said below.
  }
  throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.');
}

/** @throws AwsError ExpiredIteratorException, worded as mhart/kinesalite recorded it */
export function checkLifetime({ issued }: { readonly issued: number }, now: number): void {
  if (now - issued <= LIFETIME) return;
  throw new AwsError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${asText(issued)} while right now it is ${asText(now)} which is further in the future than the tolerated delay of ${LIFETIME} milliseconds.`,
  );
}

/** As Java prints dates, e.g. `Thu Jan 22 01:22:02 UTC 2015`. */
function asText(time: number): string {
  const [weekday, day, month, year, hours] = new Date(time).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${hours} UTC ${year}`;
}
