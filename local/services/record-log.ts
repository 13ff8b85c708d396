import { peek } from '../gateway/tracked-table';

/** Where the records of a log are: positions from the oldest one to that of the next one. */
export interface Log {
  readonly logKey: string;
  first: number;
  next: number;
}

/** Records in the order in which they arrived, each an entry of its own: adding one keeps one and no more. */
export class RecordLog<LogRecord extends { readonly arrived: number }> {
  constructor(private readonly records: Map<string, LogRecord>) {}

  append(log: Log, record: LogRecord): void {
    this.records.set(keyOf(log, log.next++), record);
  }

  at(log: Log, position: number): LogRecord {
    return peek(this.records, keyOf(log, position)) as LogRecord;
  }

  /**
   * Deletes the records that arrived at a time or earlier.
   *
   * @returns the last of them; undefined if no record expired
   */
  trim(log: Log, horizon: number): LogRecord | undefined {
    let last: LogRecord | undefined;
    for (; log.first < log.next && this.at(log, log.first).arrived <= horizon; log.first++) {
      last = this.at(log, log.first);
      this.records.delete(keyOf(log, log.first));
    }
    return last;
  }

  /** Deletes the records before a position. */
  dropBefore(log: Log, position: number): void {
    for (; log.first < position; log.first++) this.records.delete(keyOf(log, log.first));
  }

  /** Position of the first record that satisfies a condition that all later ones satisfy, too. */
  firstWhere(log: Log, condition: (record: LogRecord) => boolean): number {
    let [low, high] = [log.first, log.next];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (condition(this.at(log, middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Deletes all records. */
  clear(log: Log): void {
    this.trim(log, Number.POSITIVE_INFINITY);
  }
}

function keyOf({ logKey }: Log, position: number): string {
  return `${logKey}/${position}`;
}
