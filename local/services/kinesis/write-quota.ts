const SECOND = 1_000;
/** What a shard takes in a second: `PutRecords` of the API reference. */
const MOST_RECORDS = 1_000;
const MOST_BYTES = 1_048_576;

interface Second {
  readonly number: number;
  records: number;
  bytes: number;
}

/** Counts what is written to each shard in a second of the clock. */
export class WriteQuota {
  private readonly seconds = new Map<string, Second>();

  /**
   * Takes a record into account.
   *
   * @param bytes length of data and partition key; a record above a second's quota is taken if it is the
   * first of its second ("Large records" of the developer guide: the average counts)
   * @returns whether the shard takes it
   */
  take(shard: string, bytes: number, now: number): boolean {
    const number = Math.floor(now / SECOND);
    const known = this.seconds.get(shard);
    const second = known?.number === number ? known : { number, records: 0, bytes: 0 };
    const isTaken =
      second.records === 0 || (second.records < MOST_RECORDS && second.bytes + bytes <= MOST_BYTES);
    if (!isTaken) return false;
    second.records++;
    second.bytes += bytes;
    this.seconds.set(shard, second);
    return true;
  }
}
