import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { LedgerStore } from '../../lambda/aws/ledger-store';
import { ArtifactStore } from '../../lambda/aws/store';
import { formatLedgerEntry, type LedgerEntry, ledgerKey } from '../../lambda/domain/records/ledger';
import { emptyRouting } from '../../lambda/domain/release/routing';
import { PIPELINE, productionRoute } from './pipeline-fixture';

const PAGE = 1_000;

/** A ledger of many entries in a bucket that counts calls. */
export class LongLedger {
  /** Of S3, by operation. */
  readonly calls: Record<string, number> = {};
  readonly store: LedgerStore;
  private readonly texts = new Map<string, string>();

  /**
   * @param entryAt what an entry tells, by its number
   * @param inProduction number of the entry that the routing document names
   */
  constructor(
    length: number,
    entryAt: (sequence: number) => Partial<LedgerEntry>,
    inProduction: number | undefined,
  ) {
    let previous: LedgerEntry['previous'];
    for (let sequence = 1; sequence <= length; sequence++) {
      const text = formatLedgerEntry({
        sequence,
        ...(previous && { previous }),
        time: new Date(Date.UTC(2026, 0, 1, 0, sequence)).toISOString(),
        kind: 'refusal',
        pipeline: PIPELINE,
        reasons: [],
        ...entryAt(sequence),
      });
      this.texts.set(ledgerKey(sequence), text);
      previous = { sequence, sha256: createHash('sha256').update(text).digest('hex') };
    }
    const client = { send: async (command: object) => this.answer(command) } as unknown as S3Client;
    this.store = new LedgerStore(new ArtifactStore(client, 'bucket'), {
      read: async () => ({
        ...emptyRouting(PIPELINE),
        ...(inProduction && { production: productionRoute({ ledgerSequence: inProduction }) }),
      }),
    });
  }

  get callsInAll(): number {
    return Object.values(this.calls).reduce((sum, count) => sum + count, 0);
  }

  private answer(command: object): object {
    const operation = command.constructor.name.replace(/Command$/, '');
    this.calls[operation] = (this.calls[operation] ?? 0) + 1;
    if (command instanceof ListObjectVersionsCommand) return this.page(command.input);
    if (command instanceof GetObjectCommand) return this.object(command.input.Key as string);
    if (command instanceof PutObjectCommand) return this.put(command.input);
    throw new Error(`${operation} is not pretended`);
  }

  private page({ Prefix = '', KeyMarker = '' }: ListObjectVersionsCommand['input']): object {
    const keys = [...this.texts.keys()].filter((key) => key.startsWith(Prefix) && key > KeyMarker);
    const listed = keys.slice(0, PAGE);
    return {
      Versions: listed.map((Key) => ({ Key, VersionId: 'v', ETag: '"e"', IsLatest: true })),
      IsTruncated: keys.length > PAGE,
      ...(keys.length > PAGE && { NextKeyMarker: listed.at(-1), NextVersionIdMarker: 'v' }),
    };
  }

  private put({ Key = '', Body }: PutObjectCommand['input']): object {
    this.texts.set(Key, new TextDecoder().decode(Body as Uint8Array));
    return {};
  }

  private object(key: string): object {
    const text = this.texts.get(key);
    if (text === undefined)
      throw new NoSuchKey({ message: 'no such key', $metadata: { httpStatusCode: 404 } });
    return { Body: { transformToString: async () => text }, ETag: '"e"' };
  }
}
