/** What a sequence number tells. */
export interface SequenceParts {
  /** When the stream was created, in milliseconds since the epoch. */
  readonly streamCreated: number;
  /** Counts what the stream has numbered. */
  readonly order: bigint;
  readonly shardIndex: number;
}

const PREFIX = '49';
const [TIME, ORDER, SHARD] = [13, 25, 16];
const FORM = new RegExp(`^${PREFIX}(\\d{${TIME}})(\\d{${ORDER}})(\\d{${SHARD}})$`);

/**
 * A sequence number of 56 digits, as long as those of AWS, which does not document what they consist of. They
 * increase within a stream, and compare as text like the numbers that they are.
 */
export function sequenceNumber({ streamCreated, order, shardIndex }: SequenceParts): string {
  const digits = (value: number | bigint, length: number) => String(value).padStart(length, '0');
  return `${PREFIX}${digits(streamCreated, TIME)}${digits(order, ORDER)}${digits(shardIndex, SHARD)}`;
}

/** Undefined if no stream here gave the number. */
export function parseSequenceNumber(text: string): SequenceParts | undefined {
  const [, time, order, shard] = FORM.exec(text) ?? [];
  if (time === undefined) return undefined;
  return { streamCreated: Number(time), order: BigInt(order as string), shardIndex: Number(shard) };
}

/** The least number above a sequence number. */
export function numberAfter(sequence: string): string {
  return String(BigInt(sequence) + 1n);
}
