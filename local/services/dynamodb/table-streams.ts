import { createHash } from 'node:crypto';
import type { StreamViewType } from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../gateway/service';
import { type Log, RecordLog } from '../record-log';
import { Waiters } from '../waiters';
import { canonical, type Item, itemSize } from './attribute-value';
import { keyOf, type StoredTable } from './table';

/**
 * How long records can be read: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export const STREAM_RETENTION = 24 * 3_600_000;

/** The changes of a table, in one shard. */
export interface StoredTableStream extends Log {
  readonly arn: string;
  readonly label: string;
  readonly tableName: string;
  readonly keySchema: StoredTable['keySchema'];
  readonly viewType: StreamViewType;
  readonly created: Date;
  readonly shardId: string;
  readonly startingSequence: string;
  /** Once it is disabled. */
  endingSequence?: string;
  disabled?: number;
  nextOrder: number;
  /** Of the last record that has expired. */
  trimmed?: string | undefined;
}

export interface ChangeRecord {
  readonly id: string;
  readonly sequence: string;
  /** Milliseconds since the epoch. */
  readonly arrived: number;
  readonly kind: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly keys: Item;
  readonly newImage?: Item | undefined;
  readonly oldImage?: Item | undefined;
  readonly bytes: number;
}

/** The streams of tables: the changes of their items, which can be read for 24 hours. */
export class TableStreams {
  readonly records: RecordLog<ChangeRecord>;
  private readonly streams: Map<string, StoredTableStream>;
  private readonly waiters = new Waiters();

  constructor(private readonly cloud: Cloud) {
    this.streams = cloud.table('dynamodb/streams');
    this.records = new RecordLog(cloud.table('dynamodb/stream-records'));
  }

  /** Those that can be read. */
  all(): StoredTableStream[] {
    return [...this.streams.keys()].map((arn) => this.tryFind(arn)).filter((stream) => stream !== undefined);
  }

  /** A stream that can be read, with records that have not expired. */
  tryFind(arn: string | undefined): StoredTableStream | undefined {
    const stream = this.streams.get(arn ?? '');
    if (!stream) return undefined;
    const horizon = this.cloud.clock.now() - STREAM_RETENTION;
    stream.trimmed = this.records.trim(stream, horizon)?.sequence ?? stream.trimmed;
    if (stream.disabled === undefined || stream.disabled > horizon) return stream;
    this.streams.delete(stream.arn);
    return undefined;
  }

  /** @returns the ARN of the stream that the table has from now on */
  enable(table: StoredTable, viewType: StreamViewType): string {
    const now = Math.floor(this.cloud.clock.now());
    // A label is a time: that of a stream that was disabled just now is taken.
    let created = new Date(now);
    while (this.streams.has(arnOf(table, created))) created = new Date(created.getTime() + 1);
    const arn = arnOf(table, created);
    const time = String(created.getTime()).padStart(20, '0');
    const stream: StoredTableStream = {
      arn,
      label: labelOf(created),
      tableName: table.name,
      keySchema: table.keySchema,
      viewType,
      created,
      shardId: `shardId-${time}-${createHash('md5').update(arn).digest('hex').slice(0, 8)}`,
      startingSequence: sequenceOf(created, 0),
      nextOrder: 1,
      logKey: arn,
      first: 0,
      next: 0,
    };
    this.streams.set(arn, stream);
    return arn;
  }

  /** It can be read for 24 hours more. */
  disable(arn: string): void {
    const stream = this.streams.get(arn);
    if (!stream || stream.disabled !== undefined) return;
    stream.endingSequence = this.nextSequence(stream);
    stream.disabled = this.cloud.clock.now();
    this.waiters.wake(arn);
  }

  /** Adds a change of an item; a write that changes nothing adds no record. */
  note(table: StoredTable, before: Item | undefined, after: Item | undefined): void {
    const stream = this.tryFind(table.streamArn);
    const item = after ?? before;
    if (!stream || stream.disabled !== undefined || !item) return;
    if (before && after && canonical({ M: { ...before } }) === canonical({ M: { ...after } })) return;
    const keys = keyOf(table, item);
    const hasNew = stream.viewType === 'NEW_IMAGE' || stream.viewType === 'NEW_AND_OLD_IMAGES';
    const hasOld = stream.viewType === 'OLD_IMAGE' || stream.viewType === 'NEW_AND_OLD_IMAGES';
    const newImage = hasNew ? after : undefined;
    const oldImage = hasOld ? before : undefined;
    this.records.append(stream, {
      id: this.cloud.id(32, 'hex'),
      sequence: this.nextSequence(stream),
      arrived: this.cloud.clock.now(),
      kind: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
      keys,
      newImage,
      oldImage,
      bytes: itemSize(keys) + itemSize(newImage ?? {}) + itemSize(oldImage ?? {}),
    });
    this.waiters.wake(stream.arn);
  }

  /** A number above those of all records. */
  nextSequence(stream: StoredTableStream): string {
    return sequenceOf(stream.created, stream.nextOrder++);
  }

  /** Resolves when a stream gets records or is disabled, for readers inside the cloud. */
  change(arn: string): Promise<void> {
    return this.waiters.change(arn);
  }
}

function arnOf(table: StoredTable, created: Date): string {
  return `${table.arn}/stream/${labelOf(created)}`;
}

/** e.g. `2015-05-11T21:21:33.291` */
function labelOf(created: Date): string {
  return created.toISOString().replace('Z', '');
}

/** Of 25 digits, of which the service model demands 21 at least; they compare as text. */
function sequenceOf(created: Date, order: number): string {
  return `${created.getTime()}${String(order).padStart(12, '0')}`;
}
